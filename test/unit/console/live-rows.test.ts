import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, it } from 'mocha';
import type { Screen } from '../../../src/console/session/screen.ts';
import { createLiveRows } from '../../../src/console/watch/live-rows.ts';
import { createVt100 } from './vt100.ts';

describe('rows that change in their place', () => {
  it('leave nothing of what was longer, or is there no more, and send no row that stays', async () => {
    const terminal = createVt100();
    const screen = Object.assign(new PassThrough(), { isTTY: true as const, columns: 80, rows: 24, isPlain: false }) satisfies Screen;
    let sent = '';
    screen.setEncoding('utf8').on('data', (text: string) => {
      sent += text;
      terminal.read(text);
    });
    const rows = createLiveRows(screen);
    await rows.show(['one lease', 'two leases', 'three']);
    assert.deepEqual(terminal.rows().slice(0, 4), ['one lease', 'two leases', 'three', '']);
    sent = '';
    await rows.show(['one lease', 'two']);
    assert.deepEqual(terminal.rows().slice(0, 4), ['one lease', 'two', '', '']);
    assert.ok(!sent.includes('one lease'));
  });
});

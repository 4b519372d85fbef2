import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createEventLog } from '../../../src/control/index.ts';
import type { EventLog } from '../../../src/control/index.ts';
import type { Stamps } from '../../../src/time/index.ts';
import { stampsAt } from './stamps-at.ts';

const NOW = new Date('2026-01-31T12:00:00.789Z');

function open(stamps: Stamps = stampsAt(NOW)): { readonly log: EventLog; readonly lines: readonly string[] } {
  const lines: string[] = [];
  return { log: createEventLog(stamps, (line) => lines.push(line)), lines };
}

describe('the event log', () => {
  it('writes one line for each thing, with time and severity', () => {
    const { log, lines } = open();
    log.add('info', 'lan: serving on eth1');
    log.add('warning', 'lan: interface eth1 is gone');
    log.add('error', 'the disk is full');
    assert.deepEqual(lines, [
      '2026-01-31T12:00:00Z info    lan: serving on eth1',
      '2026-01-31T12:00:00Z warning lan: interface eth1 is gone',
      '2026-01-31T12:00:00Z error   the disk is full',
    ]);
  });

  it('[R-ST2] marks a time that nobody has confirmed, and shows it as it is known later', () => {
    let ahead = 0;
    const { log, lines } = open({ ...stampsAt(new Date(0), false), date: (moment = 0 as never) => new Date(moment + ahead) });
    log.add('info', 'lan: serving on eth1');
    assert.deepEqual(lines, ['1970-01-01T00:00:00Z? info    lan: serving on eth1']);
    ahead = NOW.getTime();
    assert.deepEqual(log.recent(1)[0]?.time, NOW);
  });

  const hostile: readonly [what: string, character: string][] = [
    ['a line end', '\n'], ['a carriage return', '\r'], ['an escape sequence', '\u001b'], ['a NUL', '\0'], ['DEL', '\u007f'],
    ['a C1 control', '\u009b'], ['a line separator', '\u2028'], ['a change of direction', '\u202e'], ['a lone surrogate', '\ud800'],
  ];
  for (const [what, character] of hostile) {
    it(`neutralises ${what}`, () => {
      const { log, lines } = open();
      log.add('warning', `from ${character}[2J here`);
      assert.equal(lines[0]?.slice(29), 'from ?[2J here');
      assert.equal(log.recent(1)[0]?.text, 'from ?[2J here');
    });
  }

  it('leaves letters of any language as they are', () => {
    const { log, lines } = open();
    log.add('info', 'Büro 日本 🙂');
    assert.ok(lines[0]?.endsWith('Büro 日本 🙂'));
  });

  it('cuts what is longer than 1000 characters', () => {
    const { log, lines } = open();
    log.add('info', 'a'.repeat(1_000));
    log.add('info', 'b'.repeat(1_001));
    assert.equal(lines[0]?.slice(29), 'a'.repeat(1_000));
    assert.equal(lines[1]?.slice(29), `${'b'.repeat(999)}…`);
  });

  it('keeps the last 500 lines, oldest first', () => {
    const { log } = open();
    for (let i = 0; i < 600; i++) log.add('info', String(i));
    const kept = log.recent(1_000).map(({ text }) => Number(text));
    assert.deepEqual(kept, Array.from({ length: 500 }, (_, i) => 100 + i));
    assert.deepEqual(log.recent(2).map(({ text }) => text), ['598', '599']);
  });
});

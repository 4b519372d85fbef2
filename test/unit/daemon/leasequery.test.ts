/** Leasequery over TCP in the daemon: the key of the box may be long in coming, and nobody waits for it. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { createAlarms, createEventLog } from '../../../src/control/index.ts';
import type { Alarms, EventLog } from '../../../src/control/index.ts';
import { keepLeasequery } from '../../../src/daemon/leasequery.ts';
import type { KeptLeasequery } from '../../../src/daemon/leasequery.ts';
import { createStamps } from '../../../src/time/index.ts';
import { seconds } from '../../../src/wire/index.ts';
import { createBox } from '../../conformance/server/box.ts';

const SECURE = { port: 0, isSecure: true, connections: 10, timeout: seconds(300), requestors: [] };

describe('leasequery over TCP', () => {
  const stamps = createStamps(() => true);
  let directory: string;
  let alarms: Alarms;
  let log: EventLog;
  let kept: KeptLeasequery;
  let lines: readonly string[];
  let wake: () => void;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'leasequery-'));
    alarms = createAlarms(stamps);
    const seen: string[] = [];
    lines = seen;
    wake = () => undefined;
    log = createEventLog(stamps, (text) => {
      seen.push(text);
      wake();
    });
    kept = keepLeasequery(directory, alarms);
  });
  afterEach(() => {
    kept.close();
    rmSync(directory, { recursive: true });
  });

  async function until(text: string): Promise<void> {
    while (!lines.some((line) => line.includes(text))) await new Promise<void>((resolve) => (wake = resolve));
  }

  const show = (): void => {
    kept.show({ appliance: createBox().appliance, stamps, log });
  };

  it('[O-11] makes no key before the box serves, and the key that it needs then', async () => {
    await kept.configure({ name: 'box', identity: undefined, leasequeryTcp: SECURE }, log);
    assert.deepEqual(readdirSync(directory), []);
    assert.equal(kept.view(), undefined);
    show();
    await until('with TLS');
    assert.ok(readdirSync(join(directory, 'pairing')).length > 0);
    assert.equal(kept.view()?.isListening, true);
  });

  it('[O-11] does as it was told last', async () => {
    show();
    const first = kept.configure({ name: 'box', identity: undefined, leasequeryTcp: SECURE }, log);
    await kept.configure({ name: 'box', identity: undefined, leasequeryTcp: { ...SECURE, isSecure: false } }, log);
    assert.equal(kept.view()?.isSecure, false);
    await first;
    await until('WITHOUT TLS');
  });

  it('[O-11] does not begin behind its end', async () => {
    await kept.configure({ name: 'box', identity: undefined, leasequeryTcp: { ...SECURE, isSecure: false } }, log);
    show();
    kept.close();
    for (let turns = 0; turns < 10; turns += 1) await new Promise(setImmediate);
    assert.deepEqual(lines, []);
  });

  it('[O-11] is off where there is no such key, and says so', async () => {
    show();
    await kept.configure({ name: 'box', identity: { certificateFile: join(directory, 'none.crt'), keyFile: join(directory, 'none.key') }, leasequeryTcp: SECURE }, log);
    assert.match(alarms.list()[0]?.text ?? '', /leasequery by TCP is off: .*none/);
  });
});

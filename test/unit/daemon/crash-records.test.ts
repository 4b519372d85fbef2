import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { createAlarms, createEventLog } from '../../../src/control/index.ts';
import { createEventLoop } from '../../../src/daemon/event-loop.ts';
import { quarantinePoisonedClients } from '../../../src/daemon/poisoned-clients.ts';
import { createStamps, createSystemTime } from '../../../src/time/index.ts';
import { readCrashRecords, writeCrashRecord } from '../../../src/store/index.ts';
import { MessageType, encodeMessage, formatDuid } from '../../../src/wire/index.ts';
import type { Duid } from '../../../src/wire/index.ts';
import { CLIENT_ADDRESS, createBox } from '../../conformance/server/box.ts';
import { CLIENT, OTHER_CLIENT, iaNa, message } from '../../conformance/server/client.ts';
import { inDirectory } from '../control/in-directory.ts';

function crash(directory: string, client: Duid | undefined, minutesAgo = 0): void {
  writeCrashRecord(directory, {
    at: new Date(Date.now() - 60_000 * minutesAgo),
    client,
    message: Uint8Array.of(1, 2, 255),
    error: 'Error: an invariant\n    at step',
  });
}

/** What the quarantine makes of the records: whom it answers, what it says. */
function start(directory: string) {
  const box = createBox();
  const stamps = createStamps();
  const alarms = createAlarms(stamps);
  const lines: string[] = [];
  const loop = createEventLoop(box.appliance, {
    time: createSystemTime('system'),
    send: () => undefined,
    commit: () => Promise.resolve({ kind: 'committed' }),
    setDatabaseAside: () => undefined,
    partners: { send: () => undefined, dial: () => undefined, close: () => undefined, sendBeacon: () => undefined, sendProbe: () => undefined, useBeaconKey: () => undefined },
    alarm: () => undefined,
    log: () => undefined,
    fail: (error) => {
      throw error;
    },
  });
  quarantinePoisonedClients(directory, loop, stamps, alarms, createEventLog(stamps, (line) => lines.push(line)));
  const isHeard = (client: Duid): boolean => {
    const { quarantined } = box.appliance.counters;
    const bytes = encodeMessage(message(MessageType.SOLICIT, [iaNa(1)], { client }));
    loop.dispatch({
      kind: 'received',
      datagram: { bytes, interfaceName: 'eth1', source: CLIENT_ADDRESS, sourcePort: 546, destination: 'multicast' },
    });
    loop.dispatch({ kind: 'drained' });
    return box.appliance.counters.quarantined === quarantined;
  };
  const result = { alarms: alarms.list(), lines, heard: isHeard(CLIENT), otherHeard: isHeard(OTHER_CLIENT) };
  void loop.stop(0);
  return result;
}

describe('crash records', () => {
  it('name client, message and error, in a file for its owner alone', () =>
    inDirectory(async (directory) => {
      const made = join(directory, 'state');
      crash(made, CLIENT);
      crash(made, undefined);
      const path = join(made, 'crashes.jsonl');
      assert.equal(statSync(path).mode & 0o777, 0o600);
      const [line = ''] = readFileSync(path, 'utf8').split('\n').filter(Boolean);
      const { at, ...rest } = JSON.parse(line) as { at: string };
      assert.ok(Math.abs(Date.parse(at) - Date.now()) < 60_000);
      assert.deepEqual(rest, { client: formatDuid(CLIENT), message: '0102ff', error: 'Error: an invariant\n    at step' });
      assert.deepEqual(readCrashRecords(made).map(({ client }) => client), [CLIENT, undefined]);
      return Promise.resolve();
    }));

  it('that are damaged are left out, and swallow none that comes after them', () =>
    inDirectory((directory) => {
      crash(directory, CLIENT);
      appendFileSync(join(directory, 'crashes.jsonl'), 'null\n[]\n{"at":5}\n{"at":"never"}\n\u0000\n{"at":"2026-01-01T00:00:00Z","client":"zz"}\n{"at":"2026-0');
      crash(directory, OTHER_CLIENT);
      assert.deepEqual(readCrashRecords(directory).map(({ client }) => client), [CLIENT, undefined, OTHER_CLIENT]);
      return Promise.resolve();
    }));

  it('are none where there is no file', () =>
    inDirectory((directory) => {
      assert.deepEqual(readCrashRecords(directory), []);
      return Promise.resolve();
    }));

  it('are dropped when there are more than 50, the oldest first', () =>
    inDirectory((directory) => {
      for (let i = 0; i < 60; i++) crash(directory, i < 10 ? OTHER_CLIENT : CLIENT);
      assert.equal(readCrashRecords(directory).length, 50);
      const lines = readFileSync(join(directory, 'crashes.jsonl'), 'utf8').split('\n').filter(Boolean);
      assert.equal(lines.length, 50);
      assert.ok(lines.every((line) => line.includes(formatDuid(CLIENT))));
      return Promise.resolve();
    }));

  it('are read even where the older ones can not be dropped', () =>
    inDirectory((directory) => {
      for (let i = 0; i < 60; i++) crash(directory, CLIENT);
      mkdirSync(join(directory, 'crashes.jsonl.tmp'));
      assert.equal(readCrashRecords(directory).length, 50);
      return Promise.resolve();
    }));
});

describe('a client over whose messages the daemon failed', () => {
  it('once is heard', () =>
    inDirectory((directory) => {
      crash(directory, CLIENT);
      crash(directory, undefined);
      const { heard, alarms } = start(directory);
      assert.ok(heard);
      assert.deepEqual(alarms, []);
      return Promise.resolve();
    }));

  it('twice is not heard for an hour, with an alarm and a log line that name it; others are', () =>
    inDirectory((directory) => {
      crash(directory, CLIENT, 50);
      crash(directory, OTHER_CLIENT);
      crash(directory, CLIENT, 10);
      const { heard, otherHeard, alarms, lines } = start(directory);
      assert.ok(!heard);
      assert.ok(otherHeard);
      assert.equal(alarms.length, 1);
      assert.equal(alarms[0]?.id, `client-quarantined ${formatDuid(CLIENT)}`);
      assert.match(alarms[0].text, /^messages of client 00:03:00:01:02:00:00:00:00:01 are dropped for 50 minutes: the daemon failed over them 2 times; /);
      assert.equal(lines.length, 1);
      return Promise.resolve();
    }));

  it('is heard again when the last time was more than an hour ago', () =>
    inDirectory((directory) => {
      crash(directory, CLIENT, 70);
      crash(directory, CLIENT, 61);
      const { heard, alarms } = start(directory);
      assert.ok(heard);
      assert.deepEqual(alarms, []);
      return Promise.resolve();
    }));

  it('is not dropped for more than an hour where the clock went back', () =>
    inDirectory((directory) => {
      crash(directory, CLIENT, -100_000);
      crash(directory, CLIENT, -100_000);
      const { heard, alarms } = start(directory);
      assert.ok(!heard);
      assert.match(alarms[0]?.text ?? '', /dropped for 60 minutes/);
      return Promise.resolve();
    }));

  it('is heard where the file with the records is rubbish', () =>
    inDirectory((directory) => {
      writeFileSync(join(directory, 'crashes.jsonl'), Buffer.from([0xff, 0xfe, 10, 0, 10]));
      assert.ok(start(directory).heard);
      return Promise.resolve();
    }));
});

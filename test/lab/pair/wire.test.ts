// tshark reads what the codec writes: every message, every option by its name, and the values.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { encodeFailoverMessage, FailoverMessageType } from '../../../src/wire/index.ts';
import { EVERY_MESSAGE, NOW } from '../../unit/wire/failover/samples.ts';
import { badFailoverFrames, readFailoverMessages, type ReadFailoverMessage } from '../capture/failover-messages.ts';
import { run } from '../process/run.ts';

/** The octets as a recording of a TCP connection to port 647. */
async function record(directory: string, name: string, messages: readonly Uint8Array[]): Promise<string> {
  const dump = messages.map((octets) => `000000 ${[...octets].map((octet) => octet.toString(16).padStart(2, '0')).join(' ')}\n`);
  const file = join(directory, `${name}.pcap`);
  writeFileSync(join(directory, `${name}.txt`), dump.join('\n'));
  await run(['text2pcap', '-q', '-6', 'fd00::1,fd00::2', '-T', '40000,647', join(directory, `${name}.txt`), file]);
  return file;
}

const leaseOptions = [
  'Failover Binding Status (114)', 'Failover Start Time of State (133)', 'Failover State Expiration Time (134)',
  'Failover Partner Lifetime (123)', 'Failover Partner Lifetime Sent (124)', 'Failover Expiration Time (120)',
  'Failover Partner Raw Client Time (126)', 'Client Last Transaction Time (46)', 'Client Fully Qualified Domain Name (39)',
  'Failover DNS Removal Info (116)', 'Status code (13)',
];

describe('tshark', () => {
  let directory = '';
  let recording = '';
  let read: readonly ReadFailoverMessage[] = [];

  before(async () => {
    directory = mkdtempSync('/var/tmp/twinlease-wire-');
    recording = await record(directory, 'every', EVERY_MESSAGE.map((message) => encodeFailoverMessage(message, NOW)));
    read = await readFailoverMessages(recording);
  });
  after(() => rmSync(directory, { recursive: true }));

  const first = (type: string): ReadFailoverMessage => {
    const found = read.find((message) => message.type === type);
    assert.ok(found !== undefined, `no ${type}`);
    return found;
  };

  it('reads every message by its name, and calls none malformed', async () => {
    const names = EVERY_MESSAGE.map(({ type }) => Object.entries(FailoverMessageType).find(([, code]) => code === type)?.[0]);
    assert.deepEqual(read.map(({ type }) => type), names);
    assert.deepEqual(await badFailoverFrames(recording), []);
  });

  it('knows every option by its name', () => {
    for (const { type, options } of read) {
      for (const option of options) assert.doesNotMatch(option, /unknown/i, type);
    }
    assert.deepEqual([...first('CONNECT').options].sort(), [
      'Failover Connect Flags (115)', 'Failover Keepalive Time (128)', 'Failover Maximum Client Lead Time (MCLT) (122)',
      'Failover Maximum Number Unacked BNDUPD Messages (121)', 'Failover Protocol Version (127)', 'Failover Relationship Name (130)',
      'Status code (13)', 'Vendor-specific Information (17)',
    ]);
    assert.deepEqual([...first('STATE').options].sort(), [
      'Failover Partner Down Time (125)', 'Failover Server Flags (131)', 'Failover Server State (132)',
      'Failover Start Time of State (133)', 'Vendor-specific Information (17)',
    ]);
    const { options } = first('BNDUPD');
    for (const option of leaseOptions) assert.ok(options.includes(option), `${option} in ${options.join(', ')}`);
  });

  it('reads the values that were written', () => {
    for (const value of [
      'Maximum Client Lead Time (MCLT): 3600', 'Keepalive Time: 60', 'Max number of unacked BNDUPD messages: 1000',
      'Relationship Name: east-west', 'Protocol Major Version: 1',
    ]) assert.ok(first('CONNECT').values.includes(value), `${value} in ${first('CONNECT').values.join('\n')}`);
    // NOW, in seconds since 2000.
    assert.ok(first('STATE').values.includes('Sent time, seconds since 2000: 843315200'));
  });

  it('does find what is wrong', async () => {
    const connect = EVERY_MESSAGE.find(({ type }) => type === FailoverMessageType.CONNECT);
    assert.ok(connect !== undefined);
    const octets = Buffer.from(encodeFailoverMessage(connect, NOW));
    const badType = Buffer.from(octets);
    badType.writeUInt8(99, 2);
    const badLength = Buffer.from(octets);
    // The first option's length, after size, header and the option's code.
    badLength.writeUInt16BE(60_000, 12);
    for (const bad of [badType, badLength]) {
      const file = await record(directory, 'bad', [bad]);
      assert.equal((await badFailoverFrames(file)).length, 1);
    }
  });
});

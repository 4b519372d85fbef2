// tshark reads what the codec writes: every message, every option by its name, and the values.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { encodeFailoverMessage, FailoverMessageType } from '../../../src/wire/index.ts';
import { EVERY_MESSAGE, NOW } from '../../unit/wire/failover/samples.ts';
import { badFailoverFrames, readFailoverMessages, type ReadFailoverMessage } from '../capture/failover-messages.ts';
import { run } from '../process/run.ts';

/** Segments of this many octets: most messages lie across several. */
const piece = 100;

function inPieces(messages: readonly Uint8Array[]): Buffer[] {
  const whole = Buffer.concat(messages);
  return Array.from({ length: Math.ceil(whole.length / piece) }, (_, i) => whole.subarray(piece * i, piece * (i + 1)));
}

/** Swaps two neighbours among a recording's packets. */
function swapPackets(file: string, first: number): void {
  const [fileHeader, packetHeader, lengthAt] = [24, 16, 8];
  const octets = readFileSync(file);
  const packets: Buffer[] = [];
  for (let at = fileHeader; at < octets.length; at += packets.at(-1)?.length ?? 0) {
    packets.push(octets.subarray(at, at + packetHeader + octets.readUInt32LE(at + lengthAt)));
  }
  const pair = packets.slice(first, first + 2);
  packets.splice(first, pair.length, ...pair.reverse());
  writeFileSync(file, Buffer.concat([octets.subarray(0, fileHeader), ...packets]));
}

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

/** What each message says, as tshark puts it; it shows no value of LQ_BASE_TIME and VSS, only that they are there. */
const spoken: Readonly<Record<string, readonly string[]>> = {
  REPLY: ['Status Code: TLSConnectionRefused (15)', 'Status Message: no TLS here'],
  CONNECT: [
    'Protocol Major Version: 1', 'Protocol Minor Version: 0', 'Maximum Client Lead Time (MCLT): 3600', 'Keepalive Time: 60',
    'Max number of unacked BNDUPD messages: 1000', 'Relationship Name: east-west',
    '.... .... .... ...1 = Fixed PD Length (F): True', 'Status Code: NotSupported (14)', 'Status Message: version 2.0',
    'Enterprise ID: Example Enterprise Number for Documentation Use (32473)',
    'Option code: 50', 'Option data: 010203040506070800000001000000021112131415161718000000000000004d',
    'Option code: 70', 'Option data: 000000fa',
  ],
  STATE: [
    'Server State: Partner down (4)', '.... .0.. = Ack Startup (A): False', '.... ..1. = Startup (S): True',
    '.... ...1 = Communicated (C): True', 'Start Time of State: 843315100', 'Partner Down Time: 843315099',
  ],
  BNDUPD: [
    'DUID: 00030001020000000001', 'Reconfigure Time: 843315140', 'Reconfigure Key: 000102030405060708090a0b0c0d0e0f',
    'Peer address: fe80::21', 'IAID: deadbeef', 'T1: 1500', 'T2: 2400', 'IPv6 address: 2001:db8:1::101',
    'Preferred lifetime: 3000', 'Valid lifetime: 3600', 'Failover Binding Status: ACTIVE (1)', 'Start Time of State: 843315199',
    'State Expiration Time: 843318800', 'Clt_time: 5', 'Partner Lifetime: 843576200', 'Partner Lifetime Sent: 843576201',
    'Partner Raw Client Time: 843308000', 'Expiration Time: 843576202', 'DNS Hostname: host.example', 'DNS Zone Name: example',
    '.... .... .... 1... = Using Requested FQDN (U): True', '.... .... .... .0.. = Synthesized Name (S): False',
    '.... .... .... ..1. = Rev Uptodate (R): True', '.... .... .... ...0 = Fwd Uptodate (F): False',
    'Status Code: Unknown (16)', 'Status Message: another client has it', 'IATA: 00000002', 'IPv6 address: 2001:db8:1::103',
    'IAID: 00000001', 'T1: 1800', 'T2: 2880', 'Prefix length: 56', 'Prefix address: 2001:db8:8100::',
    'Status Code: Unknown (17)', 'Status Code: Unknown (18)', 'Option code: 60', 'Option data: fe800000000000000000000000000001',
  ],
  DISCONNECT: ['Status Code: Unknown (20)', 'Status Message: restart'],
};

describe('tshark', function () {
  this.timeout(20_000);
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
    for (const [type, expected] of Object.entries(spoken)) {
      const { values } = first(type);
      for (const value of expected) assert.ok(values.includes(value), `${type}: ${value} in ${values.join('\n')}`);
    }
    assert.deepEqual(first('BNDREPLY').options, first('BNDUPD').options);
    const aboutPrefix = read.filter(({ type }) => type === 'BNDUPD')[1];
    assert.deepEqual(
      aboutPrefix?.options,
      ['IA Prefix (26)', 'Virtual Subnet Selection (68)', 'LQ Server Base Time (100)', 'Failover Binding Status (114)', 'Failover Start Time of State (133)', 'Status code (13)'],
    );
    assert.ok(aboutPrefix.values.includes('Failover Binding Status: FREE-BACKUP (6)'));
    // NOW, in seconds since 2000.
    assert.ok(first('STATE').values.includes('Sent time, seconds since 2000: 843315200'));
  });

  it('reads them all the same when they share a segment, or one lies across several', async () => {
    const messages = EVERY_MESSAGE.map((message) => encodeFailoverMessage(message, NOW));
    for (const segments of [[Buffer.concat(messages)], inPieces(messages)]) {
      const file = await record(directory, 'shared', segments);
      assert.deepEqual(await readFailoverMessages(file), read);
      assert.deepEqual(await badFailoverFrames(file), []);
    }
  });

  it('reads them all the same when segments were recorded in another order', async () => {
    const file = await record(directory, 'swapped', inPieces(EVERY_MESSAGE.map((message) => encodeFailoverMessage(message, NOW))));
    swapPackets(file, 2);
    assert.deepEqual(await readFailoverMessages(file), read);
    assert.deepEqual(await badFailoverFrames(file), []);
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

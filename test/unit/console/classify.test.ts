import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { datagramsIn } from '../../../src/console/classify/datagrams.ts';
import { startControl } from '../../../src/control/index.ts';
import type { Classification, Control, Subject } from '../../../src/control/index.ts';
import { perform } from '../../../src/control/perform.ts';
import { MessageType, OptionCode, encodeMessage, formatAddress, formatDuid, formatHex } from '../../../src/wire/index.ts';
import { PROVISIONING, address } from '../../conformance/server/box.ts';
import { CLIENT, OTHER_CLIENT, iaNa, iaPd, message } from '../../conformance/server/client.ts';
import { FROM_RELAY, relayed } from '../../conformance/server/relayed.ts';
import { inDirectory } from '../control/in-directory.ts';
import { runBox } from '../control/running-box.ts';
import { twinlease } from './command.ts';

const text = (octets: string): Uint8Array => new TextEncoder().encode(octets);

const WITH_CLASSES = `${PROVISIONING}
classes:
  - name: phones
    match: { vendor-classes: [ { enterprise: 32473, data: "phone-*" } ], duids: [ "00:03:*" ] }
    options: {}
  - { name: gold, match: { remote-ids: [ { enterprise: 32473, id: "gold-*" } ], interface-ids: [ "port?" ] }, options: {} }
  - { name: lab, match: { link-layer-addresses: [ "02:00:5e:*" ], not-classes: [ phones, gold ] }, options: {} }
`;

const SOLICIT = message(MessageType.SOLICIT, [iaNa(1)], {
  options: [{ code: OptionCode.VENDOR_CLASS, value: { enterprise: 32_473, items: [text('phone-7')] } }],
});

/** Each class with the verdict on it and on its tests. */
function verdicts({ classes }: Classification): readonly string[] {
  return classes.map(({ name, isMember, tests }) => `${name} ${isMember}: ${tests.map(({ test, holds }) => `${test} ${holds}`).join(', ')}`);
}

const frame = (payload: Uint8Array, port = 547): Buffer => {
  const udp = Buffer.alloc(8);
  udp.writeUInt16BE(546, 0);
  udp.writeUInt16BE(port, 2);
  udp.writeUInt16BE(8 + payload.length, 4);
  const ip = Buffer.alloc(40);
  ip[0] = 0x60;
  ip.writeUInt16BE(udp.length + payload.length, 4);
  ip[6] = 17;
  ip.set(address('fe80::c1'), 8);
  ip.set(address('ff02::1:2'), 24);
  return Buffer.concat([ip, udp, payload]);
};

const ETHERNET = Buffer.from('33330001000202000000000186dd', 'hex');
const TAGGED = Buffer.from('3333000100020200000000018100000786dd', 'hex');

function pcap(linkType: number, packets: readonly Uint8Array[], little = true): Buffer {
  const write = little ? 'writeUInt32LE' : 'writeUInt32BE';
  const head = Buffer.alloc(24);
  head[write](0xa1b2c3d4, 0);
  head[write](linkType, 20);
  return Buffer.concat([
    head,
    ...packets.flatMap((packet) => {
      const before = Buffer.alloc(16);
      before[write](packet.length, 8);
      before[write](packet.length, 12);
      return [before, packet];
    }),
  ]);
}

function found(file: Uint8Array): readonly string[] {
  const datagrams = datagramsIn(file);
  assert.ok(typeof datagrams !== 'string');
  return datagrams.map(({ number, source, bytes }) => `${String(number)} ${formatAddress(source)} ${formatHex(bytes, '')}`);
}

describe('messages in files', () => {
  const payload = encodeMessage(SOLICIT);
  const expected = (number: number): string => `${String(number)} fe80::c1 ${formatHex(payload, '')}`;
  const packet = frame(payload);

  it('are those to port 547 of a capture, on Ethernet, with a VLAN tag, of "any" and without a link', () => {
    assert.deepEqual(found(pcap(1, [Buffer.concat([ETHERNET, packet]), Buffer.concat([ETHERNET, frame(payload, 546)]), Buffer.concat([TAGGED, packet])])), [expected(1), expected(3)]);
    assert.deepEqual(found(pcap(113, [Buffer.concat([Buffer.alloc(14), Buffer.from('86dd', 'hex'), packet])])), [expected(1)]);
    assert.deepEqual(found(pcap(276, [Buffer.concat([Buffer.from('86dd', 'hex'), Buffer.alloc(18), packet])])), [expected(1)]);
    assert.deepEqual(found(pcap(101, [packet])), [expected(1)]);
    assert.deepEqual(found(pcap(1, [Buffer.concat([ETHERNET, packet])], false)), [expected(1)]);
  });

  it('are none that answer a relay agent', () => {
    assert.deepEqual(found(pcap(101, [frame(Uint8Array.of(MessageType.RELAY_REPL, 0)), packet])), [expected(2)]);
  });

  it('stand behind extension headers, too; another protocol has none', () => {
    const hop = Buffer.concat([packet.subarray(0, 40), Buffer.from('1100010200000000', 'hex'), packet.subarray(40)]);
    hop[6] = 0;
    assert.deepEqual(found(pcap(101, [hop])), [expected(1)]);
    const other = Buffer.from(packet);
    other[6] = 6;
    assert.deepEqual(found(pcap(101, [other, Buffer.from([0x45])])), []);
  });

  it('of a capture that was cut off are those before', () => {
    const whole = pcap(101, [packet, packet]);
    assert.deepEqual(found(whole.subarray(0, whole.length - 1)), [expected(1)]);
  });

  it('are octets in hexadecimal, however they are set apart', () => {
    assert.deepEqual(found(text('01ab cdef\n00:08 00-02, 0x0000\n')), ['1 :: 01abcdef000800020000']);
    for (const none of ['hello', '01a', '']) assert.equal(datagramsIn(text(none)), 'it is no capture (pcap, pcapng), and not the octets of a message in hexadecimal');
  });
});

describe('in which classes a client is', () => {
  const asked = async (subject: Subject, client: string): Promise<Classification> => {
    const response = await perform({ method: 'classify', client }, subject);
    return 'result' in response ? (response.result as Classification) : assert.fail(response.error);
  };

  it('its lease tells as far as it can: what it sends is not kept with it', async () => {
    const running = runBox({ provisioning: WITH_CLASSES });
    running.box.exchange(message(MessageType.REQUEST, [iaPd(1)], {}), { source: address('fe80::5eff:fe10:1') });
    const [lease = ''] = [...running.box.durable.keys()];
    const { what, duid, classes } = await asked(running.subject, lease);
    assert.equal(what, `the client of ${lease}`);
    assert.equal(duid, formatDuid(CLIENT));
    assert.deepEqual(verdicts({ what, duid, classes }), [
      'phones unknown: vendor-classes unknown, duids yes',
      'gold no: remote-ids no, interface-ids no',
      'lab unknown: link-layer-addresses yes, not-classes unknown',
    ]);
    assert.deepEqual((await asked(running.subject, formatDuid(CLIENT))).what, what);
    running.close();
  });

  it('a lease from behind a relay agent tells what that said', async () => {
    const running = runBox({ provisioning: WITH_CLASSES });
    const options = [
      { code: OptionCode.REMOTE_ID, value: { enterprise: 32_473, id: text('gold-1') } },
      { code: OptionCode.INTERFACE_ID, value: text('port7') },
      { code: OptionCode.CLIENT_LINKLAYER_ADDR, value: { hardwareType: 1, address: Uint8Array.of(2, 0, 0x5f, 0, 0, 1) } },
    ] as const;
    running.box.exchange(relayed(message(MessageType.REQUEST, [iaNa(1)], { client: OTHER_CLIENT }), { options }, {}), FROM_RELAY);
    const { classes } = await asked(running.subject, formatDuid(OTHER_CLIENT));
    assert.deepEqual(classes.map(({ isMember }) => isMember), ['unknown', 'yes', 'no']);
    assert.deepEqual(classes[1]?.tests, [
      { test: 'remote-ids', holds: 'yes', found: ['32473 gold-1'], wanted: ['32473 gold-*'], fitting: ['32473 gold-*'] },
      { test: 'interface-ids', holds: 'yes', found: ['port7'], wanted: ['port?'], fitting: ['port?'] },
    ]);
    assert.deepEqual(classes[2]?.tests[0], { test: 'link-layer-addresses', holds: 'no', found: ['02:00:5f:00:00:01'], wanted: ['02:00:5e:*'], fitting: [] });
    running.close();
  });

  it('is known of a DUID alone where it has no lease, and of a lease that nobody has not', async () => {
    const running = runBox({ provisioning: WITH_CLASSES });
    const { what, classes } = await asked(running.subject, '00:01:02:03');
    assert.equal(what, 'a client without a lease');
    assert.deepEqual(classes.map(({ isMember }) => isMember), ['no', 'unknown', 'unknown']);
    assert.deepEqual(await perform({ method: 'classify', client: '2001:db8:1::99' }, running.subject), { error: 'there is no lease 2001:db8:1::99' });
    assert.deepEqual(await perform({ method: 'classify', client: 'phone' }, running.subject), { error: '"phone" is no address, prefix or DUID' });
    running.close();
  });
});

describe('twinlease classify', function () {
  this.timeout(30_000);

  it('says of each message in a file which tests hold and which fail, by the classes of a file', () =>
    inDirectory(async (directory) => {
      const [config, packets] = [join(directory, 'twinlease.yaml'), join(directory, 'capture.pcap')];
      await writeFile(config, WITH_CLASSES);
      await writeFile(packets, pcap(101, [frame(encodeMessage(SOLICIT)), frame(Uint8Array.of(99, 0, 0, 1))]));
      const { code, out, err } = await twinlease('classify', '--packets', packets, '--config', config);
      assert.deepEqual([code, err], [0, '']);
      assert.equal(
        out,
        [
          'packet 1: SOLICIT from fe80::c1, 00:03:00:01:02:00:00:00:00:01',
          '  IN phones',
          '    vendor-classes        holds  32473 phone-7: fits 32473 phone-*',
          '    duids                 holds  00:03:00:01:02:00:00:00:00:01: fits 00:03:*',
          '  not in gold',
          '    remote-ids            FAILS  the client has none: would be 32473 gold-*',
          '    interface-ids         FAILS  the client has none: would be port?',
          '  not in lab',
          '    link-layer-addresses  FAILS  the client has none: would be 02:00:5e:*',
          '    not-classes           FAILS  in phones: phones, gold',
          '',
          'packet 2: dropped, unknown-message-type at octet 0',
          '',
        ].join('\n'),
      );
      const json = JSON.parse((await twinlease('classify', '--packets', packets, '--config', config, '--json')).out) as { packets: { packet: number; classification?: Classification }[] };
      assert.deepEqual(json.packets.map(({ packet, classification }) => [packet, classification?.classes[0]?.isMember]), [[1, 'yes'], [2, undefined]]);
    }));

  it('asks the daemon for its classes, and for the leases of a client', () =>
    inDirectory(async (directory) => {
      const running = runBox({ provisioning: WITH_CLASSES, changes: { configurationText: () => WITH_CLASSES } });
      const path = join(directory, 'control.sock');
      const control = await startControl(path, running.subject);
      assert.ok(typeof control !== 'string');
      try {
        const packets = join(directory, 'solicit.hex');
        await writeFile(packets, formatHex(encodeMessage(SOLICIT)));
        const ofPacket = await twinlease('classify', '--packets', packets, '--control', path);
        assert.match(ofPacket.out, /^packet 1: SOLICIT from ::, 00:03:00:01:02:00:00:00:00:01\n {2}IN phones\n/);
        const ofClient = await twinlease('classify', formatDuid(CLIENT), '--control', path);
        assert.match(ofClient.out, /^a client without a lease, 00:03:00:01:02:00:00:00:00:01\n {2}perhaps in phones\n {4}vendor-classes {8}\? {6}nobody knows; it would be 32473 phone-\*\n/);
      } finally {
        (control satisfies Control).close();
        running.close();
      }
    }));

  it('says what is missing, or too much', async () => {
    const said = async (...words: readonly string[]): Promise<string> => (await twinlease('classify', ...words)).err;
    assert.equal(await said(), 'twinlease: say whom: an address, a prefix or a DUID, or --packets FILE\n');
    assert.equal(await said('--packets', '/none'), 'twinlease: /none: there is no such file or directory\n');
    assert.equal(await said('::1', '--packets', '/dev/null'), 'twinlease: say either a client, or --packets FILE\n');
    assert.match(await said('::1', '--config', '/dev/null'), /^twinlease: --config goes with --packets/);
  });
});

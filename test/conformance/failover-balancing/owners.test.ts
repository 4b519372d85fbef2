/** Who answers whom where two boxes divide the clients (R-LB2), and that only NORMAL does (R-LB4). */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { endpointStateName } from '../../../src/failover/index.ts';
import { LeaseKind, NO_SLOT } from '../../../src/lease/index.ts';
import { ExtensionCode, FailoverMessageType, MessageType, OptionCode, StatusCode, encodeMessage, extension, formatAddress } from '../../../src/wire/index.ts';
import type { Duid, FailoverMessage, PlainMessage, PlainRelayMessage } from '../../../src/wire/index.ts';
import { address } from '../server/box.ts';
import type { Delivery } from '../server/box.ts';
import { iaNa, iaPd, message } from '../server/client.ts';
import { EAST_ID, WEST_ID, createBoxes, readRelayed, relayedIn } from '../failover-relaying/boxes.ts';
import type { Box, Boxes } from '../failover-relaying/boxes.ts';
import { RELAY, addressesOf, confirm, fromRelay, onlyAnswer, release, renew, request, solicit } from '../failover-relaying/messages.ts';
import { addressOf, balanced, clientOf, createBalancedBoxes, ownerOf } from './clients.ts';

const RAPID_COMMIT = [{ code: OptionCode.RAPID_COMMIT, value: true }] as const;
const ID = { east: EAST_ID, west: WEST_ID } as const;
const NAMES = ['east', 'west'] as const;

const rebind = (client: Duid, ...addresses: readonly string[]): PlainMessage => message(MessageType.REBIND, [iaNa(1, ...addresses)], { client });
const inform = (client: Duid | undefined, server?: Duid): PlainMessage => message(MessageType.INFORMATION_REQUEST, [], { client, server });

describe('where two boxes divide the clients between them', () => {
  let boxes: Boxes;
  beforeEach(() => {
    boxes = createBalancedBoxes();
  });

  const heldBy = ({ appliance: { leases } }: Box, client: Duid): readonly string[] => {
    const slot = leases.firstOfClient(client, 0, client.length);
    return slot === NO_SLOT ? [] : [formatAddress(leases.records.address(slot))];
  };
  /** Both hear it. @returns who answers */
  const answeredBy = (said: PlainMessage): readonly string[] =>
    NAMES.filter((name) => {
      boxes[name].receive(said);
      return boxes[name].takeSent().length > 0;
    });
  const states = (): readonly string[] => NAMES.map((name) => endpointStateName(boxes[name].appliance.failover.relationships[0]?.state ?? 0));
  /** The client gets an address of its own box, or of the one that it names. */
  const leaseOf = (client: Duid, from: Box): string => {
    from.receive(request({ client, server: from.serverId }));
    const [given = assert.fail('there is a lease')] = addressesOf(onlyAnswer(from.takeSent()));
    return given;
  };

  it('[R-LB2, O-42] a Solicit is answered by the box that has the bucket of the DUID, and by no other', () => {
    for (const name of NAMES) {
      for (let i = 0; i < 20; i++) assert.deepEqual(answeredBy(solicit({ client: clientOf(name, i), transactionId: i })), [name]);
    }
    assert.deepEqual(states(), ['NORMAL', 'NORMAL']);
    assert.equal(boxes.west.appliance.counters.discarded['partner-bucket'], 20);
    assert.equal(boxes.west.appliance.counters.discarded['partner-answers'], 0);
  });

  it('[R-LB2] so are a Rebind, a Confirm and an Information-request that name no server', () => {
    for (const name of NAMES) {
      const client = clientOf(name);
      const held = leaseOf(client, boxes[name]);
      boxes.advance(1);
      assert.deepEqual(answeredBy(rebind(client, held)), [name]);
      assert.deepEqual(answeredBy(confirm({ client, addresses: [held] })), [name]);
      assert.deepEqual(answeredBy(inform(client)), [name]);
    }
  });

  it('[R-LB2] what names a server is answered by that one alone, whosever client it is', () => {
    for (const owner of NAMES) {
      const client = clientOf(owner, 3);
      for (const server of NAMES) {
        assert.deepEqual(answeredBy(request({ client, server: ID[server] })), [server]);
        const [held = ''] = heldBy(boxes[server], client);
        assert.deepEqual(answeredBy(renew({ client, server: ID[server], addresses: [held] })), [server]);
        assert.deepEqual(answeredBy(inform(client, ID[server])), [server]);
        assert.deepEqual(answeredBy(release({ client, server: ID[server], addresses: [held], transactionId: 77 })), [server]);
        boxes.advance(1);
      }
    }
  });

  it('[R-LB2] a Rebind of a lease that the other box gave a moment ago is answered by the owner of the client', () => {
    const client = clientOf('west');
    boxes.between = (_, { type }) => (type === FailoverMessageType.BNDUPD ? 'waits' : 'passes');
    const held = leaseOf(client, boxes.east);
    assert.deepEqual(heldBy(boxes.west, client), [], 'west has no record of it yet');
    boxes.east.receive(rebind(client, held));
    assert.deepEqual(boxes.east.takeSent(), [], 'who has the record is silent');
    boxes.west.receive(rebind(client, held));
    const [ia] = onlyAnswer(boxes.west.takeSent()).ias;
    assert.deepEqual([ia?.status, ia?.leases.map(({ name, valid }) => [name, valid])], [StatusCode.NoBinding, []], 'nothing is taken from it');
    boxes.between = () => 'passes';
    boxes.release();
    boxes.advance(1);
    boxes.west.receive(rebind(client, held));
    const [extended] = onlyAnswer(boxes.west.takeSent()).ias;
    assert.equal(extended?.leases[0]?.name, held);
    assert.ok(extended.leases[0].valid > 0, 'with the record it is extended, though it is of the other half of the pool');
  });

  it('[R-LB2] and one that the owner gave is the owner\'s, though the other one has no record', () => {
    const client = clientOf('west');
    boxes.between = (_, { type }) => (type === FailoverMessageType.BNDUPD ? 'gets lost' : 'passes');
    const held = leaseOf(client, boxes.west);
    assert.deepEqual(answeredBy(rebind(client, held)), ['west']);
  });

  it('[R-LB2] a client that names no DUID is known by its address, also behind a relay agent', () => {
    for (const name of NAMES) {
      const source = addressOf(name);
      const heard = NAMES.filter((box) => {
        boxes[box].receive(inform(undefined), { source });
        return boxes[box].takeSent().length > 0;
      });
      assert.deepEqual(heard, [name]);
      const behindRelay = NAMES.filter((box) => {
        boxes[box].receive(fromRelay(inform(undefined), { peerAddress: source }), RELAY);
        return boxes[box].takeSent().length > 0;
      });
      assert.deepEqual(behindRelay, [name]);
    }
  });

  it('[R-LB2, R-LB5] each gives addresses and prefixes of its own half', () => {
    const given: string[] = [];
    for (const name of NAMES) {
      for (let i = 0; i < 60; i++) {
        const client = clientOf(name, i);
        boxes[name].receive(message(MessageType.REQUEST, [iaNa(1), iaPd(2)], { client, server: ID[name] }));
        const answer = onlyAnswer(boxes[name].takeSent());
        const [na, pd] = answer.ias.map(({ leases }) => leases[0]?.name ?? '');
        assert.equal(Number.parseInt(na?.split('::')[1] ?? '', 16) % 2, name === 'east' ? 1 : 0, 'RFC 8156 section 4.2.1.1');
        given.push(na ?? '', pd ?? '');
        boxes.advance(0.1);
      }
    }
    assert.equal(new Set(given).size, 240, 'nothing is given twice');
    boxes.advance(5);
    for (const { appliance } of [boxes.east, boxes.west]) {
      const { pools } = appliance.leases;
      const prefixes = Array.from({ length: pools.length }, (_, i) => pools.pool(i)).find(({ space }) => space.kind === LeaseKind.IA_PD) ?? assert.fail();
      const [primary, secondary] = [prefixes.available('primary'), prefixes.available('secondary')];
      assert.equal(primary + secondary, 256 - 120);
      const half = (primary + secondary) / 2;
      assert.ok(Math.abs(half - secondary) <= 0.2 * half, `what is left is divided anew: ${String(primary)} and ${String(secondary)}`);
    }
  });

  it('[R-LB2] the owner alone commits on a Solicit, and makes a lease on a Rebind', () => {
    boxes = createBalancedBoxes({ edited: (file) => file.replace('links:\n  lan:\n', 'links:\n  lan:\n    rapid-commit: true\n') });
    for (const name of NAMES) {
      const client = clientOf(name);
      for (const box of [boxes.east, boxes.west]) box.receive(message(MessageType.SOLICIT, [iaNa(1)], { client, options: RAPID_COMMIT }));
      assert.deepEqual(NAMES.map((box) => boxes[box].takeSent().map(({ message: { type } }) => type)), NAMES.map((box) => (box === name ? [MessageType.REPLY] : [])));
      boxes.advance(1);
      const other = clientOf(name, 1);
      assert.deepEqual(answeredBy(message(MessageType.REBIND, [iaNa(1)], { client: other })), [name]);
      assert.equal(boxes[name].appliance.leases.firstOfClient(other, 0, other.length) === NO_SLOT, false);
    }
  });

  it('[R-LB2] a lease that is reserved by a link-layer address is one box\'s to give, with whatever DUID the device comes', () => {
    boxes = createBalancedBoxes({
      edited: (file) => file.replace('  wlan:\n', '    reservations: [ { link-layer-address: "02:00:5e:10:00:01", addresses: [2001:db8:1::9] } ]\n  wlan:\n'),
    });
    const source = address('fe80::5eff:fe10:1');
    const owner = ownerOf(Uint8Array.of(2, 0, 0x5e, 0x10, 0, 1));
    for (const client of [clientOf('east'), clientOf('west')]) {
      const heard = NAMES.filter((box) => {
        boxes[box].receive(solicit({ client }), { source });
        const sent = boxes[box].takeSent();
        if (sent.length > 0) assert.deepEqual(addressesOf(onlyAnswer(sent)), ['2001:db8:1::9']);
        return sent.length > 0;
      });
      assert.deepEqual(heard, [owner]);
    }
    assert.deepEqual(answeredBy(solicit({ client: clientOf(owner === 'east' ? 'west' : 'east', 5) })), [owner === 'east' ? 'west' : 'east'], 'others go by their DUIDs');
  });

  it('[R-LB2] so it is where a relay agent tells the address, and where the box that is not its own passes it on', () => {
    const linkLayerAddress = Uint8Array.of(2, 0, 0x5e, 0x10, 0, 1);
    boxes = createBalancedBoxes({ edited: (file) => `${file}    reservations: [ { link-layer-address: "02:00:5e:10:00:01", addresses: [2001:db8:2::9] } ]\n` });
    const owner = ownerOf(linkLayerAddress);
    const other = owner === 'east' ? 'west' : 'east';
    const told = { options: [{ code: OptionCode.CLIENT_LINKLAYER_ADDR, data: Uint8Array.of(0, 1, ...linkLayerAddress) }] };
    for (const client of [clientOf(owner), clientOf(other)]) {
      for (const [name, elapsed, answers] of [[owner, 0, 1], [other, 0, 0], [other, 3, 1]] as const) {
        boxes[name].receive(fromRelay(solicit({ client, elapsed }), told), RELAY);
        const sent = boxes[name].takeSent();
        assert.equal(sent.length, answers, `${name}, ${String(elapsed)} s`);
        for (const { message: reply } of sent) assert.ok(Buffer.from(encodeMessage(reply)).includes(Buffer.from(address('2001:db8:2::9'))), 'it is offered what is reserved for it');
      }
      assert.equal(boxes[other].appliance.failover.relationships[0]?.isOwn(linkLayerAddress), false);
    }
  });

  it('[R-LB5] the secondary runs out of no prefixes, though it holds few of a large pool at any time: as they go it gets others', function () {
    this.timeout(20_000);
    boxes = createBalancedBoxes({ edited: (file) => file.replace('prefix: 2001:db8:100::/48', 'prefix: 2001:dc8::/40') });
    const { pools } = boxes.west.appliance.leases;
    const prefixes = Array.from({ length: pools.length }, (_, i) => pools.pool(i)).find(({ space }) => space.kind === LeaseKind.IA_PD) ?? assert.fail();
    const held = prefixes.available('secondary');
    assert.ok(held <= 4_096, 'half of the pool would be 32768');
    for (let n = 0, west = 0; west < 5_000; n++) {
      const client = Uint8Array.of(0, 3, 0, 1, 0xd0, n >> 16, n >> 8, n) as Duid;
      if (ownerOf(client) !== 'west') continue;
      boxes.west.receive(message(MessageType.REQUEST, [iaPd(2)], { client, server: WEST_ID }));
      const [{ message: { options } } = assert.fail('it is answered'), ...more] = boxes.west.takeSent();
      assert.ok(options.length > 0 && more.length === 0);
      if (++west % 100 === 0) boxes.advance(0.05);
      assert.ok(prefixes.available('secondary') > held / 2, `${String(west)} clients`);
    }
  });

  it('[R-LB4] without the connection both answer everybody, and nobody commits on a Solicit; back in NORMAL they divide', () => {
    boxes = createBalancedBoxes({ edited: (file) => file.replace('links:\n  lan:\n', 'links:\n  lan:\n    rapid-commit: true\n') });
    for (const box of NAMES) boxes[box].dispatch({ kind: 'failover', event: { kind: 'command', id: 1, relationship: 'east-west', command: 'pause' } });
    boxes.advance(1);
    assert.deepEqual(states(), ['COMMUNICATIONS-INTERRUPTED', 'COMMUNICATIONS-INTERRUPTED']);
    for (const name of NAMES) {
      for (const box of [boxes.east, boxes.west]) {
        box.receive(message(MessageType.SOLICIT, [iaNa(1)], { client: clientOf(name), options: RAPID_COMMIT }));
        assert.equal(onlyAnswer(box.takeSent()).type, MessageType.ADVERTISE);
      }
    }
    for (const box of NAMES) boxes[box].dispatch({ kind: 'failover', event: { kind: 'command', id: 2, relationship: 'east-west', command: 'resume' } });
    boxes.advance(20);
    assert.deepEqual(states(), ['NORMAL', 'NORMAL']);
    for (const name of NAMES) assert.deepEqual(answeredBy(solicit({ client: clientOf(name), transactionId: 9 })), [name]);
  });

  it('[R-LB4] what was left to a partner that dies is answered as soon as that is known', () => {
    const client = clientOf('west');
    boxes.east.receive(solicit({ client }));
    boxes.advance(1);
    assert.deepEqual(boxes.east.takeSent(), []);
    boxes.west.dispatch({ kind: 'failover', event: { kind: 'stopping' } });
    boxes.advance(0.1);
    assert.equal(onlyAnswer(boxes.east.takeSent()).type, MessageType.ADVERTISE);
  });

  it('[R-LB4] a client keeps its lease when the other box takes over, and when its own is back', () => {
    const client = clientOf('west');
    const held = leaseOf(client, boxes.west);
    boxes.advance(5);
    boxes.west.dispatch({ kind: 'failover', event: { kind: 'command', id: 1, relationship: 'east-west', command: 'handover' } });
    boxes.advance(1);
    assert.deepEqual(answeredBy(rebind(client, held)), ['east']);
    assert.deepEqual(heldBy(boxes.east, client), [held]);
    boxes.west.dispatch({ kind: 'failover', event: { kind: 'command', id: 2, relationship: 'east-west', command: 'resume' } });
    boxes.advance(20);
    assert.deepEqual(states(), ['NORMAL', 'NORMAL']);
    boxes.west.receive(rebind(client, held));
    assert.equal(onlyAnswer(boxes.west.takeSent()).ias[0]?.leases[0]?.name, held);
  });

  it('[R-LB1] with a partner without it the primary answers everybody', () => {
    for (const without of NAMES) {
      boxes = createBoxes({ edited: (file, box) => (box === without ? file : balanced(file)) });
      for (const name of NAMES) assert.deepEqual(answeredBy(solicit({ client: clientOf(name) })), ['east']);
      const other = boxes[without === 'east' ? 'west' : 'east'];
      assert.match(other.alarms.get('east-west load-balancing') ?? '', /^the clients are not divided: /);
      for (const name of NAMES) assert.match(boxes[name].alarms.get('east-west configuration') ?? '', /load-balancing/);
    }
  });

  it('[R-LB1] where the boxes are configured differently the primary answers everybody: one of them may know nothing of the client\'s link', () => {
    boxes = createBalancedBoxes({ edited: (file, box) => (box === 'west' ? file : file.replace('valid: 2000s', 'valid: 3000s')) });
    for (const name of NAMES) assert.deepEqual(answeredBy(solicit({ client: clientOf(name) })), ['east']);
    for (const name of NAMES) {
      assert.match(boxes[name].alarms.get('east-west load-balancing') ?? '', /^the clients are not divided: the two boxes are configured differently; /);
      assert.equal(boxes[name].appliance.failover.relationships[0]?.isOwn(clientOf(name)), undefined);
    }
  });

  describe('a box leaves to its partner nothing that the partner relayed to it', () => {
    /** West relays this to east, with `instead` in the place of `octets`: it may see something in it that east does not, and the other way round. */
    const relayed = (said: PlainMessage | PlainRelayMessage, delivery: Delivery, octets: Uint8Array, instead: Uint8Array): void => {
      boxes.between = (from) => (from.name === 'west' ? 'gets lost' : 'passes');
      boxes.west.receive(said, delivery);
      const [{ number, message: bytes } = assert.fail('it was relayed')] = relayedIn(boxes.west.takeSaid());
      boxes.between = () => 'passes';
      const at = Buffer.from(bytes).indexOf(octets);
      assert.ok(at >= 0 && octets.length === instead.length);
      const changed = Uint8Array.from(bytes);
      changed.set(instead, at);
      const contact: FailoverMessage = { type: FailoverMessageType.CONTACT, transactionId: 1, vendor: [extension(ExtensionCode.RELAYED_MESSAGE, { number, message: changed })] };
      boxes.east.takeSaid();
      boxes.east.dispatch({ kind: 'failover', event: { kind: 'message', connection: boxes.connectionOf('east'), message: contact, receivedAt: boxes.epoch } });
    };
    /** What east said to west then, as a client reads it. */
    const said = (): readonly number[] => relayedIn(boxes.east.takeSaid()).map((octets) => readRelayed(octets).type);

    it('[R-LB2] not one by whose bucket it is west\'s: that is answered', () => {
      relayed(solicit({ client: clientOf('east'), elapsed: 5 }), {}, clientOf('east'), clientOf('west'));
      assert.deepEqual(said(), [MessageType.RELAY_REPL]);
      assert.equal(boxes.east.appliance.counters.discarded['partner-bucket'], 0);
      assert.equal(boxes.west.takeSent().length, 1, 'west passes the answer on');
    });

    it('[R-LB2] nor one that names west', () => {
      relayed(fromRelay(request({ client: clientOf('east'), elapsed: 5 })), RELAY, EAST_ID, WEST_ID);
      assert.equal(boxes.east.appliance.counters.discarded['other-server'], 1);
      assert.deepEqual(said(), []);
      assert.deepEqual(boxes.west.takeSent(), []);
    });
  });
});

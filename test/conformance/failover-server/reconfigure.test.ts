// A client's reconfigure key on both boxes of a pair, and which of them asks the client.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ReconfigureCommand } from '../../../src/appliance/index.ts';
import { BindingStatus, NO_SLOT, reconfigureKeyOf } from '../../../src/lease/index.ts';
import type { Binding } from '../../../src/lease/index.ts';
import { ExtensionCode, FailoverMessageType, MessageType, OptionCode, encodeText, extension, formatAddress, optionValue, sameBytes, wrapRelayReply } from '../../../src/wire/index.ts';
import type { Duid } from '../../../src/wire/index.ts';
import { EAST_ID, WEST_ID, createBoxes } from '../failover-relaying/boxes.ts';
import type { Box, Boxes } from '../failover-relaying/boxes.ts';
import { address } from '../server/box.ts';
import { CLIENT, iaNa, iaPd, message, read } from '../server/client.ts';
import { ACCEPTS, keyIn, readReconfigure } from '../server/reconfigured.ts';
import { FROM_RELAY, relayed } from '../server/relayed.ts';

const { RENEW, REBIND, INFORMATION_REQUEST } = MessageType;

function pair(edited: (file: string) => string = (file) => file): Boxes {
  return createBoxes({ edited: (file) => edited(`${file}server: { reconfigure: { clients-per-second: 100 } }\n`) });
}

/** The client gets an address and its key from this box. */
function keyed(box: Box, ia = iaNa(1)): Uint8Array {
  box.takeSent();
  box.receive(message(MessageType.REQUEST, [ia], { server: box.serverId, options: [ACCEPTS] }));
  const [sent] = box.takeSent();
  const key = keyIn(read(sent));
  assert.ok(key !== undefined);
  return key;
}

function ask(box: Box, type?: ReconfigureCommand['type']): string | undefined {
  box.refusals.length = 0;
  box.dispatch({ kind: 'leaseCommand', id: 1, command: { action: 'reconfigure', client: CLIENT, type } });
  assert.equal(box.refusals.length, 1);
  return box.refusals[0];
}

function bindingOf({ appliance: { leases } }: Box, client: Duid = CLIENT): Binding {
  const slot = leases.firstOfClient(client, 0, client.length);
  assert.notEqual(slot, NO_SLOT);
  return leases.read(slot);
}

/** East is dead, and somebody said so to west. */
function eastDies(boxes: Boxes): void {
  boxes.between = () => 'gets lost';
  boxes.advance(120);
  boxes.west.dispatch({ kind: 'failover', event: { kind: 'command', id: 2, relationship: 'east-west', command: 'partner-down' } });
  boxes.west.takeSent();
}

describe('a reconfigure key on both boxes (RFC 8156 5.5.13)', () => {
  for (const ia of [iaNa(1), iaPd(1)]) {
    it(`[F-OPT-16] [F-BU-5] [F-BA-27] the partner is told of it with the client's ${ia.code === OptionCode.IA_NA ? 'address' : 'prefix'}, and where the client is reached, and keeps both`, () => {
      const boxes = pair();
      const key = keyed(boxes.east, ia);
      boxes.advance(1);
      const updates = boxes.east.takeSaid().flatMap((said) => (said.type === FailoverMessageType.BNDUPD && said.binding.kind === 'client' ? said.binding : []));
      assert.deepEqual(updates.at(-1)?.reconfigure?.key, key);
      const kept = bindingOf(boxes.west);
      assert.equal(kept.status, BindingStatus.ACTIVE);
      assert.ok(sameBytes(reconfigureKeyOf(kept.reconfigureData) ?? new Uint8Array(0), key));
      assert.deepEqual(kept.reconfigureData, bindingOf(boxes.east).reconfigureData);
      assert.equal(kept.clientAddress?.length, 16);
    });
  }

  it('[F-BA-27] a key that the client has no more goes from both', () => {
    const boxes = pair();
    keyed(boxes.east);
    boxes.advance(1);
    boxes.east.receive(message(MessageType.REQUEST, [iaNa(1)], { server: EAST_ID }));
    boxes.advance(1);
    assert.equal(bindingOf(boxes.east).reconfigureData, undefined);
    assert.equal(bindingOf(boxes.west).reconfigureData, undefined);
  });

  it('while both are well the box asks that the client heard last; the other one says which that is', () => {
    const boxes = pair();
    const key = keyed(boxes.east);
    boxes.advance(1);
    assert.equal(ask(boxes.east), undefined);
    const [sent] = boxes.east.takeSent();
    assert.equal(readReconfigure(sent, key).asksFor, RENEW);
    assert.match(ask(boxes.west) ?? '', /Rebind that this box does not answer now: ask it from east/);
    assert.match(ask(boxes.west, RENEW) ?? '', /renews with east, whom it heard last/);
    assert.deepEqual(boxes.west.takeSent(), []);
    assert.equal(ask(boxes.west, INFORMATION_REQUEST), undefined, 'what names it as its server it answers');
  });

  it('[F-OPT-16] [S-RCF-8] with the box dead that made the key the other one asks with it: for a Rebind, in its own name', () => {
    const boxes = pair();
    const key = keyed(boxes.east);
    ask(boxes.east);
    const [before] = boxes.east.takeSent();
    boxes.advance(1);
    eastDies(boxes);
    assert.equal(ask(boxes.west), undefined);
    const [sent] = boxes.west.takeSent();
    assert.deepEqual([sent?.interfaceName, sent?.destination, sent?.port], ['eth1', 'fe80::c1', 546]);
    const asked = readReconfigure(sent, key);
    assert.equal(asked.asksFor, REBIND);
    assert.deepEqual(optionValue(asked.answer.options, OptionCode.SERVERID), WEST_ID);
    assert.ok(asked.replay > readReconfigure(before, key).replay, 'also for a client that keeps one value for all servers');
  });

  it('once the client has come to the other box that asks it for a Renew', () => {
    const boxes = pair();
    const key = keyed(boxes.east);
    boxes.advance(1);
    eastDies(boxes);
    ask(boxes.west);
    boxes.west.takeSent();
    boxes.west.receive(message(REBIND, [iaNa(1, formatAddress(bindingOf(boxes.west).address))]));
    assert.equal(boxes.west.appliance.reconfigures?.counters.answered, 1);
    boxes.west.takeSent();
    boxes.advance(1);
    assert.equal(ask(boxes.west), undefined);
    const [sent] = boxes.west.takeSent();
    assert.equal(readReconfigure(sent, key).asksFor, RENEW);
  });

  const withDns = (dns: string) => (file: string) => `${file}options: { dns-servers: [${dns}] }\nserver: { reconfigure: { clients-per-second: 100 } }\n`;

  it('a changed file: the primary leaves it to the secondary to ask a client that heard that last', () => {
    const boxes = createBoxes({ edited: withDns('2001:db8::53') });
    keyed(boxes.west);
    boxes.advance(2);
    boxes.load(withDns('2001:db8::54'));
    boxes.advance(20);
    assert.deepEqual([boxes.east, boxes.west].map((box) => box.takeSent().length), [0, 4]);
  });

  it('a changed file: each box asks the clients that heard it last, and all of them when the other one is not heard', () => {
    const boxes = createBoxes({ edited: withDns('2001:db8::53') });
    keyed(boxes.east);
    boxes.advance(2);
    boxes.load(withDns('2001:db8::54'));
    boxes.advance(20);
    assert.ok(boxes.connected, 'they have met anew');
    assert.deepEqual([boxes.east, boxes.west].map((box) => box.takeSent().length), [4, 0], 'after 0, 2, 6 and 14 s');
    boxes.east.receive(message(RENEW, [iaNa(1, formatAddress(bindingOf(boxes.east).address))], { server: EAST_ID }));
    boxes.advance(2);
    boxes.between = () => 'gets lost';
    boxes.advance(120);
    for (const box of [boxes.east, boxes.west]) box.takeSent();
    boxes.load(withDns('2001:db8::55'));
    boxes.advance(1);
    assert.deepEqual(boxes.west.takeSent(), [], 'the partner has half a minute to come back and ask itself');
    boxes.advance(30);
    const [key] = [boxes.east, boxes.west].map((box) => reconfigureKeyOf(bindingOf(box).reconfigureData));
    assert.ok(key !== undefined);
    assert.deepEqual([boxes.east, boxes.west].map((box) => readReconfigure(box.takeSent()[0], key).asksFor), [RENEW, REBIND]);
  });

  it('a changed file: who was left to the partner is asked by this box when that one goes, and is told so', () => {
    const boxes = createBoxes({ edited: withDns('2001:db8::53') });
    const key = keyed(boxes.west);
    boxes.advance(2);
    boxes.load(withDns('2001:db8::54'));
    boxes.advance(5);
    assert.ok(boxes.connected);
    boxes.east.takeSent();
    boxes.between = () => 'gets lost';
    boxes.advance(100);
    assert.equal(readReconfigure(boxes.east.takeSent()[0], key).asksFor, REBIND);
  });

  it('a changed file: a partner that is there though it is not heard over the connection asks its clients itself', () => {
    const boxes = createBoxes({ edited: withDns('2001:db8::53'), beacons: { east: true, west: true } });
    for (const box of [boxes.east, boxes.west]) box.kernelSays({});
    const key = keyed(boxes.west);
    boxes.advance(2);
    boxes.between = () => 'gets lost';
    boxes.advance(60);
    for (const box of [boxes.east, boxes.west]) box.takeSent();
    boxes.load(withDns('2001:db8::54'));
    boxes.advance(120);
    assert.deepEqual(boxes.east.takeSent(), []);
    assert.ok(boxes.east.log.some((line) => line.includes("can't be asked yet, and waits: each heard the other box last, which is there")), boxes.east.log.join('\n'));
    boxes.onLan = () => 'gets lost';
    boxes.advance(30);
    assert.equal(readReconfigure(boxes.east.takeSent()[0], key).asksFor, REBIND);
  });

  it('where the two boxes divide the clients a Rebind is asked for by the box that it is for', () => {
    const boxes = pair((file) => file.replace('insecure: true,', 'insecure: true, load-balancing: 50%,'));
    const giver = [boxes.east, boxes.west].find((box) => {
      box.receive(message(MessageType.REQUEST, [iaNa(1)], { server: box.serverId, options: [ACCEPTS] }));
      return box.takeSent().length > 0;
    });
    assert.ok(giver !== undefined);
    boxes.advance(1);
    const outcomes = [boxes.east, boxes.west].map((box) => ask(box, REBIND) === undefined);
    assert.equal(outcomes.filter(Boolean).length, 1, 'one of the two');
    const asker = outcomes[0] === true ? boxes.east : boxes.west;
    for (const box of [boxes.east, boxes.west]) box.takeSent();
    for (const box of [boxes.east, boxes.west]) box.receive(message(REBIND, [iaNa(1, formatAddress(bindingOf(giver).address))]));
    assert.equal(asker.appliance.reconfigures?.counters.answered, 1);
  });

  it('a box that answers nobody asks nobody', () => {
    const boxes = pair();
    keyed(boxes.east);
    boxes.advance(1);
    boxes.east.dispatch({ kind: 'failover', event: { kind: 'command', id: 2, relationship: 'east-west', command: 'handover' } });
    boxes.east.takeSent();
    assert.match(ask(boxes.east) ?? '', /does not answer now: ask it from west/);
    assert.deepEqual(boxes.east.takeSent(), []);
  });
});

describe('Reconfigure by the partner (R-LH5)', () => {
  it('[R-LH5] a client on a link that this box does not reach is asked through the partner, whose way the answer takes as well', () => {
    const boxes = pair();
    const key = keyed(boxes.east);
    boxes.advance(1);
    boxes.west.kernelSays({});
    boxes.east.kernelSays({ hasCarrier: false });
    boxes.advance(1);
    assert.equal(ask(boxes.east), undefined);
    const [sent, ...others] = boxes.west.takeSent();
    assert.deepEqual(others, []);
    assert.deepEqual([sent?.interfaceName, sent?.destination, sent?.port], ['eth1', 'fe80::c1', 546]);
    const asked = readReconfigure(sent, key);
    assert.equal(asked.asksFor, RENEW);
    assert.deepEqual(optionValue(asked.answer.options, OptionCode.SERVERID), EAST_ID);
    boxes.west.receive(message(RENEW, [iaNa(1, formatAddress(bindingOf(boxes.east).address))], { server: EAST_ID }));
    assert.equal(boxes.east.appliance.reconfigures?.counters.answered, 1);
  });

  it('[R-LH5] [O-33] a relay agent is asked by the partner where that heard it, at the port that it sends from', () => {
    const boxes = pair();
    boxes.west.kernelSays({});
    const request = relayed(message(MessageType.REQUEST, [iaNa(1)], { server: EAST_ID, options: [ACCEPTS] }), { linkAddress: '2001:db8:1::1', options: [{ code: OptionCode.RELAY_PORT, value: 0 }] });
    const way = { ...FROM_RELAY, interfaceName: 'eth1', sourcePort: 1547 };
    boxes.east.receive(request, way);
    boxes.west.receive(request, way);
    boxes.advance(1);
    boxes.east.kernelSays({ hasCarrier: false });
    boxes.advance(1);
    for (const box of [boxes.east, boxes.west]) box.takeSent();
    assert.equal(ask(boxes.east), undefined);
    assert.deepEqual(boxes.west.takeSent().map(({ interfaceName, port }) => [interfaceName, port]), [['eth1', 1547]]);
  });

  it('[R-LH5] where nothing is wrong with the link the partner sends nothing', () => {
    const boxes = pair();
    keyed(boxes.east);
    for (const box of [boxes.west, boxes.east]) box.kernelSays({});
    boxes.advance(1);
    ask(boxes.east);
    boxes.advance(3);
    assert.deepEqual(boxes.west.takeSent(), []);
  });

  it('[R-LH5] the partner sends nothing but that on a link, and only on one of both', () => {
    const boxes = pair();
    boxes.west.kernelSays({});
    const { appliance } = boxes.west;
    const say = (octets: Uint8Array): void => {
      boxes.west.dispatch({
        kind: 'failover',
        event: {
          kind: 'message',
          connection: boxes.connectionOf('west'),
          receivedAt: boxes.epoch,
          message: { type: FailoverMessageType.CONTACT, transactionId: 77, sentTime: boxes.epoch, vendor: [extension(ExtensionCode.RELAYED_MESSAGE, { number: 0, message: octets })] },
        },
      });
    };
    const wrapped = (link: string, peer: string, inner: Uint8Array): Uint8Array => {
      const reply = wrapRelayReply({ linkAddress: address('2001:db8:1::'), peerAddress: address(peer), interfaceId: encodeText(link) }, inner);
      assert.ok(reply !== undefined);
      return reply;
    };
    const reconfigure = Uint8Array.of(MessageType.RECONFIGURE, 0, 0, 0);
    const before = appliance.failover.relationships[0]?.relayCounters.relayLate ?? 0;
    const refused = [
      wrapped('lan', 'fe80::c1', Uint8Array.of(MessageType.REPLY, 0, 0, 0)),
      wrapped('lan', 'ff02::1', reconfigure),
      wrapped('lan', '::', reconfigure),
      wrapped('wlan', 'fe80::c1', reconfigure),
      wrapped('nowhere', 'fe80::c1', reconfigure),
      wrapped('lan', 'fe80::c1', new Uint8Array(0)),
      wrapped('lan', 'fe80::c1', reconfigure).slice(0, 30),
    ];
    for (const one of refused) say(one);
    assert.deepEqual(boxes.west.takeSent(), []);
    assert.equal((appliance.failover.relationships[0]?.relayCounters.relayLate ?? 0) - before, refused.length);
    say(wrapped('lan', 'fe80::c1', reconfigure));
    say(wrapped('lan', 'fe80::c1', wrapped('x', 'fe80::c2', reconfigure)));
    assert.deepEqual(boxes.west.takeSent().map(({ destination, port }) => [destination, port]), [['fe80::c1', 546], ['fe80::c1', 547]]);
  });
});

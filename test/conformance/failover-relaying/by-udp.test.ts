/** A partner that lacks the extension is relayed to by UDP, as by any relay agent (RFC 9915 section 19; R-LH8). */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { BindingStatus } from '../../../src/lease/index.ts';
import { MessageType, OptionCode, decodeMessage, decodeText, encodeMessage, encodeText, formatAddress, optionValue } from '../../../src/wire/index.ts';
import type { PlainMessage, PlainRelayMessage } from '../../../src/wire/index.ts';
import { address, duid } from '../server/box.ts';
import { createBoxes, relayedIn, EAST_ID, MANAGEMENT_ADDRESS, WEST_ID } from './boxes.ts';
import type { Box, Boxes } from './boxes.ts';
import { RELAY, addressesOf, clientId, fromRelay, onlyAnswer, rebind, release, renew, request, solicit } from './messages.ts';

const BY_UDP = (file: string): string => file.replace(/relaying: (true|false)/, 'relaying: $1, relay-by-udp: true');

function read(bytes: Uint8Array): PlainRelayMessage {
  const message = decodeMessage(bytes);
  assert.ok(message.error === undefined && 'hopCount' in message, 'between the boxes go relay messages');
  return message;
}

describe('to a partner that does not relay, where the configuration allows it [R-LH8]', () => {
  let boxes: Boxes;
  let west: Box;
  let passed: { readonly from: string; readonly message: PlainRelayMessage }[];

  const open = (relaying: { readonly east: boolean; readonly west: boolean }, edited = BY_UDP): void => {
    boxes = createBoxes({ relaying, edited });
    ({ west } = boxes);
    passed = [];
    boxes.onManagement = (from, bytes) => {
      passed.push({ from: from.name, message: read(bytes) });
      return 'passes';
    };
  };
  const forwards = (): readonly PlainRelayMessage[] => passed.splice(0).flatMap(({ message }) => (message.type === MessageType.RELAY_FORW ? message : []));
  const counters = (box: Box) => box.appliance.failover.relationships[0]?.relayCounters;
  const onManagement = (box: Box, message: PlainMessage | PlainRelayMessage | Uint8Array, source = '2001:db8::bad'): void => {
    box.receive(message, { interfaceName: 'eth0', source: address(source), sourcePort: 547, destination: 'unicast' });
  };
  beforeEach(() => {
    open({ east: false, west: true });
  });

  it('a client that asks again is relayed as by any relay agent, and answered', () => {
    west.receive(solicit());
    assert.deepEqual(passed, [], 'the partner hears it, too');
    west.takeSaid();
    west.receive(solicit({ elapsed: 1.1 }));
    const answer = onlyAnswer(west.takeSent());
    assert.deepEqual([answer.type, answer.interfaceName, answer.destination, answer.port], [MessageType.ADVERTISE, 'eth1', 'fe80::c1', 546]);
    assert.deepEqual(optionValue(answer.options, OptionCode.SERVERID), EAST_ID);
    assert.deepEqual(passed.map(({ from }) => from), ['west', 'east']);
    const [forward] = forwards();
    assert.ok(forward !== undefined);
    assert.deepEqual([forward.hopCount, formatAddress(forward.linkAddress), formatAddress(forward.peerAddress)], [0, '2001:db8:1::', 'fe80::c1']);
    assert.equal(decodeText(optionValue(forward.options, OptionCode.INTERFACE_ID) ?? new Uint8Array()), 'lan');
    assert.deepEqual(relayedIn(west.takeSaid()), [], 'over the connection goes RFC 8156 alone');
  });

  it('and so is its Request, though it is sent for the first time and names a server that this box does not know', () => {
    west.receive(solicit({ elapsed: 1.1 }));
    const [offered = ''] = addressesOf(onlyAnswer(west.takeSent()));
    west.receive(request({ transactionId: 2, addresses: [offered] }));
    assert.deepEqual(addressesOf(onlyAnswer(west.takeSent())), [offered]);
    boxes.advance(1);
    for (const box of [boxes.east, west]) assert.equal(box.appliance.leases.count(BindingStatus.ACTIVE), 1, box.name);
    west.receive(renew({ transactionId: 3, addresses: [offered], server: WEST_ID }));
    west.receive(request({ transactionId: 4, elapsed: 1, addresses: [offered], server: WEST_ID }));
    assert.equal(forwards().length, 2, 'what names this box it does not pass on');
  });

  it('a message for another server is relayed, and answered by nobody', () => {
    west.receive(request({ elapsed: 1, server: duid('00:03:00:01:ba:d0'), addresses: ['2001:db8:1::100'] }));
    assert.equal(forwards().length, 1);
    assert.deepEqual(west.takeSent(), []);
  });

  it('what came from a relay agent goes one hop further, and back to its port', () => {
    west.receive(fromRelay(solicit({ elapsed: 1 })), RELAY);
    const [back] = west.takeSent();
    assert.deepEqual([back?.interfaceName, back?.destination, back?.port, back?.message.type], ['uplink', '2001:db8:ffff::1', 547, MessageType.RELAY_REPL]);
    const [forward] = forwards();
    assert.deepEqual([forward?.hopCount, formatAddress(forward?.linkAddress ?? address('::1'))], [1, '::']);
    west.receive(fromRelay(solicit({ elapsed: 1, transactionId: 2 }), { options: [{ code: OptionCode.RELAY_PORT, value: 0 }] }), { ...RELAY, sourcePort: 20_547 });
    assert.deepEqual(west.takeSent().map(({ port }) => port), [20_547]);
    west.receive(fromRelay(solicit({ elapsed: 1, transactionId: 3 }), { hopCount: 8 }), RELAY);
    assert.equal(forwards().length, 1, 'eight hops are enough (section 19.1.2)');
    assert.equal(counters(west)?.relayRefused, 1);
  });

  it('not without that word', () => {
    open({ east: false, west: true }, (file) => file);
    west.receive(solicit({ elapsed: 1.1 }));
    assert.deepEqual(passed, []);
    assert.deepEqual(west.takeSent(), []);
  });

  it('not to one that relays: that goes over the connection', () => {
    open({ east: true, west: true });
    west.receive(solicit({ elapsed: 1.1 }));
    assert.equal(relayedIn(west.takeSaid()).length, 1);
    assert.deepEqual(passed, []);
  });

  it('not while the two do not speak: this box answers then itself', () => {
    boxes.between = () => 'gets lost';
    boxes.advance(70);
    west.receive(solicit({ elapsed: 1.1 }));
    assert.deepEqual(passed, []);
    assert.deepEqual(optionValue(onlyAnswer(west.takeSent()).options, OptionCode.SERVERID), WEST_ID);
  });

  it('not back to where it came from', () => {
    open({ east: false, west: false });
    onManagement(west, fromRelay(solicit({ elapsed: 1 }), { linkAddress: address('2001:db8:1::') }), formatAddress(MANAGEMENT_ADDRESS.east));
    assert.deepEqual(passed, []);
  });

  it('not without end: a storm is shed', () => {
    for (let number = 0; number < 4_000; number++) west.receive(rebind({ elapsed: 1, transactionId: number, client: clientId(number) }));
    const { length } = forwards();
    assert.ok(length < 2_000, String(length));
    assert.ok((counters(west)?.relayShed ?? 0) >= 2_000);
  });

  it('on the management link nobody but the partner is heard, and it as a relay agent or as a server alone', () => {
    const eastAddress = formatAddress(MANAGEMENT_ADDRESS.east);
    onManagement(boxes.east, fromRelay(solicit({ elapsed: 1 }), { linkAddress: address('2001:db8:1::') }));
    onManagement(boxes.east, solicit(), formatAddress(MANAGEMENT_ADDRESS.west));
    west.receive(solicit({ elapsed: 1.1 }));
    assert.equal(west.takeSent().length, 1);
    passed.splice(0);
    const reply = (changes: Partial<PlainRelayMessage> = {}, link = 'lan', inner: Uint8Array = encodeMessage({ ...solicit(), type: MessageType.ADVERTISE })): PlainRelayMessage => ({
      type: MessageType.RELAY_REPL,
      hopCount: 0,
      linkAddress: address('2001:db8:1::'),
      peerAddress: address('fe80::c1'),
      options: [{ code: OptionCode.INTERFACE_ID, value: encodeText(link) }, { code: OptionCode.RELAY_MSG, value: inner }],
      ...changes,
    });
    onManagement(west, reply());
    west.receive(reply(), { interfaceName: 'eth1', source: MANAGEMENT_ADDRESS.east, sourcePort: 547, destination: 'unicast' });
    onManagement(west, reply({ peerAddress: address('fe80::c2') }), eastAddress);
    onManagement(west, reply({}, 'wlan'), eastAddress);
    onManagement(west, reply({ options: [] }), eastAddress);
    onManagement(west, Uint8Array.of(13, 0, 0), eastAddress);
    assert.deepEqual(west.takeSent(), []);
    assert.equal(counters(west)?.relayLate, 4);
    onManagement(west, reply(), eastAddress);
    assert.equal(onlyAnswer(west.takeSent()).destination, 'fe80::c1');
    assert.deepEqual(boxes.east.takeSent(), []);
  });

  it('a Reconfigure of the partner comes to its client, whoever was relayed before', () => {
    const reconfigure = (peerAddress: string, link = 'lan'): PlainRelayMessage => ({
      type: MessageType.RELAY_REPL,
      hopCount: 0,
      linkAddress: address('2001:db8:1::'),
      peerAddress: address(peerAddress),
      options: [
        { code: OptionCode.INTERFACE_ID, value: encodeText(link) },
        { code: OptionCode.RELAY_MSG, value: encodeMessage({ type: MessageType.RECONFIGURE, transactionId: 0, options: [{ code: OptionCode.CLIENTID, value: clientId(9) }] }) },
      ],
    });
    onManagement(west, reconfigure('fe80::c9'), formatAddress(MANAGEMENT_ADDRESS.east));
    const [sent, ...others] = west.takeSent();
    assert.deepEqual(others, []);
    assert.deepEqual([sent?.interfaceName, sent?.destination, sent?.port, sent?.message.type], ['eth1', 'fe80::c9', 546, MessageType.RECONFIGURE]);
    onManagement(west, reconfigure('fe80::c9', 'wlan'), formatAddress(MANAGEMENT_ADDRESS.east));
    for (const nobody of ['ff02::1', '::']) onManagement(west, reconfigure(nobody), formatAddress(MANAGEMENT_ADDRESS.east));
    assert.deepEqual(west.takeSent(), []);
  });

  it('a Release that comes both ways acts once: a copy that is late frees no newer lease', () => {
    open({ east: false, west: false });
    west.receive(solicit({ elapsed: 1.1 }));
    const [given = ''] = addressesOf(onlyAnswer(west.takeSent()));
    west.receive(request({ transactionId: 2, addresses: [given] }));
    const gone = release({ transactionId: 3, elapsed: 1, addresses: [given] });
    boxes.east.receive(gone);
    boxes.east.receive(request({ transactionId: 4, addresses: [given] }));
    assert.equal(boxes.east.takeSent().length, 2);
    west.receive(gone);
    assert.equal(forwards().length, 3);
    assert.equal(boxes.east.appliance.leases.count(BindingStatus.ACTIVE), 1);
  });
});

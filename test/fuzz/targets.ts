/** What is fuzzed: the decoder, and the whole step of the server with commits that succeed and fail. */
import assert from 'node:assert/strict';
import { createAppliance } from '../../src/appliance/index.ts';
import type { Appliance, Effect, Event } from '../../src/appliance/index.ts';
import { BindingStatus, LeaseTable, isForgotten } from '../../src/lease/index.ts';
import type { Binding } from '../../src/lease/index.ts';
import {
  MessageType,
  OptionCode,
  RadiusAttributeType,
  decodeDatagram,
  decodeLeaseQuery,
  decodeMessage,
  describeMessage,
  encodeMessage,
  epochSeconds,
  formatAddress,
  formatHex,
  monotonicMs,
  peekDatagram,
  registeredAddress,
  toDuid,
  wrapRelayReplies,
} from '../../src/wire/index.ts';
import { CLIENT_ADDRESS, NO_PARTNERS, PROVISIONING, SERVER_ID, configuration, createBox } from '../conformance/server/box.ts';
import { repliesIn } from '../conformance/leasequery/frames.ts';
import { Message, Query, leasequery, readReply } from '../conformance/leasequery/requestor.ts';
import { CLIENT, OTHER_CLIENT, iaNa, iaPd, message } from '../conformance/server/client.ts';
import { inform } from '../conformance/server/registering.ts';
import { FROM_RELAY, RELAY_ADDRESS, relayed } from '../conformance/server/relayed.ts';
import type { Target } from './fuzzer.ts';
import { rightClock } from '../unit/appliance/right-clock.ts';

const SOLICIT = message(MessageType.SOLICIT, [iaNa(1), iaPd(1)], { request: [OptionCode.DNS_SERVERS] });

const MESSAGES: readonly [Uint8Array, ...Uint8Array[]] = [
  encodeMessage(SOLICIT),
  encodeMessage(message(MessageType.REQUEST, [iaNa(1), iaPd(1)])),
  encodeMessage(message(MessageType.RENEW, [iaNa(1, '2001:db8:1::1aa')])),
  encodeMessage(message(MessageType.REBIND, [iaPd(1, '2001:db8:100:4200::/56')])),
  encodeMessage(message(MessageType.RELEASE, [iaNa(1, '2001:db8:1::1aa')])),
  encodeMessage(message(MessageType.DECLINE, [iaNa(1, '2001:db8:1::1aa')])),
  encodeMessage(message(MessageType.CONFIRM, [iaNa(1, '2001:db8:1::1aa')], { client: OTHER_CLIENT })),
  encodeMessage(message(MessageType.INFORMATION_REQUEST, [], { request: [OptionCode.INFORMATION_REFRESH_TIME] })),
  encodeMessage(relayed(SOLICIT, {}, { linkAddress: '::' })),
];

/** What decides on classes and boot files, from the client and from its relay agent. */
const CLASSED = message(MessageType.REQUEST, [iaNa(1), iaPd(1)], {
  request: [OptionCode.BOOTFILE_URL, OptionCode.BOOTFILE_PARAM, 65, 200],
  options: [
    { code: OptionCode.VENDOR_CLASS, value: { enterprise: 32_473, items: [Uint8Array.of(112, 104, 49)] } },
    { code: OptionCode.USER_CLASS, value: [Uint8Array.of(97), Uint8Array.of(98)] },
    { code: OptionCode.CLIENT_ARCH_TYPE, value: [7, 9] },
  ],
});
const CLASSED_RELAYED = relayed(CLASSED, {
  options: [
    { code: OptionCode.REMOTE_ID, value: { enterprise: 32_473, id: Uint8Array.of(1, 2) } },
    { code: OptionCode.SUBSCRIBER_ID, value: Uint8Array.of(3) },
    { code: OptionCode.INTERFACE_ID, value: Uint8Array.of(4, 5) },
    { code: OptionCode.CLIENT_LINKLAYER_ADDR, value: { hardwareType: 1, address: Uint8Array.of(2, 0, 0x5e, 0, 0, 1) } },
    { code: OptionCode.RSOO, value: [{ code: 65, data: Uint8Array.of(1, 97, 0) }] },
    {
      code: OptionCode.RADIUS,
      value: [
        { type: RadiusAttributeType.FRAMED_IPV6_ADDRESS, value: Uint8Array.of(0x20, 1, 0xd, 0xb8, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x42) },
        { type: RadiusAttributeType.DELEGATED_IPV6_PREFIX, value: Uint8Array.of(0, 56, 0x20, 1, 0xd, 0xb8, 2, 0, 7) },
        { type: RadiusAttributeType.DELEGATED_IPV6_PREFIX_POOL, value: Uint8Array.of(112) },
      ],
    },
  ],
});

/** What a host behind a relay agent registers (RFC 9686), and has no more. */
const REGISTERED = relayedInform(1_000);
const UNREGISTERED = relayedInform(0);

function relayedInform(valid: number): Uint8Array {
  return encodeMessage(relayed(inform('2001:db8:2::1aa', { valid, transactionId: 7 }), { peerAddress: '2001:db8:2::1aa' }));
}

export const decoder: Target = {
  name: 'decoder',
  seeds: [...MESSAGES, encodeMessage(CLASSED_RELAYED), REGISTERED],
  run(input) {
    peekDatagram(input);
    assert.equal(typeof describeMessage(input), 'string');
    const decoded = decodeDatagram(input, 8);
    if (decoded.error !== undefined) {
      assert.ok(decoded.error.offset <= input.length, 'an error lies in the datagram');
      return;
    }
    const { message: client, levels } = decoded;
    const registered = registeredAddress(client);
    if (registered !== undefined) assert.ok(registered.address.length === 16 && registered.data.length >= 24);
    for (let i = 0; i < client.options.count; i++) assert.equal(client.options.value(i).length, client.options.length(i));
    const wrapped = wrapRelayReplies(levels, Uint8Array.of(MessageType.REPLY, 0, 0, 0));
    if (wrapped !== undefined) assert.ok(decodeMessage(wrapped).error === undefined, 'what is sent is well formed');
  },
};

/** How each datagram of a sequence is delivered; one octet before its length. */
const Delivery = { FAILS: 1, BY_RELAY: 2, LATER: 4, MUCH_LATER: 8 } as const;

function sequence(...steps: readonly (readonly [delivery: number, datagram: Uint8Array])[]): Uint8Array {
  return Uint8Array.from(steps.flatMap(([delivery, bytes]) => [delivery, bytes.length >> 8, bytes.length & 0xff, ...bytes]));
}

const [SOLICITED, REQUESTED, RENEWED, REBOUND, RELEASED, DECLINED, CONFIRMED, INFORMED, RELAYED] = MESSAGES;

/** From a requestor, of a client that was given something before. */
const BY_CLIENT = { type: Query.clientId, clientId: formatHex(CLIENT, ''), request: [39, 47, 79] };
const QUERIES: readonly Uint8Array[] = [
  leasequery({ query: BY_CLIENT }),
  leasequery({ query: { type: Query.address, address: '2001:db8:100:4200::1', link: '2001:db8:1::1', request: [47] } }),
  leasequery({ query: { type: Query.relayId, relayId: '00030001020000000001' }, startTime: 1, endTime: 2 }),
  leasequery({ query: { type: Query.remoteId, remoteId: '0000000901' }, serverId: '0003' }),
];

/** What is inside of a query, as octets of its own. */
export const queryDecoder: Target = {
  name: 'query decoder',
  seeds: [QUERIES[0] ?? SOLICITED, ...QUERIES],
  run(input) {
    const decoded = decodeDatagram(input, 8);
    if (decoded.error !== undefined) return;
    const query = decodeLeaseQuery(decoded.message);
    if (query === undefined || query === 'malformed') return;
    assert.equal(query.linkAddress.length, 16);
    if (query.address !== undefined) assert.equal(query.address.length, 16);
    for (const duid of [query.clientId, query.relayId]) if (duid !== undefined) assert.ok(toDuid(duid) !== undefined);
  },
};

/** What a requestor may say over its connection, to a box that has something to tell. */
export const requests: Target = {
  name: 'requests over TCP',
  seeds: [
    QUERIES[0] ?? SOLICITED,
    ...QUERIES.slice(1),
    leasequery({ query: { type: Query.link, link: '2001:db8:1::1' }, request: [100], startTime: 1, endTime: 0x2fff_ffff }),
    leasequery({ type: Message.ACTIVELEASEQUERY, request: [47, 100] }),
    leasequery({ type: Message.ACTIVELEASEQUERY, query: BY_CLIENT, startTime: 853_315_200 }),
  ],
  run(input) {
    const begun = ASKED.leasequery.begin(input, epochSeconds(START), () => undefined);
    if (begun.kind === 'invalid') return;
    if (begun.kind === 'refused') {
      assert.equal(repliesIn(begun.octets).length, 1);
      return;
    }
    const { stream } = begun;
    for (let steps = 0; ; steps++) {
      assert.ok(steps < 100, 'it comes to an end');
      const step = stream.next(epochSeconds(START));
      if ('octets' in step) repliesIn(step.octets);
      if (step.kind === 'done' || step.kind === 'waiting') break;
    }
    stream.close(epochSeconds(START));
  },
};

const all = [SOLICITED, REQUESTED, RENEWED, REBOUND, RELEASED, DECLINED, CONFIRMED, INFORMED].flatMap((bytes) => bytes ?? []);

export const serverStep: Target = {
  name: 'server step',
  seeds: [
    sequence([0, SOLICITED], [0, REQUESTED ?? SOLICITED], [Delivery.LATER, RENEWED ?? SOLICITED], [0, RELEASED ?? SOLICITED]),
    sequence([Delivery.FAILS, REQUESTED ?? SOLICITED], [0, REQUESTED ?? SOLICITED], [0, DECLINED ?? SOLICITED], [Delivery.MUCH_LATER, SOLICITED]),
    sequence([0, REQUESTED ?? SOLICITED], ...QUERIES.map((bytes) => [0, bytes] as const)),
    sequence([0, encodeMessage(CLASSED)], [Delivery.BY_RELAY, encodeMessage(CLASSED_RELAYED)]),
    sequence([Delivery.BY_RELAY, REGISTERED], [Delivery.BY_RELAY | Delivery.LATER, RELAYED ?? SOLICITED], [Delivery.BY_RELAY, UNREGISTERED], [Delivery.BY_RELAY, REGISTERED], [Delivery.MUCH_LATER, SOLICITED]),
    sequence([Delivery.BY_RELAY, RELAYED ?? SOLICITED], ...all.map((bytes) => [Delivery.LATER, bytes] as const)),
  ],
  run(input) {
    runSequence(input);
  },
};

const CONFIGURATION = configuration(`${PROVISIONING.replace('  branch:\n', '  branch:\n    address-registration: true\n    relay: { radius-assignments: true }\n')}
leasequery: { requestors: ["fe80::/64"] }
options: { boot-files: [ { url: "http://a/7", architectures: [7], parameters: [a] }, { url: "http://a/" } ] }
classes:
  - { name: a, match: { vendor-classes: [ { enterprise: 32473, data: "p*h?1" } ], user-classes: [ "a*" ], architectures: [9] }, options: { custom: [ { code: 200, type: uint8, value: 1 } ] } }
  - { name: b, match: { remote-ids: [ { id: "*" } ], subscriber-ids: [ "0x03*" ], interface-ids: [ "??" ], radius-prefix-pools: [ "p*" ], link-layer-addresses: [ "02:00:5e:*" ] }, lifetimes: { preferred: 300s, valid: 600s } }
  - { name: c, match: { duids: [ "00:03:*" ], classes: [a, b] }, options: {} }
`);
/** With leases of two clients, one of them relayed. */
const ASKED = ((): Appliance => {
  const box = createBox({ provisioning: `${PROVISIONING}leasequery: { requestors: ["fe80::/64"], tcp: { security: insecure, active: true } }\n` });
  box.deliver(message(MessageType.REQUEST, [iaNa(1), iaPd(1)]));
  box.deliver(relayed(message(MessageType.REQUEST, [iaNa(1)], { client: OTHER_CLIENT }), {}), FROM_RELAY);
  return box.appliance;
})();
const KEY = { k0: 1, k1: 2 };
const START = 1_800_000_000;

function runSequence(input: Uint8Array): void {
  const leases = new LeaseTable(KEY, 0);
  const appliance = createAppliance({
    configuration: CONFIGURATION,
    serverId: SERVER_ID,
    allocationSecret: KEY,
    hashKey: KEY,
    leases,
    lostRecords: 'none',
    firstRevision: 1,
    ...NO_PARTNERS,
    clock: rightClock(START),
  });
  const durable = new Map<string, Binding>();
  let elapsedMs = 0;

  const dispatch = (event: Event, fails: boolean): void => {
    const now = { epoch: epochSeconds(START + Math.floor(elapsedMs / 1_000)), monotonic: monotonicMs(elapsedMs) };
    for (const effect of [...appliance.step(event, now)]) carryOut(effect, fails);
  };
  const carryOut = (effect: Effect, fails: boolean): void => {
    if (effect.kind === 'send') {
      if (effect.bytes[0] === Message.LEASEQUERY_REPLY) readReply(effect.bytes);
      else assert.ok(decodeMessage(effect.bytes).error === undefined, 'what is sent is well formed');
    }
    if (effect.kind === 'resume') dispatch({ kind: 'drained' }, fails);
    if (effect.kind !== 'commit') return;
    const { revision, bindings } = effect;
    if (fails) {
      const found = bindings.map((binding) => durable.get(nameOf(binding)));
      dispatch({ kind: 'commitFailed', revision, reason: 'no room', found }, false);
      return;
    }
    for (const binding of bindings) {
      if (isForgotten(binding.kind, binding.status)) durable.delete(nameOf(binding));
      else durable.set(nameOf(binding), binding);
    }
    dispatch({ kind: 'committed', revision }, false);
  };

  for (let at = 0; at + 3 <= input.length; ) {
    const delivery = input[at] ?? 0;
    const length = ((input[at + 1] ?? 0) << 8) | (input[at + 2] ?? 0);
    const bytes = input.slice(at + 3, at + 3 + length);
    at += 3 + length;
    elapsedMs += (delivery & Delivery.MUCH_LATER) !== 0 ? 3_000_000 : (delivery & Delivery.LATER) !== 0 ? 600_000 : 10;
    const isRelayed = (delivery & Delivery.BY_RELAY) !== 0;
    dispatch(
      {
        kind: 'received',
        datagram: {
          bytes,
          interfaceName: isRelayed ? 'uplink' : 'eth1',
          source: isRelayed ? RELAY_ADDRESS : CLIENT_ADDRESS,
          sourcePort: 546,
          destination: isRelayed ? 'unicast' : 'multicast',
        },
      },
      false,
    );
    dispatch({ kind: 'drained' }, (delivery & Delivery.FAILS) !== 0);
    dispatch({ kind: 'timer' }, false);
  }
  checkAgainst(leases, durable);
}

/** What is in memory and what is durable are the same when no commit is in flight. */
function checkAgainst(leases: LeaseTable, durable: ReadonlyMap<string, Binding>): void {
  assert.equal(leases.size, durable.size);
  for (const binding of durable.values()) {
    const slot = leases.find(binding.address, 0, binding.prefixLength);
    assert.notEqual(slot, 0, `${nameOf(binding)} is in the table`);
    assert.equal(leases.records.status(slot), binding.status);
    assert.equal(leases.records.stateExpirationTime(slot), binding.stateExpirationTime);
    assert.equal(leases.records.lock(slot), 0);
  }
  const active = [...durable.values()].filter(({ status }) => status === BindingStatus.ACTIVE).length;
  assert.equal(leases.count(BindingStatus.ACTIVE), active);
}

function nameOf({ address, prefixLength }: Binding): string {
  return `${formatAddress(address)}/${String(prefixLength)}`;
}

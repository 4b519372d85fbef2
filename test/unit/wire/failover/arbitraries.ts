import fc from 'fast-check';
import {
  type Address,
  type BindingUpdate,
  type BoundIa,
  type BoundIaKind,
  type DomainName,
  type Duid,
  type EpochSeconds,
  epochSeconds,
  extension,
  ExtensionCode,
  type ExtensionValues,
  type FailoverMessage,
  FailoverMessageType as Type,
  firstAddress,
  type HashMap,
  formatHex,
  type Iaid,
  type LeaseUpdate,
  type LinkHealth,
  OptionCode,
  parseDomainName,
  type Seconds,
  type VendorSuboption,
} from '../../../../src/wire/index.ts';
import { NOW } from './samples.ts';

/** Objects as a literal makes them, any of the fields undefined that may be. */
function record<T>(model: { [Key in keyof T]-?: fc.Arbitrary<T[Key]> }): fc.Arbitrary<T> {
  return fc.record(model, { noNullPrototype: true });
}

function maybe<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(value, { nil: undefined });
}

const u8 = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.constantFrom(0, 0x7fffffff, 0x80000000, 0xffffffff));
const bytes = fc.uint8Array({ maxLength: 40 });
const seconds = u32 as fc.Arbitrary<Seconds>;
const address = fc.uint8Array({ minLength: 16, maxLength: 16 }) as fc.Arbitrary<Address>;
const duid = fc.uint8Array({ minLength: 3, maxLength: 130 }) as fc.Arbitrary<Duid>;
const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((value) => !value.includes('\0'));
const status = record({ code: u16, text });
const identifier = fc.uint8Array({ minLength: 8, maxLength: 8 });
const safeCounter = fc.nat({ max: Number.MAX_SAFE_INTEGER });

/** Those that have one meaning when they are received now. */
const time: fc.Arbitrary<EpochSeconds> = fc
  .integer({ min: NOW - 1_700_000_000, max: NOW + 0x7fffffff })
  .map(epochSeconds);

const domainName = fc
  .array(fc.stringMatching(/^[a-z0-9_-]{1,63}$/), { maxLength: 3 })
  .map((labels) => parseDomainName(labels.join('.') || '.'))
  .filter((name): name is DomainName => name !== undefined);

const labels = fc
  .tuple(fc.array(fc.uint8Array({ minLength: 1, maxLength: 63 }), { maxLength: 3 }), fc.boolean())
  .map(([parts, isWhole]) => Uint8Array.from([...parts.flatMap((part) => [part.length, ...part]), ...(isWhole ? [0] : [])]));

const lease = record<LeaseUpdate>({
  address,
  prefixLength: fc.constant(128),
  preferredLifetime: seconds,
  validLifetime: seconds,
  bindingStatus: maybe(u8),
  startTimeOfState: maybe(time),
  stateExpirationTime: maybe(time),
  partnerLifetime: maybe(time),
  partnerLifetimeSent: maybe(time),
  expirationTime: maybe(time),
  partnerRawCltTime: maybe(time),
  cltTime: fc.constant(undefined),
  clientFqdn: maybe(record({ flags: u8, name: labels })),
  dnsRemoval: maybe(
    record({
      hostName: maybe(domainName),
      zoneName: maybe(domainName),
      flags: maybe(
        record({
          usingRequestedFqdn: fc.boolean(),
          synthesizedName: fc.boolean(),
          reverseUpToDate: fc.boolean(),
          forwardUpToDate: fc.boolean(),
        }),
      ),
    }),
  ),
  status: maybe(status),
});

/** With the time of the client's last message, which can be said when there is a base time. */
function leaseSince(baseTime: EpochSeconds | undefined, isPrefix: boolean): fc.Arbitrary<LeaseUpdate> {
  const age = fc.integer({ min: 0, max: NOW - 1_700_000_000 });
  return fc.tuple(lease, maybe(age), fc.integer({ min: 0, max: 128 })).map(([value, since, length]) => ({
    ...value,
    cltTime: baseTime === undefined || since === undefined ? undefined : epochSeconds(baseTime - since),
    ...(isPrefix ? { prefixLength: length, address: firstAddress(value.address, length) } : {}),
  }));
}

function boundIa(kind: BoundIaKind, baseTime: EpochSeconds | undefined): fc.Arbitrary<BoundIa> {
  const t = kind === OptionCode.IA_TA ? (fc.constant(0) as fc.Arbitrary<Seconds>) : seconds;
  return record<BoundIa>({
    kind: fc.constant(kind),
    iaid: u32 as fc.Arbitrary<Iaid>,
    t1: t,
    t2: t,
    leases: fc.array(leaseSince(baseTime, kind === OptionCode.IA_PD), { maxLength: 3 }),
    status: maybe(status),
  });
}

const vss = record({ type: fc.integer({ min: 2, max: 255 }), information: bytes });

const sha256 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((octets) => Buffer.from(octets).toString('hex'));

/** Any value of each extension. */
export const extensionValues: { readonly [Code in ExtensionCode]: fc.Arbitrary<ExtensionValues[Code]> } = {
  [ExtensionCode.EXTENSIONS]: fc.array(u16),
  [ExtensionCode.CONFIG_DIGEST]: text,
  [ExtensionCode.CONFIG_SHARED]: record({ name: text, content: text }),
  [ExtensionCode.PROGRAM_VERSION]: text,
  [ExtensionCode.PAIR_UPDATE]: fc
    .tuple(u8, identifier, fc.maxSafeNat(), bytes)
    .map(([saying, id, offset, content]) => ({ saying, id: formatHex(id, ''), offset, content })),
  [ExtensionCode.HASH_MAP]: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((octets) => octets as HashMap),
  [ExtensionCode.SHARED_COMMIT]: fc
    .tuple(u8, identifier, fc.integer({ min: 1, max: 0xffff }), fc.nat({ max: 0xffff }), bytes)
    .map(([saying, id, part, more, content]) => ({ saying, id: formatHex(id, ''), part, parts: Math.min(0xffff, part + more), content })),
  [ExtensionCode.DATABASE]: record({
    own: record({ generation: identifier, counter: safeCounter }),
    partner: maybe(record({ generation: identifier, counter: safeCounter })),
  }),
  [ExtensionCode.CLOCK]: record({
    trusted: fc.boolean(),
    source: u8,
    timescales: fc.array(record({ id: identifier, correction: maybe(fc.maxSafeInteger()) }), { maxLength: 3 }),
  }),
  [ExtensionCode.INEXACT_TIMES]: fc.constant(true as const),
  [ExtensionCode.CLIENT_ADDRESS]: address,
  [ExtensionCode.NEXT_CERTIFICATE]: sha256,
  [ExtensionCode.CERTIFICATE_KEPT]: sha256,
  [ExtensionCode.CONTACT_INTERVAL]: u32,
  [ExtensionCode.BEACON_SESSION]: identifier.map((octets) => formatHex(octets, '')),
  [ExtensionCode.LINK_HEALTH]: record<LinkHealth>({
    link: text.filter((name) => name !== ''),
    verdict: u8,
    evidence: u32,
    since: safeCounter as fc.Arbitrary<EpochSeconds>,
    received: u32,
    sent: u32,
  }),
  [ExtensionCode.RELAYED_MESSAGE]: record({ number: u32, message: bytes.filter(({ length }) => length > 0) }),
  [ExtensionCode.RELAY_ACKNOWLEDGEMENT]: record({ number: u32, outcome: u8 }),
  [ExtensionCode.SERVER_ID]: duid,
  [ExtensionCode.SENDER_CLOCK]: u32,
};

const vendor: fc.Arbitrary<readonly VendorSuboption[]> = fc.array(
  fc.oneof(
    record<VendorSuboption>({ code: u16, data: bytes }),
    ...Object.entries(extensionValues).map(([code, values]) =>
      (values as fc.Arbitrary<never>).map((value) => extension(Number(code) as ExtensionCode, value)),
    ),
  ),
  { maxLength: 3 },
);

const binding: fc.Arbitrary<BindingUpdate> = maybe(time.filter((value) => value >= NOW)).chain((baseTime) =>
  fc.oneof(
    record<Extract<BindingUpdate, { kind: 'client' }>>({
      kind: fc.constant('client'),
      clientId: maybe(duid),
      baseTime: fc.constant(baseTime),
      vss: maybe(vss),
      relay: maybe(record({ peerAddress: address, message: bytes })),
      reconfigure: maybe(record({ time, key: bytes })),
      ias: fc.array(
        fc.constantFrom<BoundIaKind[]>(OptionCode.IA_NA, OptionCode.IA_TA, OptionCode.IA_PD).chain((kind) => boundIa(kind, baseTime)),
        { maxLength: 3 },
      ),
      status: maybe(status),
      vendor,
    }),
    record<Extract<BindingUpdate, { kind: 'prefix' }>>({
      kind: fc.constant('prefix'),
      baseTime: fc.constant(baseTime),
      vss: maybe(vss),
      lease: leaseSince(baseTime, true),
    }),
  ),
);

const transactionId = fc.integer({ min: 0, max: 0xffffff });

/** Any message of a failover connection, but for its sent-time. */
export const failoverMessage: fc.Arbitrary<FailoverMessage> = fc.oneof(
  fc.tuple(fc.constantFrom(Type.BNDUPD, Type.BNDREPLY), transactionId, binding).map(([type, id, value]) => ({ type, transactionId: id, binding: value })),
  record<Omit<Extract<FailoverMessage, { mclt?: unknown }>, 'sentTime'>>({
    type: fc.constantFrom(Type.CONNECT, Type.CONNECTREPLY),
    transactionId,
    version: maybe(record({ major: u16, minor: u16 })),
    mclt: maybe(seconds),
    keepaliveTime: maybe(seconds),
    maxUnackedBndupd: maybe(u32),
    relationshipName: maybe(text),
    fixedPdLength: maybe(fc.boolean()),
    status: maybe(status),
    vendor,
  }),
  record<Omit<Extract<FailoverMessage, { serverState: unknown }>, 'sentTime'>>({
    type: fc.constant(Type.STATE),
    transactionId,
    serverState: u8,
    serverFlags: record({ startup: fc.boolean(), communicated: fc.boolean(), ackStartup: fc.boolean() }),
    startTimeOfState: time,
    partnerDownTime: maybe(time),
    vendor,
  }),
  fc.tuple(fc.constantFrom(Type.DISCONNECT, Type.REPLY), transactionId, maybe(status)).map(([type, id, value]) => ({ type, transactionId: id, status: value })),
  fc.tuple(transactionId, vendor).map(([id, value]) => ({ type: Type.CONTACT, transactionId: id, vendor: value })),
  fc
    .tuple(fc.constantFrom(Type.STARTTLS, Type.POOLREQ, Type.POOLRESP, Type.UPDREQ, Type.UPDREQALL, Type.UPDDONE), transactionId)
    .map(([type, id]) => ({ type, transactionId: id })),
);

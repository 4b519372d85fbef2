import fc from 'fast-check';
import {
  type Address,
  type DomainName,
  type Duid,
  firstAddress,
  type Iaid,
  type Ipv4Address,
  MessageType,
  OptionCode,
  type OptionValues,
  parseDomainName,
  type PlainMessage,
  type PlainOption,
  type PlainRelayMessage,
  type Seconds,
} from '../../../src/wire/index.ts';
import { concat } from './octets.ts';

/** Objects as a literal makes them; fast-check by itself also makes some without a prototype. */
function record<T>(model: { [Key in keyof T]: fc.Arbitrary<T[Key]> }): fc.Arbitrary<T> {
  return fc.record<T>(model, { noNullPrototype: true });
}

/** Fails when the property does. The same examples each time: `make test` is to say the same twice; the fuzzers look further. */
export function holds<Args>(property: fc.IProperty<Args>, examples = 100): void {
  fc.assert(property, { seed: 9915, numRuns: examples });
}

const u8 = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.constant(0xffffffff));
const bytes = fc.uint8Array({ maxLength: 40 });
const someBytes = fc.uint8Array({ minLength: 1, maxLength: 40 });
const address = fc.uint8Array({ minLength: 16, maxLength: 16 }) as fc.Arbitrary<Address>;
const duid = fc.uint8Array({ minLength: 3, maxLength: 130 }) as fc.Arbitrary<Duid>;
const seconds = u32 as fc.Arbitrary<Seconds>;
const iaid = u32 as fc.Arbitrary<Iaid>;
const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((value) => !value.includes('\0'));
const domainName = fc
  .array(fc.stringMatching(/^[a-zA-Z0-9_-]{1,63}$/), { maxLength: 3 })
  .map((labels) => parseDomainName(labels.join('.') || '.'))
  .filter((name): name is DomainName => name !== undefined);
const suboption = record({ code: u16, data: bytes });
const prefix = fc.tuple(address, fc.integer({ min: 0, max: 128 })).map(([any, length]) => ({ address: firstAddress(any, length), length }));
const ipv4Address = fc.uint8Array({ minLength: 4, maxLength: 4 }) as fc.Arbitrary<Ipv4Address>;
const ipv4Prefix = fc.integer({ min: 0, max: 4 }).chain((octets) =>
  ipv4Address.map((any) => ({ address: any.map((octet, i) => (i < octets ? octet : 0)) as Ipv4Address, length: 8 * octets })),
);
const portParameters = fc.integer({ min: 0, max: 16 }).chain((psidLength) =>
  record({ offset: fc.integer({ min: 0, max: 15 }), psidLength: fc.constant(psidLength), psid: fc.integer({ min: 0, max: 2 ** psidLength - 1 }) }),
);
const rule = record({
  forwarding: fc.boolean(),
  eaLength: fc.integer({ min: 0, max: 48 }),
  ipv4Prefix,
  ipv6Prefix: prefix,
  portParameters: fc.option(portParameters, { nil: undefined }),
});
const rules = fc.array(rule, { minLength: 1, maxLength: 3 });
const borderRelays = fc.array(address, { minLength: 1, maxLength: 2 });
const resolver = { priority: u16, name: domainName };

/** Any value of each option that has no options inside. */
export const leafValues: { readonly [Code in Exclude<OptionCode, 3 | 4 | 5 | 25 | 26>]: fc.Arbitrary<OptionValues[Code]> } = {
  [OptionCode.CLIENTID]: duid,
  [OptionCode.SERVERID]: duid,
  [OptionCode.ORO]: fc.array(u16),
  [OptionCode.PREFERENCE]: u8,
  [OptionCode.ELAPSED_TIME]: u16,
  [OptionCode.RELAY_MSG]: bytes,
  [OptionCode.AUTH]: record({
    protocol: u8,
    algorithm: u8,
    replayDetectionMethod: u8,
    replayDetection: fc.uint8Array({ minLength: 8, maxLength: 8 }),
    information: bytes,
  }),
  [OptionCode.UNICAST]: address,
  [OptionCode.STATUS_CODE]: record({ status: u16, message: text }),
  [OptionCode.RAPID_COMMIT]: fc.constant(true),
  [OptionCode.USER_CLASS]: fc.array(bytes, { minLength: 1, maxLength: 4 }),
  [OptionCode.VENDOR_CLASS]: record({ enterprise: u32, items: fc.array(bytes, { maxLength: 4 }) }),
  [OptionCode.VENDOR_OPTS]: record({ enterprise: u32, options: fc.array(suboption, { maxLength: 4 }) }),
  [OptionCode.INTERFACE_ID]: bytes,
  [OptionCode.RECONF_MSG]: u8,
  [OptionCode.RECONF_ACCEPT]: fc.constant(true),
  [OptionCode.RADIUS]: fc.array(record({ type: u8, value: fc.uint8Array({ maxLength: 253 }) })),
  [OptionCode.ADDR_REG_ENABLE]: fc.constant(true as const),
  [OptionCode.DNS_SERVERS]: fc.array(address, { maxLength: 3 }),
  [OptionCode.DOMAIN_LIST]: fc.array(domainName, { maxLength: 3 }),
  [OptionCode.SNTP_SERVERS]: fc.array(address, { maxLength: 3 }),
  [OptionCode.INFORMATION_REFRESH_TIME]: u32,
  [OptionCode.REMOTE_ID]: record({ enterprise: u32, id: someBytes }),
  [OptionCode.SUBSCRIBER_ID]: someBytes,
  [OptionCode.CLIENT_FQDN]: record({ flags: u8, name: bytes }),
  [OptionCode.ERO]: fc.array(u16),
  [OptionCode.NTP_SERVER]: fc.oneof(
    record({ kind: fc.constantFrom('address' as const, 'multicast' as const), address }),
    record({ kind: fc.constant('name' as const), name: domainName }),
  ),
  [OptionCode.PD_EXCLUDE]: record({
    prefixLength: fc.integer({ min: 0, max: 128 }),
    subnetId: fc.uint8Array({ minLength: 1, maxLength: 16 }),
  }),
  [OptionCode.CLIENT_LINKLAYER_ADDR]: record({ hardwareType: u16, address: someBytes }),
  [OptionCode.SOL_MAX_RT]: u32,
  [OptionCode.INF_MAX_RT]: u32,
  [OptionCode.RELAY_PORT]: u16,
  [OptionCode.SIP_SERVER_D]: fc.array(domainName, { maxLength: 3 }),
  [OptionCode.SIP_SERVER_A]: fc.array(address, { maxLength: 3 }),
  [OptionCode.NEW_POSIX_TIMEZONE]: text,
  [OptionCode.NEW_TZDB_TIMEZONE]: text,
  [OptionCode.BOOTFILE_URL]: text,
  [OptionCode.BOOTFILE_PARAM]: fc.array(text, { maxLength: 3 }),
  [OptionCode.CLIENT_ARCH_TYPE]: fc.array(u16, { minLength: 1, maxLength: 3 }),
  [OptionCode.AFTR_NAME]: domainName.filter((name) => name !== '.'),
  [OptionCode.RSOO]: fc.array(suboption, { maxLength: 3 }),
  [OptionCode.S46_CONT_MAPE]: record({ rules, borderRelays }),
  [OptionCode.S46_CONT_MAPT]: record({ rules, defaultMapping: prefix }),
  [OptionCode.S46_CONT_LW]: record({
    binding: fc.option(record({ ipv4Address, ipv6Prefix: prefix, portParameters: fc.option(portParameters, { nil: undefined }) }), { nil: undefined }),
    borderRelays,
  }),
  [OptionCode.S46_PRIORITY]: fc.uniqueArray(u16, { minLength: 1, maxLength: 4 }),
  [OptionCode.CAPTIVE_PORTAL]: text,
  [OptionCode.V6_DNR]: fc.oneof(
    record({ ...resolver, addresses: fc.constant([]), alpn: fc.constant([]), port: fc.constant(undefined), dohPath: fc.constant(undefined) }),
    record({
      ...resolver,
      addresses: fc.array(address, { minLength: 1, maxLength: 2 }),
      alpn: fc.array(fc.constantFrom('dot', 'h2', 'h3', 'doq'), { maxLength: 3 }),
      port: fc.option(u16, { nil: undefined }),
      dohPath: fc.option(text, { nil: undefined }),
    }),
  ),
};

const rawOption = record({ code: fc.integer({ min: 1000, max: 0xffff }), data: bytes });
const leafOptions = Object.entries(leafValues).map(([code, values]) =>
  (values as fc.Arbitrary<unknown>).map((value) => ({ code: Number(code), value }) as PlainOption),
);
const leafOption: fc.Arbitrary<PlainOption> = fc.oneof(rawOption, ...leafOptions);
const insideLease = fc.array(leafOption, { maxLength: 2 });
const lease: fc.Arbitrary<PlainOption> = fc.oneof(
  record({ address, preferred: seconds, valid: seconds, options: insideLease }).map((value) => ({ code: OptionCode.IAADDR, value })),
  record({
      preferred: seconds,
      valid: seconds,
      prefixLength: fc.integer({ min: 0, max: 128 }),
      address,
      options: insideLease,
    })
    .map((value) => ({ code: OptionCode.IAPREFIX, value })),
);
const insideIa = fc.array(fc.oneof(lease, leafOption), { maxLength: 3 });
const ia: fc.Arbitrary<PlainOption> = fc.oneof(
  record({ iaid, t1: seconds, t2: seconds, options: insideIa })
    .chain((value) => fc.constantFrom({ code: OptionCode.IA_NA, value }, { code: OptionCode.IA_PD, value })),
  record({ iaid, options: insideIa }).map((value) => ({ code: OptionCode.IA_TA, value })),
);
const options = fc.array(fc.oneof(ia, leafOption), { maxLength: 6 });

/** Any option that may stand at the top of a message. */
export const option: fc.Arbitrary<PlainOption> = fc.oneof(ia, lease, leafOption);

/** Any message between client and server. */
export const message: fc.Arbitrary<PlainMessage> = record({
  type: fc.integer({ min: MessageType.SOLICIT, max: MessageType.INFORMATION_REQUEST }) as fc.Arbitrary<PlainMessage['type']>,
  transactionId: fc.integer({ min: 0, max: 0xffffff }),
  options,
});

/** One level of Relay-forward with its options, but for the message inside. */
export const relayLevel: fc.Arbitrary<PlainRelayMessage> = record({
  type: fc.constant(MessageType.RELAY_FORW),
  hopCount: u8,
  linkAddress: address,
  peerAddress: address,
  options: fc.array(
    leafOption.filter(({ code }) => code !== OptionCode.RELAY_MSG),
    { maxLength: 4 },
  ),
});

/** Octets that look like a message: of one, with some changed, cut out or put in. */
export function mutated(original: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const edit = record({ at: fc.nat(), cut: fc.integer({ min: 0, max: 6 }), put: fc.uint8Array({ maxLength: 6 }) });
  return fc.tuple(original, fc.array(edit, { maxLength: 4 })).map(([octets, edits]) =>
    edits.reduce((result, { at, cut, put }) => {
      const start = result.length === 0 ? 0 : at % result.length;
      return concat(result.subarray(0, start), put, result.subarray(start + cut));
    }, octets),
  );
}

/** One message of each type with everything in it that it can have, and what they are made of. */
import {
  type ClientBindingUpdate,
  type ConnectMessage,
  epochSeconds,
  type EpochSeconds,
  extension,
  ExtensionCode,
  type FailoverMessage,
  FailoverMessageType,
  FailoverStatusCode,
  firstBuckets,
  iaid,
  type LeaseUpdate,
  LinkEvidence,
  LinkVerdict,
  OptionCode,
  type PrefixBindingUpdate,
  RelayOutcome,
  seconds,
  type VendorSuboption,
} from '../../../../src/wire/index.ts';
import { address, domainName, duid, octets } from '../octets.ts';

/** 2026-09-21T14:13:20Z, when the messages are sent and received. */
export const NOW = epochSeconds(1_790_000_000);

export function later(by: number): EpochSeconds {
  return epochSeconds(NOW + by);
}

/** Any of our extensions, with values that differ in every octet that can. */
export const EVERY_EXTENSION: readonly VendorSuboption[] = [
  extension(ExtensionCode.EXTENSIONS, [20, 21, 50, 51, 60, 70]),
  extension(ExtensionCode.CONFIG_DIGEST, 'a3f1'),
  extension(ExtensionCode.CONFIG_SHARED, { name: 'links', content: 'lan1: 2001:db8:1::/64' }),
  extension(ExtensionCode.DATABASE, {
    own: { generation: octets('0102030405060708'), counter: 0x1_0000_0002 },
    partner: { generation: octets('1112131415161718'), counter: 77 },
  }),
  extension(ExtensionCode.CLOCK, {
    trusted: true,
    source: 2,
    timescales: [
      { id: octets('2122232425262728'), correction: -1_700_000_000 },
      { id: octets('3132333435363738'), correction: undefined },
    ],
  }),
  extension(ExtensionCode.CLIENT_ADDRESS, address('fe80::1')),
  extension(ExtensionCode.CONTACT_INTERVAL, 250),
  extension(ExtensionCode.LINK_HEALTH, {
    link: 'lan1',
    verdict: LinkVerdict.LOST,
    evidence: LinkEvidence.NO_CARRIER,
    since: NOW,
    received: 0x0102_0304,
    sent: 0x0506_0708,
  }),
  extension(ExtensionCode.RELAYED_MESSAGE, { number: 0x1112_1314, message: octets('0c00') }),
  extension(ExtensionCode.RELAY_ACKNOWLEDGEMENT, { number: 0x1112_1314, outcome: RelayOutcome.WAITING }),
  extension(ExtensionCode.SERVER_ID, duid('00:04:01:02:03')),
  extension(ExtensionCode.SENDER_CLOCK, 0xfffe_fdfc),
  extension(ExtensionCode.HASH_MAP, firstBuckets(77)),
];

/** An address lease with every time, each another one, and all that DNS updates need. */
const ADDRESS_LEASE: LeaseUpdate = {
  address: address('2001:db8:1::101'),
  prefixLength: 128,
  preferredLifetime: seconds(3000),
  validLifetime: seconds(3600),
  bindingStatus: 1,
  startTimeOfState: later(-1),
  stateExpirationTime: later(3600),
  partnerLifetime: later(261_000),
  partnerLifetimeSent: later(261_001),
  expirationTime: later(261_002),
  partnerRawCltTime: later(-7200),
  cltTime: later(-5),
  clientFqdn: { flags: 5, name: octets('04686f7374 076578616d706c65 00') },
  dnsRemoval: {
    hostName: domainName('host.example'),
    zoneName: domainName('example'),
    flags: { usingRequestedFqdn: true, synthesizedName: false, reverseUpToDate: true, forwardUpToDate: false },
  },
  status: { code: FailoverStatusCode.AddressInUse, text: 'another client has it' },
};

/** The least that a lease has. */
export const PREFIX_LEASE: LeaseUpdate = {
  address: address('2001:db8:8100::'),
  prefixLength: 56,
  preferredLifetime: seconds(0),
  validLifetime: seconds(0),
  bindingStatus: 6,
  startTimeOfState: NOW,
};

export const CLIENT_BINDING: ClientBindingUpdate = {
  kind: 'client',
  clientId: duid('00:03:00:01:02:00:00:00:00:01'),
  baseTime: NOW,
  vss: { type: 0, information: octets('76706e31') },
  relay: {
    peerAddress: address('fe80::21'),
    message: octets(`0c00 20010db8000200000000000000000001 fe800000000000000000000000000001 0012000570 6f727431`),
  },
  reconfigure: { time: later(-60), key: octets('000102030405060708090a0b0c0d0e0f') },
  ias: [
    { kind: OptionCode.IA_NA, iaid: iaid(0xdeadbeef), t1: seconds(1500), t2: seconds(2400), leases: [ADDRESS_LEASE] },
    { kind: OptionCode.IA_TA, iaid: iaid(2), t1: seconds(0), t2: seconds(0), leases: [{ ...ADDRESS_LEASE, address: address('2001:db8:1::103') }] },
    {
      kind: OptionCode.IA_PD,
      iaid: iaid(1),
      t1: seconds(1800),
      t2: seconds(2880),
      leases: [{ ...PREFIX_LEASE, bindingStatus: 1 }],
      status: { code: FailoverStatusCode.ConfigurationConflict, text: '' },
    },
  ],
  status: { code: FailoverStatusCode.MissingBindingInformation, text: 'no base time' },
  vendor: EVERY_EXTENSION,
};

export const PREFIX_BINDING: PrefixBindingUpdate = {
  kind: 'prefix',
  baseTime: NOW,
  vss: { type: 1, information: octets('00005e00000001') },
  lease: { ...PREFIX_LEASE, status: { code: FailoverStatusCode.OutdatedBindingInformation, text: 'mine is newer' } },
};

const CONNECT: Omit<ConnectMessage, 'type'> = {
  transactionId: 1,
  version: { major: 1, minor: 0 },
  mclt: seconds(3600),
  keepaliveTime: seconds(60),
  maxUnackedBndupd: 1000,
  relationshipName: 'east-west',
  fixedPdLength: true,
  status: { code: FailoverStatusCode.NotSupported, text: 'version 2.0' },
  vendor: EVERY_EXTENSION,
};

/** At least one of each type. */
export const EVERY_MESSAGE: readonly FailoverMessage[] = [
  { type: FailoverMessageType.STARTTLS, transactionId: 0 },
  { type: FailoverMessageType.REPLY, transactionId: 0, status: { code: FailoverStatusCode.TLSConnectionRefused, text: 'no TLS here' } },
  { type: FailoverMessageType.CONNECT, ...CONNECT },
  { type: FailoverMessageType.CONNECTREPLY, ...CONNECT },
  {
    type: FailoverMessageType.STATE,
    transactionId: 2,
    serverState: 4,
    serverFlags: { startup: true, communicated: true, ackStartup: false },
    startTimeOfState: later(-100),
    partnerDownTime: later(-101),
    vendor: EVERY_EXTENSION,
  },
  { type: FailoverMessageType.BNDUPD, transactionId: 3, binding: CLIENT_BINDING },
  { type: FailoverMessageType.BNDREPLY, transactionId: 3, binding: CLIENT_BINDING },
  { type: FailoverMessageType.BNDUPD, transactionId: 4, binding: PREFIX_BINDING },
  { type: FailoverMessageType.BNDREPLY, transactionId: 4, binding: PREFIX_BINDING },
  { type: FailoverMessageType.POOLREQ, transactionId: 5 },
  { type: FailoverMessageType.POOLRESP, transactionId: 5 },
  { type: FailoverMessageType.UPDREQ, transactionId: 6 },
  { type: FailoverMessageType.UPDREQALL, transactionId: 7 },
  { type: FailoverMessageType.UPDDONE, transactionId: 7 },
  { type: FailoverMessageType.CONTACT, transactionId: 8, vendor: EVERY_EXTENSION },
  {
    type: FailoverMessageType.DISCONNECT,
    transactionId: 0xffffff,
    status: { code: FailoverStatusCode.ServerShuttingDown, text: 'restart' },
  },
];

/** Failover messages as text: one line each, for logs and traces. Nothing in it can do a terminal harm, and no key is shown. */
import { formatAddress, formatPrefix } from '../address-text.ts';
import { formatDuid } from '../duid.ts';
import { formatHex } from '../hex.ts';
import { OptionCode } from '../option-code.ts';
import type { Shape } from '../options/codec.ts';
import { opaqueShape } from '../options/opaque.ts';
import { quoteText } from '../text.ts';
import { ExtensionCode } from './extension.ts';
import { extensionShapes } from './extension-shapes.ts';
import type {
  BindingUpdate,
  BoundIa,
  ClientFqdn,
  ConnectMessage,
  DnsRemoval,
  FailoverMessage,
  FailoverStatus,
  LeaseUpdate,
  StateMessage,
  VendorSuboption,
  VirtualSubnet,
} from './message.ts';
import { failoverMessageTypeName, FailoverMessageType as Type } from './message-type.ts';
import { failoverStatusName } from './status-code.ts';

/** RFC 8156 5.5.1, from 0 on. */
const bindingStatuses = ['reserved', 'ACTIVE', 'EXPIRED', 'RELEASED', 'PENDING-FREE', 'FREE', 'FREE-BACKUP', 'ABANDONED', 'RESET'];

/** RFC 8156 5.5.16, from 0 on. */
const serverStates = [
  'reserved',
  'STARTUP',
  'NORMAL',
  'COMMUNICATIONS-INTERRUPTED',
  'PARTNER-DOWN',
  'POTENTIAL-CONFLICT',
  'RECOVER',
  'RECOVER-WAIT',
  'RECOVER-DONE',
  'RESOLUTION-INTERRUPTED',
  'CONFLICT-DONE',
];

const iaNames = { [OptionCode.IA_NA]: 'IA_NA', [OptionCode.IA_TA]: 'IA_TA', [OptionCode.IA_PD]: 'IA_PD' };
const extensionNames = new Map<number, string>(Object.entries(ExtensionCode).map(([name, code]) => [code, name]));

/** "BNDUPD 00002a client 00:03:... base 1790000000 IA_NA 1 t1 1800 t2 2880 { 2001:db8::1 ACTIVE since 1790000000 ... }" */
export function describeFailoverMessage(message: FailoverMessage): string {
  const transactionId = message.transactionId.toString(16).padStart(6, '0');
  return [failoverMessageTypeName(message.type), transactionId, ...field('sent', message.sentTime), ...content(message)].join(' ');
}

function content(message: FailoverMessage): readonly string[] {
  switch (message.type) {
    case Type.BNDUPD:
    case Type.BNDREPLY:
      return binding(message.binding);
    case Type.CONNECT:
    case Type.CONNECTREPLY:
      return connect(message);
    case Type.STATE:
      return state(message);
    case Type.DISCONNECT:
    case Type.REPLY:
      return status(message.status);
    case Type.CONTACT:
      return vendor(message.vendor);
    default:
      return [];
  }
}

/** The label and the value, if there is one. */
function field(label: string, value: number | undefined): readonly string[] {
  return value === undefined ? [] : [`${label} ${value}`];
}

function binding(update: BindingUpdate): readonly string[] {
  if (update.kind === 'prefix') return ['prefix', ...field('base', update.baseTime), ...vss(update.vss), ...lease(update.lease, formatPrefixLease)];
  const { clientId, relay, reconfigure } = update;
  return [
    clientId === undefined ? 'client unknown' : `client ${formatDuid(clientId)}`,
    ...field('base', update.baseTime),
    ...vss(update.vss),
    ...(relay === undefined ? [] : [`relay ${formatAddress(relay.peerAddress)} (${relay.message.length} octets)`]),
    ...(reconfigure === undefined ? [] : [`reconfigure-key of ${reconfigure.time} (${reconfigure.key.length} octets)`]),
    ...update.ias.flatMap(boundIa),
    ...status(update.status),
    ...vendor(update.vendor),
  ];
}

function boundIa({ kind, iaid, t1, t2, leases, status: reply }: BoundIa): readonly string[] {
  const name = kind === OptionCode.IA_PD ? formatPrefixLease : formatAddressLease;
  return [`${iaNames[kind]} ${iaid} t1 ${t1} t2 ${t2} {`, ...leases.flatMap((one) => lease(one, name)), ...status(reply), '}'];
}

function formatAddressLease({ address }: LeaseUpdate): string {
  return formatAddress(address);
}

function formatPrefixLease({ address, prefixLength }: LeaseUpdate): string {
  return formatPrefix({ address, length: prefixLength });
}

function lease(update: LeaseUpdate, name: (lease: LeaseUpdate) => string): readonly string[] {
  const { bindingStatus } = update;
  return [
    name(update),
    ...(bindingStatus === undefined ? [] : [bindingStatuses[bindingStatus] ?? `binding-status ${bindingStatus}`]),
    ...field('since', update.startTimeOfState),
    ...field('until', update.stateExpirationTime),
    `preferred ${update.preferredLifetime} valid ${update.validLifetime}`,
    ...field('client-last-transaction-time', update.cltTime),
    ...field('partner-lifetime', update.partnerLifetime),
    ...field('partner-lifetime-sent', update.partnerLifetimeSent),
    ...field('partner-raw-clt-time', update.partnerRawCltTime),
    ...field('expiration-time', update.expirationTime),
    ...clientFqdn(update.clientFqdn),
    ...dnsRemoval(update.dnsRemoval),
    ...status(update.status),
  ];
}

function clientFqdn(fqdn: ClientFqdn | undefined): readonly string[] {
  return fqdn === undefined ? [] : [`fqdn flags ${fqdn.flags} ${opaqueShape.print(fqdn.name)}`];
}

function dnsRemoval(removal: DnsRemoval | undefined): readonly string[] {
  if (removal === undefined) return [];
  const { hostName, zoneName, flags } = removal;
  const set = Object.entries(flags ?? {}).flatMap(([name, isSet]) => (isSet === true ? [name] : []));
  return [`dns-removal host ${hostName ?? 'none'} zone ${zoneName ?? 'none'} flags ${set.join(',') || 'none'}`];
}

function vss(subnet: VirtualSubnet | undefined): readonly string[] {
  return subnet === undefined ? [] : [`vpn type ${subnet.type} ${opaqueShape.print(subnet.information)}`];
}

function status(reply: FailoverStatus | undefined): readonly string[] {
  return reply === undefined ? [] : [`${failoverStatusName(reply.code)} ${quoteText(reply.text)}`];
}

function connect(message: ConnectMessage): readonly string[] {
  const { version, relationshipName, fixedPdLength } = message;
  return [
    ...(relationshipName === undefined ? [] : [`relationship ${quoteText(relationshipName)}`]),
    ...(version === undefined ? [] : [`version ${version.major}.${version.minor}`]),
    ...field('mclt', message.mclt),
    ...field('keepalive', message.keepaliveTime),
    ...field('max-unacked', message.maxUnackedBndupd),
    ...(fixedPdLength === undefined ? [] : [fixedPdLength ? 'fixed-pd-length' : 'variable-pd-length']),
    ...status(message.status),
    ...vendor(message.vendor),
  ];
}

function state({ serverState, serverFlags, startTimeOfState, partnerDownTime, vendor: suboptions }: StateMessage): readonly string[] {
  return [
    serverStates[serverState] ?? `state ${serverState}`,
    ...Object.entries(serverFlags).flatMap(([name, isSet]) => (isSet === true ? [name] : [])),
    `since ${startTimeOfState}`,
    ...field('partner-down', partnerDownTime),
    ...vendor(suboptions),
  ];
}

function vendor(suboptions: readonly VendorSuboption[]): readonly string[] {
  return suboptions.map(({ code, data }) => {
    const name = extensionNames.get(code);
    return name === undefined ? `extension ${code} ${opaqueShape.print(data)}` : `${name} ${printExtension(code as ExtensionCode, data)}`;
  });
}

function printExtension(code: ExtensionCode, data: Uint8Array): string {
  const shape: Shape<unknown> = extensionShapes[code];
  const decoded = shape.decode(data);
  return decoded.error === undefined ? shape.print(decoded.value) : `malformed ${formatHex(data, '')}`;
}

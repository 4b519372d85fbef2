/** What a BNDUPD or BNDREPLY is about: CLIENT_DATA with the IAs inside, or one top-level IAPREFIX (RFC 8156 7.4, 7.6). */
import { ADDRESS_LENGTH, type Address } from '../address.ts';
import type { Duid, Iaid } from '../duid.ts';
import { u8, u32, view } from '../octets.ts';
import { OptionCode } from '../option-code.ts';
import type { RelayData } from '../leasequery/relay-data.ts';
import { OPTION_HEADER_LENGTH } from '../option-list.ts';
import type { EpochSeconds, Seconds } from '../units.ts';
import { type Decoded, failure } from '../wire-error.ts';
import { fromWireTime } from '../wire-time.ts';
import { decodeLeaseUpdate } from './decode-lease-update.ts';
import { decodeStatus } from './decode-status.ts';
import { decodeVendor, NO_VENDOR_SUBOPTIONS } from './decode-vendor.ts';
import type {
  BindingUpdate,
  BoundIa,
  BoundIaKind,
  ClientBindingUpdate,
  FailoverStatus,
  LeaseUpdate,
  PrefixBindingUpdate,
  ReconfigureData,
  VendorSuboption,
  VirtualSubnet,
} from './message.ts';
import { FailoverOptionCode as Code } from './option-code.ts';
import { OptionCursor } from './option-cursor.ts';

const PREFIX_DATA_LENGTH = 25;
const VPN_ID_LENGTH = 7;

/** The options of the message are in `[start, end)`. Without either kind of content, or with two, it is malformed. */
export function decodeBindingUpdate(
  bytes: Uint8Array,
  start: number,
  end: number,
  near: EpochSeconds,
): Decoded<{ readonly binding: BindingUpdate }> {
  let binding: BindingUpdate | undefined;
  const options = new OptionCursor(bytes, start, end);
  while (options.next()) {
    const { code } = options;
    if (code !== Code.CLIENT_DATA && code !== OptionCode.IAPREFIX) continue;
    if (binding !== undefined) return failure('repeated-option', options.start - OPTION_HEADER_LENGTH, code);
    const decode = code === Code.CLIENT_DATA ? decodeClientData : decodePrefixBinding;
    const decoded = decode(bytes, options.start, options.end, near);
    if (decoded.error !== undefined) return decoded;
    binding = decoded;
  }
  if (options.failure !== undefined) return options.failure;
  return binding === undefined ? failure('missing-option', end, Code.CLIENT_DATA) : { binding };
}

/** RFC 5007 4.1.2.2, RFC 8156 7.4 */
function decodeClientData(bytes: Uint8Array, start: number, end: number, near: EpochSeconds): Decoded<ClientBindingUpdate> {
  // The leases may come before it in the message, and count back from it.
  const baseTime = findBaseTime(bytes, start, end, near);
  let clientId: Duid | undefined;
  let vss: VirtualSubnet | undefined;
  let relay: RelayData | undefined;
  let reconfigure: ReconfigureData | undefined;
  let status: FailoverStatus | undefined;
  let vendor: readonly VendorSuboption[] | undefined;
  const ias: BoundIa[] = [];
  const options = new OptionCursor(bytes, start, end);
  while (options.next()) {
    const data = options.start;
    switch (options.code) {
      case OptionCode.CLIENTID:
        clientId = view(bytes, data, options.end) as Duid;
        break;
      case OptionCode.IA_NA:
      case OptionCode.IA_TA:
      case OptionCode.IA_PD: {
        const ia = decodeIa(bytes, options.code, data, options.end, baseTime, near);
        if (ia.error !== undefined) return ia;
        ias.push(ia);
        break;
      }
      case Code.VSS: {
        const decoded = decodeVss(bytes, data, options.end);
        if (decoded.error !== undefined) return decoded;
        vss = decoded;
        break;
      }
      case Code.LQ_RELAY_DATA:
        relay = {
          peerAddress: view(bytes, data, data + ADDRESS_LENGTH) as Address,
          message: view(bytes, data + ADDRESS_LENGTH, options.end),
        };
        break;
      case Code.F_RECONFIGURE_DATA:
        reconfigure = { time: fromWireTime(u32(bytes, data), near), key: view(bytes, data + 4, options.end) };
        break;
      case OptionCode.STATUS_CODE:
        status = decodeStatus(bytes, data, options.end);
        break;
      case OptionCode.VENDOR_OPTS: {
        const decoded = decodeVendor(bytes, data, options.end, vendor);
        if (decoded.error !== undefined) return decoded;
        vendor = decoded.suboptions;
        break;
      }
    }
  }
  if (options.failure !== undefined) return options.failure;
  return { kind: 'client', clientId, baseTime, vss, relay, reconfigure, ias, status, vendor: vendor ?? NO_VENDOR_SUBOPTIONS };
}

/** The first LQ_BASE_TIME among the options in `[start, end)`, as far as they are well formed. */
function findBaseTime(bytes: Uint8Array, start: number, end: number, near: EpochSeconds): EpochSeconds | undefined {
  const options = new OptionCursor(bytes, start, end);
  while (options.next()) if (options.code === Code.LQ_BASE_TIME) return fromWireTime(u32(bytes, options.start), near);
  return undefined;
}

/** RFC 6607 3.4, 3.5 */
function decodeVss(bytes: Uint8Array, start: number, end: number): Decoded<VirtualSubnet> {
  const type = u8(bytes, start);
  const isVpnId = type === 1;
  if (isVpnId && end - start !== 1 + VPN_ID_LENGTH) return failure('bad-option-length', start - OPTION_HEADER_LENGTH, Code.VSS);
  return { type, information: view(bytes, start + 1, end) };
}

/** IA_NA and IA_PD: IAID, T1, T2 (RFC 9915 21.4, 21.21). IA_TA: IAID (RFC 8415 21.5). */
function decodeIa(
  bytes: Uint8Array,
  kind: BoundIaKind,
  start: number,
  end: number,
  baseTime: EpochSeconds | undefined,
  near: EpochSeconds,
): Decoded<BoundIa> {
  const isTemporary = kind === OptionCode.IA_TA;
  const leaseCode = kind === OptionCode.IA_PD ? OptionCode.IAPREFIX : OptionCode.IAADDR;
  const leases: LeaseUpdate[] = [];
  let status: FailoverStatus | undefined;
  const options = new OptionCursor(bytes, start + (isTemporary ? 4 : 12), end);
  while (options.next()) {
    if (options.code === leaseCode) {
      const lease = decodeLeaseUpdate(bytes, leaseCode, options.start, options.end, baseTime, near);
      if (lease.error !== undefined) return lease;
      leases.push(lease);
    } else if (options.code === OptionCode.STATUS_CODE) {
      status = decodeStatus(bytes, options.start, options.end);
    }
  }
  if (options.failure !== undefined) return options.failure;
  return {
    kind,
    iaid: u32(bytes, start) as Iaid,
    t1: (isTemporary ? 0 : u32(bytes, start + 4)) as Seconds,
    t2: (isTemporary ? 0 : u32(bytes, start + 8)) as Seconds,
    leases,
    status,
  };
}

/** The options of a lease, and beside them what CLIENT_DATA has otherwise: base time and VPN (RFC 8156 7.4). */
function decodePrefixBinding(bytes: Uint8Array, start: number, end: number, near: EpochSeconds): Decoded<PrefixBindingUpdate> {
  const inside = start + PREFIX_DATA_LENGTH;
  const baseTime = findBaseTime(bytes, inside, end, near);
  const lease = decodeLeaseUpdate(bytes, OptionCode.IAPREFIX, start, end, baseTime, near);
  if (lease.error !== undefined) return lease;
  const options = new OptionCursor(bytes, inside, end);
  while (options.next()) {
    if (options.code !== Code.VSS) continue;
    const vss = decodeVss(bytes, options.start, options.end);
    return vss.error === undefined ? { kind: 'prefix', baseTime, vss, lease } : vss;
  }
  return { kind: 'prefix', baseTime, vss: undefined, lease };
}

import type { DataWriter, OptionMark } from '../data-writer.ts';
import { writeRelayData } from '../leasequery/relay-data.ts';
import { OptionCode } from '../option-code.ts';
import type { EpochSeconds } from '../units.ts';
import { toWireTime } from '../wire-time.ts';
import { beginIa, writeOption } from '../write-message.ts';
import type {
  BindingUpdate,
  BoundIa,
  ClientBindingUpdate,
  PrefixBindingUpdate,
  ReconfigureData,
} from './message.ts';
import { FailoverOptionCode as Code } from './option-code.ts';
import { beginAddressLease, beginPrefixLease, writeLeaseOptions } from './write-lease-update.ts';
import { writeStatus, writeTimeOption, writeVendor, writeVss } from './write-options.ts';

/** The one option of a BNDUPD or BNDREPLY, with all that is inside (RFC 8156 7.4, 7.6). */
export function writeBindingUpdate(writer: DataWriter, binding: BindingUpdate): void {
  if (binding.kind === 'client') writeClientData(writer, binding);
  else writePrefixBinding(writer, binding);
}

/** RFC 5007 4.1.2.2, RFC 8156 7.4 */
function writeClientData(writer: DataWriter, binding: ClientBindingUpdate): void {
  const mark = writer.beginOption(Code.CLIENT_DATA);
  if (binding.clientId !== undefined) writeOption(writer, OptionCode.CLIENTID, binding.clientId);
  writeTimeOption(writer, Code.LQ_BASE_TIME, binding.baseTime);
  writeVss(writer, binding.vss);
  if (binding.reconfigure !== undefined) writeReconfigureData(writer, binding.reconfigure);
  if (binding.relay !== undefined) writeRelayData(writer, binding.relay);
  for (const ia of binding.ias) writeIa(writer, ia, binding.baseTime);
  writeStatus(writer, binding.status);
  writeVendor(writer, binding.vendor);
  writer.endOption(mark);
}

/** RFC 8156 5.5.13 */
function writeReconfigureData(writer: DataWriter, { time, key }: ReconfigureData): void {
  const mark = writer.beginOption(Code.F_RECONFIGURE_DATA);
  writer.u32(toWireTime(time));
  writer.bytes(key);
  writer.endOption(mark);
}

function writeIa(writer: DataWriter, ia: BoundIa, baseTime: EpochSeconds | undefined): void {
  const mark = beginBoundIa(writer, ia);
  for (const lease of ia.leases) {
    const leaseMark = ia.kind === OptionCode.IA_PD ? beginPrefixLease(writer, lease) : beginAddressLease(writer, lease);
    writeLeaseOptions(writer, lease, baseTime);
    writer.endOption(leaseMark);
  }
  writeStatus(writer, ia.status);
  writer.endOption(mark);
}

function beginBoundIa(writer: DataWriter, { kind, iaid, t1, t2 }: BoundIa): OptionMark {
  if (kind !== OptionCode.IA_TA) return beginIa(writer, kind, iaid, t1, t2);
  const mark = writer.beginOption(kind);
  writer.u32(iaid);
  return mark;
}

/** The top-level IAPREFIX (RFC 8156 7.4). */
function writePrefixBinding(writer: DataWriter, { baseTime, vss, lease }: PrefixBindingUpdate): void {
  const mark = beginPrefixLease(writer, lease);
  writeVss(writer, vss);
  writeTimeOption(writer, Code.LQ_BASE_TIME, baseTime);
  writeLeaseOptions(writer, lease, baseTime);
  writer.endOption(mark);
}

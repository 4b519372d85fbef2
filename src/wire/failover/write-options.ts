/** Options that stand in several containers; each function writes nothing where there is nothing to say. */
import type { DataWriter } from '../data-writer.ts';
import { OptionCode } from '../option-code.ts';
import type { EpochSeconds } from '../units.ts';
import { toWireTime } from '../wire-time.ts';
import { writeOption, writeStatusCode, writeU32Option } from '../write-message.ts';
import { EXTENSION_ENTERPRISE } from './extension.ts';
import type { FailoverStatus, VendorSuboption, VirtualSubnet } from './message.ts';
import { FailoverOptionCode as Code } from './option-code.ts';

/** An absolute time (RFC 8156 5.5). */
export function writeTimeOption(writer: DataWriter, code: number, time: EpochSeconds | undefined): void {
  if (time !== undefined) writeU32Option(writer, code, toWireTime(time));
}

/** RFC 9915 21.13 */
export function writeStatus(writer: DataWriter, status: FailoverStatus | undefined): void {
  if (status !== undefined) writeStatusCode(writer, status.code, status.text);
}

/** RFC 6607 3.4 */
export function writeVss(writer: DataWriter, vss: VirtualSubnet | undefined): void {
  if (vss === undefined) return;
  const mark = writer.beginOption(Code.VSS);
  writer.u8(vss.type);
  writer.bytes(vss.information);
  writer.endOption(mark);
}

/** RFC 9915 21.17 */
export function writeVendor(writer: DataWriter, vendor: readonly VendorSuboption[]): void {
  if (vendor.length === 0) return;
  const mark = writer.beginOption(OptionCode.VENDOR_OPTS);
  writer.u32(EXTENSION_ENTERPRISE);
  for (const { code, data } of vendor) writeOption(writer, code, data);
  writer.endOption(mark);
}

/**
 * The parts of a server's message, written in the order in which they are called. Containers are begun and ended:
 * `const ia = beginIa(...); writeIaAddress(...); writer.endOption(ia)`.
 */
import type { Address } from './address.ts';
import type { DataWriter, OptionMark } from './data-writer.ts';
import type { Iaid } from './duid.ts';
import { encodeText } from './text.ts';
import { OptionCode } from './option-code.ts';
import type { Seconds } from './units.ts';

const ADDRESS_DATA_LENGTH = 24;
const PREFIX_DATA_LENGTH = 25;

/** Type and transaction-id (RFC 9915 8). */
export function writeMessageHeader(writer: DataWriter, type: number, transactionId: number): void {
  writer.u8(type);
  writer.u24(transactionId);
}

/** An option whose data is at hand; of any code (RFC 9915 21.1). At most 65535 octets. */
export function writeOption(writer: DataWriter, code: number, data: Uint8Array): void {
  writer.u16(code);
  writer.u16(data.length);
  writer.bytes(data);
}

/** An option that says what it says by being there, such as Rapid Commit (RFC 9915 21.14). */
export function writeEmptyOption(writer: DataWriter, code: number): void {
  writer.u16(code);
  writer.u16(0);
}

/** An option of one octet, such as Preference (RFC 9915 21.8). */
export function writeU8Option(writer: DataWriter, code: number, value: number): void {
  writer.u16(code);
  writer.u16(1);
  writer.u8(value);
}

/** Begins an IA_NA (RFC 9915 21.4) or IA_PD (21.21). */
export function beginIa(
  writer: DataWriter,
  kind: typeof OptionCode.IA_NA | typeof OptionCode.IA_PD,
  iaid: Iaid,
  t1: Seconds,
  t2: Seconds,
): OptionMark {
  const mark = writer.beginOption(kind);
  writer.u32(iaid);
  writer.u32(t1);
  writer.u32(t2);
  return mark;
}

/** An IA Address (RFC 9915 21.6). */
export function writeIaAddress(writer: DataWriter, address: Address, preferred: Seconds, valid: Seconds): void {
  writer.u16(OptionCode.IAADDR);
  writer.u16(ADDRESS_DATA_LENGTH);
  writer.bytes(address);
  writer.u32(preferred);
  writer.u32(valid);
}

/** An option that is one unsigned integer of four octets; nothing where that is undefined. */
export function writeU32Option(writer: DataWriter, code: number, value: number | undefined): void {
  if (value === undefined) return;
  writer.u16(code);
  writer.u16(4);
  writer.u32(value);
}

/** Begins an IA Prefix (RFC 9915 21.22) that will have options inside, such as Prefix Exclude (RFC 6603 4.2). */
export function beginIaPrefix(
  writer: DataWriter,
  address: Address,
  prefixLength: number,
  preferred: Seconds,
  valid: Seconds,
): OptionMark {
  const mark = writer.beginOption(OptionCode.IAPREFIX);
  writePrefixData(writer, address, prefixLength, preferred, valid);
  return mark;
}

/** An IA Prefix (RFC 9915 21.22) without options. */
export function writeIaPrefix(
  writer: DataWriter,
  address: Address,
  prefixLength: number,
  preferred: Seconds,
  valid: Seconds,
): void {
  writer.u16(OptionCode.IAPREFIX);
  writer.u16(PREFIX_DATA_LENGTH);
  writePrefixData(writer, address, prefixLength, preferred, valid);
}

function writePrefixData(
  writer: DataWriter,
  address: Address,
  prefixLength: number,
  preferred: Seconds,
  valid: Seconds,
): void {
  writer.u32(preferred);
  writer.u32(valid);
  writer.u8(prefixLength);
  writer.bytes(address);
}

/** A Status Code with a text for whoever reads the client's log; at the top, in an IA, or in a lease (RFC 9915 21.13). */
export function writeStatusCode(writer: DataWriter, status: number, text: string): void {
  const mark = writer.beginOption(OptionCode.STATUS_CODE);
  writer.u16(status);
  if (text !== '') writer.bytes(encodeText(text));
  writer.endOption(mark);
}

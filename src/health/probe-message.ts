/**
 * What a box asks as a client on a link that its partner serves (R-LH4): a Solicit as RFC 9915 section 18.2.1 has it, without Rapid Commit.
 * Nobody gets a lease by it. All boxes ask under one DUID-UUID (RFC 6355), by which each knows the question of its partner.
 */
import { DataWriter, MessageType, OptionCode, beginIa, invariant, seconds, writeMessageHeader, writeOption } from '../wire/index.ts';
import type { Duid, Iaid } from '../wire/index.ts';

/** 275e4e99-5110-40a2-9841-2d76a4589b07 */
export const PROBE_CLIENT = Uint8Array.of(0, 4, 0x27, 0x5e, 0x4e, 0x99, 0x51, 0x10, 0x40, 0xa2, 0x98, 0x41, 0x2d, 0x76, 0xa4, 0x58, 0x9b, 0x07) as Duid;

/** Behind type, transaction-id, and the header of the option. */
const CLIENT_AT = 8;
const IAID = 1 as Iaid;
const NOT_YET = new Uint8Array(2);
/** RFC 9915 section 18.2.1 wants it asked for. */
const SOL_MAX_RT = Uint8Array.of(0, OptionCode.SOL_MAX_RT);

const writer = new DataWriter();

export function probeSolicit(transactionId: number): Uint8Array {
  writeMessageHeader(writer, MessageType.SOLICIT, transactionId);
  writeOption(writer, OptionCode.CLIENTID, PROBE_CLIENT);
  writeOption(writer, OptionCode.ELAPSED_TIME, NOT_YET);
  writeOption(writer, OptionCode.ORO, SOL_MAX_RT);
  writer.endOption(beginIa(writer, OptionCode.IA_NA, IAID, seconds(0), seconds(0)));
  const octets = writer.finish();
  invariant(octets !== undefined, 'a short message can be sent');
  return octets.slice();
}

const PROBE_LENGTH = probeSolicit(0).length;

/** Whether it is one; looked at for every message that comes. */
export function isProbe(bytes: Uint8Array): boolean {
  if (bytes.length !== PROBE_LENGTH || bytes[0] !== MessageType.SOLICIT) return false;
  for (let i = 0; i < PROBE_CLIENT.length; i++) if (bytes[CLIENT_AT + i] !== PROBE_CLIENT[i]) return false;
  return true;
}

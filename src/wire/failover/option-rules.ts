/** What the definitions of the options in failover messages allow, wherever they stand. */
import { DUID_LENGTH_MAX, DUID_LENGTH_MIN } from '../duid.ts';
import { OptionCode } from '../option-code.ts';
import { FailoverOptionCode as Code } from './option-code.ts';

/** An option that is not here may have any length. */
const lengths: readonly (readonly [code: number, min: number, max?: number])[] = [
  [OptionCode.CLIENTID, DUID_LENGTH_MIN, DUID_LENGTH_MAX],
  [OptionCode.IA_NA, 12],
  [OptionCode.IA_TA, 4],
  [OptionCode.IAADDR, 24],
  [OptionCode.STATUS_CODE, 2],
  [OptionCode.VENDOR_OPTS, 4],
  [OptionCode.IA_PD, 12],
  [OptionCode.IAPREFIX, 25],
  [Code.CLIENT_FQDN, 1],
  [Code.CLT_TIME, 4, 4],
  [Code.LQ_RELAY_DATA, 16],
  [Code.VSS, 1],
  [Code.LQ_BASE_TIME, 4, 4],
  [Code.F_BINDING_STATUS, 1, 1],
  [Code.F_CONNECT_FLAGS, 2, 2],
  [Code.F_DNS_HOST_NAME, 1],
  [Code.F_DNS_ZONE_NAME, 1],
  [Code.F_DNS_FLAGS, 2, 2],
  [Code.F_EXPIRATION_TIME, 4, 4],
  [Code.F_MAX_UNACKED_BNDUPD, 4, 4],
  [Code.F_MCLT, 4, 4],
  [Code.F_PARTNER_LIFETIME, 4, 4],
  [Code.F_PARTNER_LIFETIME_SENT, 4, 4],
  [Code.F_PARTNER_DOWN_TIME, 4, 4],
  [Code.F_PARTNER_RAW_CLT_TIME, 4, 4],
  [Code.F_PROTOCOL_VERSION, 4, 4],
  [Code.F_KEEPALIVE_TIME, 4, 4],
  [Code.F_RECONFIGURE_DATA, 4],
  [Code.F_SERVER_FLAGS, 1, 1],
  [Code.F_SERVER_STATE, 1, 1],
  [Code.F_START_TIME_OF_STATE, 4, 4],
  [Code.F_STATE_EXPIRATION_TIME, 4, 4],
];

/** At most one of each in one container: those of RFC 8156 (RFC 9915 24), and what its text has in the singular (7.4). */
const singletons: readonly number[] = [
  OptionCode.CLIENTID,
  OptionCode.STATUS_CODE,
  ...Object.values(Code),
];

const CODES = 256;
const minimum = new Uint16Array(CODES);
const maximum = new Uint16Array(CODES).fill(0xffff);
const bits = new Int32Array(CODES);
for (const [code, min, max = 0xffff] of lengths) {
  minimum[code] = min;
  maximum[code] = max;
}
for (const [i, code] of singletons.entries()) bits[code] = 1 << i;

/** Whether the option's definition allows this length; true for one that has no place in failover messages. */
export function isFailoverLengthAllowed(code: number, length: number): boolean {
  return code >= CODES || (length >= (minimum[code] as number) && length <= (maximum[code] as number));
}

/** A bit for each option that may stand in a container once; 0 for others. */
export function singletonBit(code: number): number {
  return code >= CODES ? 0 : (bits[code] as number);
}

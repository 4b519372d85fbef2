import { DUID_LENGTH_MAX, DUID_LENGTH_MIN } from './duid.ts';
import { OptionCode } from './option-code.ts';

/**
 * The lengths that each option's definition allows; an option that is not here may have any. The obsolete Server
 * Unicast option (RFC 9915 21.12) is to be ignored, and so are hints such as a client's own list of DNS servers, so
 * none of these can spoil a message. What is inside an option is its codec's affair.
 */
const lengths: readonly (readonly [code: number, min: number, max?: number, multipleOf?: 2])[] = [
  [OptionCode.CLIENTID, DUID_LENGTH_MIN, DUID_LENGTH_MAX],
  [OptionCode.SERVERID, DUID_LENGTH_MIN, DUID_LENGTH_MAX],
  [OptionCode.IA_NA, 12],
  [OptionCode.IA_TA, 4],
  [OptionCode.IAADDR, 24],
  [OptionCode.ORO, 0, 0xfffe, 2],
  [OptionCode.PREFERENCE, 1, 1],
  [OptionCode.ELAPSED_TIME, 2, 2],
  [OptionCode.AUTH, 11],
  [OptionCode.STATUS_CODE, 2],
  [OptionCode.RAPID_COMMIT, 0, 0],
  [OptionCode.USER_CLASS, 2],
  [OptionCode.VENDOR_CLASS, 4],
  [OptionCode.VENDOR_OPTS, 4],
  [OptionCode.RECONF_MSG, 1, 1],
  [OptionCode.RECONF_ACCEPT, 0, 0],
  [OptionCode.IA_PD, 12],
  [OptionCode.IAPREFIX, 25],
  [OptionCode.INFORMATION_REFRESH_TIME, 4, 4],
  [OptionCode.REMOTE_ID, 5],
  [OptionCode.SUBSCRIBER_ID, 1],
  [OptionCode.ERO, 0, 0xfffe, 2],
  [OptionCode.PD_EXCLUDE, 2, 17],
  [OptionCode.CLIENT_LINKLAYER_ADDR, 2],
  [OptionCode.SOL_MAX_RT, 4, 4],
  [OptionCode.INF_MAX_RT, 4, 4],
  [OptionCode.RELAY_PORT, 2, 2],
];

const CODES = 256;
const minimum = new Uint16Array(CODES);
const maximum = new Uint16Array(CODES).fill(0xffff);
const forbiddenBits = new Uint8Array(CODES);
for (const [code, min, max = 0xffff, multipleOf = 1] of lengths) {
  minimum[code] = min;
  maximum[code] = max;
  forbiddenBits[code] = multipleOf - 1;
}

/** Whether the option's definition allows this length; true for an unknown option. */
export function isOptionLengthAllowed(code: number, length: number): boolean {
  if (code >= CODES) return true;
  return (
    length >= (minimum[code] as number) &&
    length <= (maximum[code] as number) &&
    (length & (forbiddenBits[code] as number)) === 0
  );
}

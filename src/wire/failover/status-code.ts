import { StatusCode, statusCodeName } from '../status-code.ts';

/** The status codes of a failover connection. An absent Status Code option means Success. */
export const FailoverStatusCode = {
  /** RFC 9915 21.13; informational only (RFC 8156 7.6) */
  Success: StatusCode.Success,
  /** RFC 9915 21.13 */
  UnspecFail: StatusCode.UnspecFail,
  /** RFC 7653 11: a CONNECT of a protocol version that is not spoken here (RFC 8156 6.1.2) */
  NotSupported: 14,
  /** RFC 7653 11, in the REPLY to STARTTLS */
  TLSConnectionRefused: 15,
  /** RFC 8156 5.6: two clients on one lease */
  AddressInUse: 16,
  /** RFC 8156 5.6: a lease or a VPN that is not in the receiver's configuration */
  ConfigurationConflict: 17,
  /** RFC 8156 5.6: a BNDUPD that lacks what it takes to process it */
  MissingBindingInformation: 18,
  /** RFC 8156 5.6: the receiver's record is newer */
  OutdatedBindingInformation: 19,
  /** RFC 8156 5.6: a planned shutdown */
  ServerShuttingDown: 20,
  /** RFC 8156 5.6 */
  DNSUpdateNotSupported: 21,
  /** RFC 8156 5.6: the clocks are more than 5 s apart */
  ExcessiveTimeSkew: 22,
} as const;
export type FailoverStatusCode = (typeof FailoverStatusCode)[keyof typeof FailoverStatusCode];

const names = new Map<number, string>(Object.entries(FailoverStatusCode).map(([name, code]) => [code, name]));

/** The RFC's name of a status code ("AddressInUse"), or "status 99". */
export function failoverStatusName(code: number): string {
  return names.get(code) ?? statusCodeName(code);
}

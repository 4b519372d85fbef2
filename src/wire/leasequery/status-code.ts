/** The status codes of leasequery. An absent Status Code option means Success. */
export const LeasequeryStatusCode = {
  /** RFC 5007 4.1.3: of no type that the server knows */
  UnknownQueryType: 7,
  /** RFC 5007 4.1.3: something that the query needs is missing */
  MalformedQuery: 8,
  /** RFC 5007 4.1.3: the server has no such link */
  NotConfigured: 9,
  /** RFC 5007 4.1.3: not this requestor, or not in this way */
  NotAllowed: 10,
  /** RFC 5460 5.5: the server can't go on */
  QueryTerminated: 11,
  /** RFC 7653 8.4.1: the server does not know all that changed since then */
  DataMissing: 12,
  /** RFC 7653 8.4.1: all that changed since then was told */
  CatchUpComplete: 13,
  /** RFC 7653 9.2: no active leasequery here */
  NotSupported: 14,
  /** RFC 7653 9.1 */
  TLSConnectionRefused: 15,
} as const;
export type LeasequeryStatusCode = (typeof LeasequeryStatusCode)[keyof typeof LeasequeryStatusCode];

const names = new Map<number, string>(Object.entries(LeasequeryStatusCode).map(([name, code]) => [code, name]));

/** The RFC's name of a status code ("NotAllowed"), or "status 99". */
export function leasequeryStatusName(code: number): string {
  return names.get(code) ?? `status ${code}`;
}

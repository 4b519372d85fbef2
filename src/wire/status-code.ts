/** The status codes of RFC 9915 21.13. An absent Status Code option means Success. */
export const StatusCode = {
  Success: 0,
  UnspecFail: 1,
  NoAddrsAvail: 2,
  NoBinding: 3,
  NotOnLink: 4,
  /** Obsolete since RFC 9915 21.13: never sent. */
  UseMulticast: 5,
  NoPrefixAvail: 6,
} as const;
export type StatusCode = (typeof StatusCode)[keyof typeof StatusCode];

const names = new Map<number, string>(Object.entries(StatusCode).map(([name, code]) => [code, name]));

/** The RFC's name of a status code ("NoBinding"), or "status 99". */
export function statusCodeName(code: number): string {
  return names.get(code) ?? `status ${code}`;
}

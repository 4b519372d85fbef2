/** The messages of a failover connection: RFC 8156 5.3, and those that start TLS on it (RFC 7653 6.1). */
export const FailoverMessageType = {
  /** Answers STARTTLS (RFC 7653 9.1). */
  REPLY: 7,
  /** RFC 7653 6.2.2 */
  STARTTLS: 23,
  /** RFC 8156 5.3.1, 7.4 */
  BNDUPD: 24,
  /** RFC 8156 5.3.2, 7.6 */
  BNDREPLY: 25,
  /** RFC 8156 5.3.3 */
  POOLREQ: 26,
  /** RFC 8156 5.3.4 */
  POOLRESP: 27,
  /** RFC 8156 5.3.5 */
  UPDREQ: 28,
  /** RFC 8156 5.3.6 */
  UPDREQALL: 29,
  /** RFC 8156 5.3.7 */
  UPDDONE: 30,
  /** RFC 8156 5.3.8, 6.1.1 */
  CONNECT: 31,
  /** RFC 8156 5.3.9, 6.1.2 */
  CONNECTREPLY: 32,
  /** RFC 8156 5.3.10 */
  DISCONNECT: 33,
  /** RFC 8156 5.3.11, 6.3 */
  STATE: 34,
  /** RFC 8156 5.3.12, 6.6 */
  CONTACT: 35,
} as const;
export type FailoverMessageType = (typeof FailoverMessageType)[keyof typeof FailoverMessageType];

const names = new Map<number, string>(Object.entries(FailoverMessageType).map(([name, type]) => [type, name]));

/** The RFC's name of a message type ("BNDUPD"), or "message type 99". */
export function failoverMessageTypeName(type: number): string {
  return names.get(type) ?? `message type ${type}`;
}

/** The message types of RFC 9915 7.3, and those of address registration. Others (leasequery, failover, ...) have lists of their own. */
export const MessageType = {
  /** RFC 9915 16.2, 18.3.1 */
  SOLICIT: 1,
  /** RFC 9915 16.3, 18.3.9 */
  ADVERTISE: 2,
  /** RFC 9915 16.4, 18.3.2 */
  REQUEST: 3,
  /** RFC 9915 16.5, 18.3.3 */
  CONFIRM: 4,
  /** RFC 9915 16.6, 18.3.4 */
  RENEW: 5,
  /** RFC 9915 16.7, 18.3.5 */
  REBIND: 6,
  /** RFC 9915 16.10, 18.3.10 */
  REPLY: 7,
  /** RFC 9915 16.9, 18.3.7 */
  RELEASE: 8,
  /** RFC 9915 16.8, 18.3.8 */
  DECLINE: 9,
  /** RFC 9915 16.11, 18.3.11 */
  RECONFIGURE: 10,
  /** RFC 9915 16.12, 18.3.6 */
  INFORMATION_REQUEST: 11,
  /** RFC 9915 9.1, 19.1 */
  RELAY_FORW: 12,
  /** RFC 9915 9.2, 19.3 */
  RELAY_REPL: 13,
  /** RFC 9686 4.2 */
  ADDR_REG_INFORM: 36,
  /** RFC 9686 4.3 */
  ADDR_REG_REPLY: 37,
} as const;
export type MessageType = (typeof MessageType)[keyof typeof MessageType];

const names = new Map<number, string>(Object.entries(MessageType).map(([name, type]) => [type, name.replaceAll('_', '-')]));

/** The RFC's name of a message type ("RELAY-FORW"), or "message type 99". */
export function messageTypeName(type: number): string {
  return names.get(type) ?? `message type ${type}`;
}

/** The options of leasequery, which no other message between client and server has. */
export const LeasequeryOptionCode = {
  /** RFC 5007 4.1.2.1 */
  LQ_QUERY: 44,
  /** RFC 5007 4.1.2.2 */
  CLIENT_DATA: 45,
  /** RFC 5007 4.1.2.3 */
  CLT_TIME: 46,
  /** RFC 5007 4.1.2.4 */
  LQ_RELAY_DATA: 47,
  /** RFC 5007 4.1.2.5 */
  LQ_CLIENT_LINK: 48,
  /** RFC 5460 5.4.1: the DUID of a relay agent; in Relay-forward messages, too */
  RELAY_ID: 53,
  /** RFC 7653 6.3.1 */
  LQ_BASE_TIME: 100,
  /** RFC 7653 6.3.2 */
  LQ_START_TIME: 101,
  /** RFC 7653 6.3.3 */
  LQ_END_TIME: 102,
} as const;

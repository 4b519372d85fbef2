/** The messages of leasequery: RFC 5007 4.1.1, RFC 5460 5.2, RFC 7653 6.2. */
export const LeasequeryMessageType = {
  /** Answers STARTTLS (RFC 7653 9.1). */
  REPLY: 7,
  /** RFC 5007 4.1.1 */
  LEASEQUERY: 14,
  /** RFC 5007 4.1.1 */
  LEASEQUERY_REPLY: 15,
  /** RFC 5460 5.2.2 */
  LEASEQUERY_DONE: 16,
  /** RFC 5460 5.2.1 */
  LEASEQUERY_DATA: 17,
  /** RFC 7653 6.2.1 */
  ACTIVELEASEQUERY: 22,
  /** RFC 7653 6.2.2 */
  STARTTLS: 23,
} as const;

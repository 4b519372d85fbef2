/** What an OPTION_LQ_QUERY asks for. */
export const QueryType = {
  /** RFC 5007 4.1.2.1 */
  QUERY_BY_ADDRESS: 1,
  /** RFC 5007 4.1.2.1 */
  QUERY_BY_CLIENTID: 2,
  /** RFC 5460 5.3.1 */
  QUERY_BY_RELAY_ID: 3,
  /** RFC 5460 5.3.2 */
  QUERY_BY_LINK_ADDRESS: 4,
  /** RFC 5460 5.3.3 */
  QUERY_BY_REMOTE_ID: 5,
} as const;

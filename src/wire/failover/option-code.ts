/** The options of failover messages that `OptionCode` does not have: no client or relay agent sends them. */
export const FailoverOptionCode = {
  /** RFC 4704 4, here inside a lease */
  CLIENT_FQDN: 39,
  /** RFC 5007 4.1.2.2 */
  CLIENT_DATA: 45,
  /** RFC 5007 4.1.2.3 */
  CLT_TIME: 46,
  /** RFC 5007 4.1.2.4 */
  LQ_RELAY_DATA: 47,
  /** RFC 6607 3.4 */
  VSS: 68,
  /** RFC 7653 6.3.1 */
  LQ_BASE_TIME: 100,
  /** RFC 8156 5.5.1 */
  F_BINDING_STATUS: 114,
  /** RFC 8156 5.5.2 */
  F_CONNECT_FLAGS: 115,
  /** RFC 8156 5.5.3 */
  F_DNS_REMOVAL_INFO: 116,
  /** RFC 8156 5.5.3.1 */
  F_DNS_HOST_NAME: 117,
  /** RFC 8156 5.5.3.2 */
  F_DNS_ZONE_NAME: 118,
  /** RFC 8156 5.5.3.3 */
  F_DNS_FLAGS: 119,
  /** RFC 8156 5.5.4 */
  F_EXPIRATION_TIME: 120,
  /** RFC 8156 5.5.5 */
  F_MAX_UNACKED_BNDUPD: 121,
  /** RFC 8156 5.5.6 */
  F_MCLT: 122,
  /** RFC 8156 5.5.7 */
  F_PARTNER_LIFETIME: 123,
  /** RFC 8156 5.5.8 */
  F_PARTNER_LIFETIME_SENT: 124,
  /** RFC 8156 5.5.9 */
  F_PARTNER_DOWN_TIME: 125,
  /** RFC 8156 5.5.10 */
  F_PARTNER_RAW_CLT_TIME: 126,
  /** RFC 8156 5.5.11 */
  F_PROTOCOL_VERSION: 127,
  /** RFC 8156 5.5.12 */
  F_KEEPALIVE_TIME: 128,
  /** RFC 8156 5.5.13 */
  F_RECONFIGURE_DATA: 129,
  /** RFC 8156 5.5.14 */
  F_RELATIONSHIP_NAME: 130,
  /** RFC 8156 5.5.15 */
  F_SERVER_FLAGS: 131,
  /** RFC 8156 5.5.16 */
  F_SERVER_STATE: 132,
  /** RFC 8156 5.5.17 */
  F_START_TIME_OF_STATE: 133,
  /** RFC 8156 5.5.18 */
  F_STATE_EXPIRATION_TIME: 134,
} as const;

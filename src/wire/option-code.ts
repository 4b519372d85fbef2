/** The option codes that have a codec here, with the section that defines each. */
export const OptionCode = {
  /** RFC 9915 21.2 */
  CLIENTID: 1,
  /** RFC 9915 21.3 */
  SERVERID: 2,
  /** RFC 9915 21.4 */
  IA_NA: 3,
  /** RFC 8415 21.5; obsolete since RFC 9915 21.5 */
  IA_TA: 4,
  /** RFC 9915 21.6 */
  IAADDR: 5,
  /** RFC 9915 21.7 */
  ORO: 6,
  /** RFC 9915 21.8 */
  PREFERENCE: 7,
  /** RFC 9915 21.9 */
  ELAPSED_TIME: 8,
  /** RFC 9915 21.10 */
  RELAY_MSG: 9,
  /** RFC 9915 21.11 */
  AUTH: 11,
  /** RFC 8415 21.12; obsolete since RFC 9915 21.12 */
  UNICAST: 12,
  /** RFC 9915 21.13 */
  STATUS_CODE: 13,
  /** RFC 9915 21.14 */
  RAPID_COMMIT: 14,
  /** RFC 9915 21.15 */
  USER_CLASS: 15,
  /** RFC 9915 21.16 */
  VENDOR_CLASS: 16,
  /** RFC 9915 21.17 */
  VENDOR_OPTS: 17,
  /** RFC 9915 21.18 */
  INTERFACE_ID: 18,
  /** RFC 9915 21.19 */
  RECONF_MSG: 19,
  /** RFC 9915 21.20 */
  RECONF_ACCEPT: 20,
  /** RFC 3319 3.1 */
  SIP_SERVER_D: 21,
  /** RFC 3319 3.2 */
  SIP_SERVER_A: 22,
  /** RFC 3646 3 */
  DNS_SERVERS: 23,
  /** RFC 3646 4 */
  DOMAIN_LIST: 24,
  /** RFC 9915 21.21 */
  IA_PD: 25,
  /** RFC 9915 21.22 */
  IAPREFIX: 26,
  /** RFC 4075 4 */
  SNTP_SERVERS: 31,
  /** RFC 9915 21.23 */
  INFORMATION_REFRESH_TIME: 32,
  /** RFC 4649 3 */
  REMOTE_ID: 37,
  /** RFC 4580 2 */
  SUBSCRIBER_ID: 38,
  /** RFC 4704 4 */
  CLIENT_FQDN: 39,
  /** RFC 4833 3 */
  NEW_POSIX_TIMEZONE: 41,
  /** RFC 4833 3 */
  NEW_TZDB_TIMEZONE: 42,
  /** RFC 4994 3 */
  ERO: 43,
  /** RFC 5908 4 */
  NTP_SERVER: 56,
  /** RFC 5970 3.1 */
  BOOTFILE_URL: 59,
  /** RFC 5970 3.2 */
  BOOTFILE_PARAM: 60,
  /** RFC 5970 3.3 */
  CLIENT_ARCH_TYPE: 61,
  /** RFC 6334 3 */
  AFTR_NAME: 64,
  /** RFC 6422 3 */
  RSOO: 66,
  /** RFC 6603 4.2 */
  PD_EXCLUDE: 67,
  /** RFC 6939 4 */
  CLIENT_LINKLAYER_ADDR: 79,
  /** RFC 7037 4 */
  RADIUS: 81,
  /** RFC 9915 21.24 */
  SOL_MAX_RT: 82,
  /** RFC 9915 21.25 */
  INF_MAX_RT: 83,
  /** RFC 7598 5.1 */
  S46_CONT_MAPE: 94,
  /** RFC 7598 5.2 */
  S46_CONT_MAPT: 95,
  /** RFC 7598 5.3 */
  S46_CONT_LW: 96,
  /** RFC 8910 2.2 */
  CAPTIVE_PORTAL: 103,
  /** RFC 8026 1.3 */
  S46_PRIORITY: 111,
  /** RFC 8357 4.2 */
  RELAY_PORT: 135,
  /** RFC 9463 4.1 */
  V6_DNR: 144,
  /** RFC 9686 4.1 */
  ADDR_REG_ENABLE: 148,
} as const;
export type OptionCode = (typeof OptionCode)[keyof typeof OptionCode];

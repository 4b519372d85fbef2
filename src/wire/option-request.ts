/**
 * Which option codes a client may name in its Option Request option (RFC 9915 21.7). The authority is the column "Client ORO"
 * of the IANA registry of DHCPv6 option codes; RFC 8415 24 (table 4) printed it as it was up to code 143. A code that is not
 * in the registry may be requested: an operator may configure an option that is newer than this list.
 */
const NEVER_REQUESTED: readonly (readonly [first: number, last: number])[] = [
  // CLIENTID ... RELAY_MSG, AUTH ... VENDOR_CLASS. 10 is not assigned.
  [1, 16],
  // INTERFACE_ID, RECONF_MSG, RECONF_ACCEPT
  [18, 20],
  // IA_PD, IAPREFIX
  [25, 26],
  // REMOTE_ID, SUBSCRIBER_ID
  [37, 38],
  // ERO, LQ_QUERY, CLIENT_DATA, CLT_TIME, LQ_RELAY_DATA, LQ_CLIENT_LINK
  [43, 48],
  // RELAY_ID
  [53, 53],
  // CLIENT_ARCH_TYPE
  [61, 61],
  // RSOO
  [66, 66],
  // VSS
  [68, 68],
  // CLIENT_LINKLAYER_ADDR, LINK_ADDRESS, RADIUS
  [79, 81],
  // DHCPV4_MSG
  [87, 87],
  // S46_RULE, S46_BR, S46_DMR, S46_V4V6BIND, S46_PORTPARAMS
  [89, 93],
  // LQ_BASE_TIME, LQ_START_TIME, LQ_END_TIME
  [100, 102],
  // ANI_ATT ... ANI_OPERATOR_REALM
  [105, 110],
  // MUD_URL_V6
  [112, 112],
  // F_BINDING_STATUS ... F_STATE_EXPIRATION_TIME, RELAY_PORT
  [114, 135],
];

const mayNotBeRequested = new Uint8Array(256);
for (const [first, last] of NEVER_REQUESTED) mayNotBeRequested.fill(1, first, last + 1);

/** Whether a server heeds this code in an Option Request option (RFC 9915 21.7). */
export function mayBeRequested(code: number): boolean {
  return mayNotBeRequested[code] !== 1;
}

/** The bits of the options that are made of flags; all others must be zero, and are ignored. */

/** F_CONNECT_FLAGS (RFC 8156 5.5.2) */
export const ConnectFlag = { FIXED_PD_LENGTH: 1 } as const;

/** F_DNS_FLAGS (RFC 8156 5.5.3.3) */
export const DnsFlag = { FORWARD_UP_TO_DATE: 1, REVERSE_UP_TO_DATE: 2, SYNTHESIZED_NAME: 4, USING_REQUESTED_FQDN: 8 } as const;

/** F_SERVER_FLAGS (RFC 8156 5.5.15) */
export const ServerFlag = { COMMUNICATED: 1, STARTUP: 2, ACK_STARTUP: 4 } as const;

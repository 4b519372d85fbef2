/** F_DNS_FLAGS (RFC 8156 5.5.3.3), as bits and as what they mean. */
import { DnsFlag } from './flag-bits.ts';
import type { DnsFlags } from './message.ts';

/** Other bits mean nothing. */
export function decodeDnsFlags(bits: number): DnsFlags {
  return {
    usingRequestedFqdn: (bits & DnsFlag.USING_REQUESTED_FQDN) !== 0,
    synthesizedName: (bits & DnsFlag.SYNTHESIZED_NAME) !== 0,
    reverseUpToDate: (bits & DnsFlag.REVERSE_UP_TO_DATE) !== 0,
    forwardUpToDate: (bits & DnsFlag.FORWARD_UP_TO_DATE) !== 0,
  };
}

export function dnsFlagBits({ usingRequestedFqdn, synthesizedName, reverseUpToDate, forwardUpToDate }: DnsFlags): number {
  return (
    (usingRequestedFqdn ? DnsFlag.USING_REQUESTED_FQDN : 0) |
    (synthesizedName ? DnsFlag.SYNTHESIZED_NAME : 0) |
    (reverseUpToDate ? DnsFlag.REVERSE_UP_TO_DATE : 0) |
    (forwardUpToDate ? DnsFlag.FORWARD_UP_TO_DATE : 0)
  );
}

import type { DataWriter, OptionMark } from '../data-writer.ts';
import { encodeDomainNames } from '../domain-name.ts';
import { OptionCode } from '../option-code.ts';
import type { EpochSeconds } from '../units.ts';
import { beginIaPrefix, writeOption, writeU32Option, writeU8Option } from '../write-message.ts';
import { dnsFlagBits } from './dns-flags.ts';
import type { ClientFqdn, DnsRemoval, LeaseUpdate } from './message.ts';
import { FailoverOptionCode as Code } from './option-code.ts';
import { writeStatus, writeTimeOption } from './write-options.ts';

/** Begins an IAPREFIX. */
export function beginPrefixLease(writer: DataWriter, lease: LeaseUpdate): OptionMark {
  return beginIaPrefix(writer, lease.address, lease.prefixLength, lease.preferredLifetime, lease.validLifetime);
}

/** Begins an IAADDR. */
export function beginAddressLease(writer: DataWriter, lease: LeaseUpdate): OptionMark {
  const mark = writer.beginOption(OptionCode.IAADDR);
  writer.bytes(lease.address);
  writer.u32(lease.preferredLifetime);
  writer.u32(lease.validLifetime);
  return mark;
}

/** What stands inside an IAADDR or IAPREFIX (RFC 8156 7.4, 7.6). CLT_TIME counts back from `baseTime`. */
export function writeLeaseOptions(writer: DataWriter, lease: LeaseUpdate, baseTime: EpochSeconds | undefined): void {
  if (lease.bindingStatus !== undefined) writeU8Option(writer, Code.F_BINDING_STATUS, lease.bindingStatus);
  writeTimeOption(writer, Code.F_START_TIME_OF_STATE, lease.startTimeOfState);
  writeTimeOption(writer, Code.F_STATE_EXPIRATION_TIME, lease.stateExpirationTime);
  if (lease.cltTime !== undefined && baseTime !== undefined) {
    writeU32Option(writer, Code.CLT_TIME, Math.min(Math.max(0, baseTime - lease.cltTime), 0xffffffff));
  }
  writeTimeOption(writer, Code.F_PARTNER_LIFETIME, lease.partnerLifetime);
  writeTimeOption(writer, Code.F_PARTNER_LIFETIME_SENT, lease.partnerLifetimeSent);
  writeTimeOption(writer, Code.F_PARTNER_RAW_CLT_TIME, lease.partnerRawCltTime);
  writeTimeOption(writer, Code.F_EXPIRATION_TIME, lease.expirationTime);
  if (lease.clientFqdn !== undefined) writeClientFqdn(writer, lease.clientFqdn);
  if (lease.dnsRemoval !== undefined) writeDnsRemoval(writer, lease.dnsRemoval);
  writeStatus(writer, lease.status);
}

/** RFC 4704 4 */
function writeClientFqdn(writer: DataWriter, { flags, name }: ClientFqdn): void {
  const mark = writer.beginOption(Code.CLIENT_FQDN);
  writer.u8(flags);
  writer.bytes(name);
  writer.endOption(mark);
}

/** RFC 8156 5.5.3 */
function writeDnsRemoval(writer: DataWriter, { hostName, zoneName, flags }: DnsRemoval): void {
  const mark = writer.beginOption(Code.F_DNS_REMOVAL_INFO);
  if (hostName !== undefined) writeOption(writer, Code.F_DNS_HOST_NAME, encodeDomainNames([hostName]));
  if (zoneName !== undefined) writeOption(writer, Code.F_DNS_ZONE_NAME, encodeDomainNames([zoneName]));
  if (flags !== undefined) {
    writer.u16(Code.F_DNS_FLAGS);
    writer.u16(2);
    writer.u16(dnsFlagBits(flags));
  }
  writer.endOption(mark);
}


import { ADDRESS_LENGTH, type Address } from '../address.ts';
import { u8, u32, view } from '../octets.ts';
import { OptionCode } from '../option-code.ts';
import { firstAddress, hasHostBits } from '../prefix.ts';
import type { EpochSeconds, Seconds } from '../units.ts';
import { type Decoded, failure } from '../wire-error.ts';
import { fromWireTime } from '../wire-time.ts';
import { decodeClientFqdn, decodeDnsRemoval } from './decode-dns.ts';
import { decodeStatus } from './decode-status.ts';
import type { ClientFqdn, DnsRemoval, FailoverStatus, LeaseUpdate } from './message.ts';
import { FailoverOptionCode as Code } from './option-code.ts';
import { OptionCursor } from './option-cursor.ts';

/**
 * An IAADDR or IAPREFIX, its data being in `[start, end)`, with what RFC 8156 7.4 and 7.6 put inside. `baseTime` is what
 * CLT_TIME counts back from. Bits of a prefix beyond its length are cleared: it has one name only.
 */
export function decodeLeaseUpdate(
  bytes: Uint8Array,
  code: typeof OptionCode.IAADDR | typeof OptionCode.IAPREFIX,
  start: number,
  end: number,
  baseTime: EpochSeconds | undefined,
  near: EpochSeconds,
): Decoded<LeaseUpdate> {
  const isPrefix = code === OptionCode.IAPREFIX;
  const prefixLength = isPrefix ? u8(bytes, start + 8) : 128;
  if (prefixLength > 128) return failure('bad-prefix-length', start + 8, code);
  const addressStart = isPrefix ? start + 9 : start;
  const lifetimes = isPrefix ? start : start + ADDRESS_LENGTH;
  const address = view(bytes, addressStart, addressStart + ADDRESS_LENGTH) as Address;

  let bindingStatus: number | undefined;
  let startTimeOfState: EpochSeconds | undefined;
  let stateExpirationTime: EpochSeconds | undefined;
  let partnerLifetime: EpochSeconds | undefined;
  let partnerLifetimeSent: EpochSeconds | undefined;
  let expirationTime: EpochSeconds | undefined;
  let partnerRawCltTime: EpochSeconds | undefined;
  let cltTime: EpochSeconds | undefined;
  let clientFqdn: ClientFqdn | undefined;
  let dnsRemoval: DnsRemoval | undefined;
  let status: FailoverStatus | undefined;
  const options = new OptionCursor(bytes, start + (isPrefix ? 25 : 24), end);
  while (options.next()) {
    const data = options.start;
    switch (options.code) {
      case Code.F_BINDING_STATUS:
        bindingStatus = u8(bytes, data);
        break;
      case Code.F_START_TIME_OF_STATE:
        startTimeOfState = fromWireTime(u32(bytes, data), near);
        break;
      case Code.F_STATE_EXPIRATION_TIME:
        stateExpirationTime = fromWireTime(u32(bytes, data), near);
        break;
      case Code.F_PARTNER_LIFETIME:
        partnerLifetime = fromWireTime(u32(bytes, data), near);
        break;
      case Code.F_PARTNER_LIFETIME_SENT:
        partnerLifetimeSent = fromWireTime(u32(bytes, data), near);
        break;
      case Code.F_EXPIRATION_TIME:
        expirationTime = fromWireTime(u32(bytes, data), near);
        break;
      case Code.F_PARTNER_RAW_CLT_TIME:
        partnerRawCltTime = fromWireTime(u32(bytes, data), near);
        break;
      case Code.CLT_TIME:
        if (baseTime !== undefined) cltTime = Math.max(0, baseTime - u32(bytes, data)) as EpochSeconds;
        break;
      case Code.CLIENT_FQDN: {
        const decoded = decodeClientFqdn(bytes, data, options.end);
        if (decoded.error !== undefined) return decoded;
        clientFqdn = decoded;
        break;
      }
      case Code.F_DNS_REMOVAL_INFO: {
        const decoded = decodeDnsRemoval(bytes, data, options.end);
        if (decoded.error !== undefined) return decoded;
        dnsRemoval = decoded;
        break;
      }
      case OptionCode.STATUS_CODE:
        status = decodeStatus(bytes, data, options.end);
        break;
    }
  }
  if (options.failure !== undefined) return options.failure;
  return {
    address: hasHostBits(address, prefixLength) ? firstAddress(address, prefixLength) : address,
    prefixLength,
    preferredLifetime: u32(bytes, lifetimes) as Seconds,
    validLifetime: u32(bytes, lifetimes + 4) as Seconds,
    bindingStatus,
    startTimeOfState,
    stateExpirationTime,
    partnerLifetime,
    partnerLifetimeSent,
    expirationTime,
    partnerRawCltTime,
    cltTime,
    clientFqdn,
    dnsRemoval,
    status,
  };
}

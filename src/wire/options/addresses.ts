/** Options that are one address or a list of them. */
import { formatAddress } from '../address-text.ts';
import { ADDRESS_LENGTH, type Address } from '../address.ts';
import { view } from '../octets.ts';
import { OptionCode } from '../option-code.ts';
import { failure } from '../wire-error.ts';
import { concatBytes, option, type Shape } from './codec.ts';

/** Any number of addresses. */
export const addressListShape: Shape<readonly Address[]> = {
  decode(data) {
    if (data.length % ADDRESS_LENGTH !== 0) return failure('bad-option-length', 0);
    const count = data.length / ADDRESS_LENGTH;
    return {
      value: Array.from({ length: count }, (_, i) => view(data, i * ADDRESS_LENGTH, (i + 1) * ADDRESS_LENGTH) as Address),
    };
  },
  encode: concatBytes,
  print: (addresses) => addresses.map(formatAddress).join(' '),
};

const singleAddress: Shape<Address> = {
  decode: (data) => (data.length === ADDRESS_LENGTH ? { value: data as Address } : failure('bad-option-length', 0)),
  encode: (address) => address,
  print: formatAddress,
};

/** RFC 3646 3 */
export const dnsServers = option(OptionCode.DNS_SERVERS, 'DNS_SERVERS', addressListShape);

/** RFC 4075 4; newer clients ask for NTP_SERVER. */
export const sntpServers = option(OptionCode.SNTP_SERVERS, 'SNTP_SERVERS', addressListShape);

/** RFC 8415 21.12; obsolete since RFC 9915 21.12: never sent, ignored on receipt. */
export const serverUnicast = option(OptionCode.UNICAST, 'UNICAST', singleAddress);

/** RFC 3319 3.2: SIP outbound proxies, in the order of preference. */
export const sipServers = option(OptionCode.SIP_SERVER_A, 'SIP_SERVER_A', addressListShape);

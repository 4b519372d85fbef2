/** The NTP Server option: where one time source is (RFC 5908 4). */
import { formatAddress } from '../address-text.ts';
import { ADDRESS_LENGTH, type Address } from '../address.ts';
import { decodeDomainNames, type DomainName, encodeDomainNames } from '../domain-name.ts';
import { OptionCode } from '../option-code.ts';
import { failure } from '../wire-error.ts';
import { type DecodedValue, option, shifted } from './codec.ts';
import { decodeSuboptions, encodeSuboptions, type Suboption, SUBOPTION_HEADER_LENGTH } from './suboptions.ts';

/** The suboption codes. */
const SRV_ADDR = 1;
const MC_ADDR = 2;
const SRV_FQDN = 3;

export type NtpServer =
  /** RFC 5908 4.1 */
  | { readonly kind: 'address'; readonly address: Address }
  /** RFC 5908 4.2: a group to listen to. */
  | { readonly kind: 'multicast'; readonly address: Address }
  /** RFC 5908 4.3 */
  | { readonly kind: 'name'; readonly name: DomainName };

/** A suboption of another kind gives no source. */
function decodeSource({ code, data }: Suboption): DecodedValue<NtpServer | undefined> {
  if (code === SRV_ADDR || code === MC_ADDR) {
    if (data.length !== ADDRESS_LENGTH) return failure('bad-option-value', 0);
    return { value: { kind: code === SRV_ADDR ? 'address' : 'multicast', address: data as Address } };
  }
  if (code !== SRV_FQDN) return { value: undefined };
  const names = decodeDomainNames(data);
  if (names.error !== undefined) return names;
  const [name, ...others] = names.value;
  return name === undefined || others.length > 0 ? failure('bad-option-value', 0) : { value: { kind: 'name', name } };
}

function encodeSource(server: NtpServer): Suboption {
  switch (server.kind) {
    case 'address':
      return { code: SRV_ADDR, data: server.address };
    case 'multicast':
      return { code: MC_ADDR, data: server.address };
    case 'name':
      return { code: SRV_FQDN, data: encodeDomainNames([server.name]) };
  }
}

/** RFC 5908 4: repeats, once for each server; holds just one time source. Suboptions of other kinds are skipped. */
export const ntpServer = option<NtpServer>(OptionCode.NTP_SERVER, 'NTP_SERVER', {
  decode(data) {
    const suboptions = decodeSuboptions(data, 0);
    if (suboptions.error !== undefined) return suboptions;
    let found: NtpServer | undefined;
    let at = 0;
    for (const suboption of suboptions.value) {
      const source = decodeSource(suboption);
      if (source.error !== undefined) return shifted(source, at + SUBOPTION_HEADER_LENGTH);
      if (source.value !== undefined && found !== undefined) return failure('bad-option-value', at);
      found ??= source.value;
      at += SUBOPTION_HEADER_LENGTH + suboption.data.length;
    }
    return found === undefined ? failure('bad-option-value', 0) : { value: found };
  },
  encode: (server) => encodeSuboptions([encodeSource(server)]),
  print: (server) => (server.kind === 'name' ? server.name : formatAddress(server.address)),
});

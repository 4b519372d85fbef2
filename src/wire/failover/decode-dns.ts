/** What a lease says about the DNS: CLIENT_FQDN, and the removal information with the options inside. */
import { type DomainName, LABEL_LENGTH_MAX, NAME_LENGTH_MAX, decodeDomainNames } from '../domain-name.ts';
import { u8, u16, view } from '../octets.ts';
import { type Decoded, failure } from '../wire-error.ts';
import { decodeDnsFlags } from './dns-flags.ts';
import type { ClientFqdn, DnsFlags, DnsRemoval } from './message.ts';
import { FailoverOptionCode as Code } from './option-code.ts';
import { OptionCursor } from './option-cursor.ts';

/** RFC 4704 4: flags, then a name that may be partial, or empty. */
export function decodeClientFqdn(bytes: Uint8Array, start: number, end: number): Decoded<ClientFqdn> {
  const from = start + 1;
  if (end - from > NAME_LENGTH_MAX) return failure('bad-domain-name', from, Code.CLIENT_FQDN);
  for (let at = from; at < end; ) {
    const length = u8(bytes, at);
    const next = at + 1 + length;
    const isMisplacedEnd = length === 0 && next !== end;
    if (length > LABEL_LENGTH_MAX || next > end || isMisplacedEnd) return failure('bad-domain-name', at, Code.CLIENT_FQDN);
    at = next;
  }
  return { flags: u8(bytes, start), name: view(bytes, from, end) };
}

/** RFC 8156 5.5.3 */
export function decodeDnsRemoval(bytes: Uint8Array, start: number, end: number): Decoded<DnsRemoval> {
  let hostName: DomainName | undefined;
  let zoneName: DomainName | undefined;
  let flags: DnsFlags | undefined;
  const options = new OptionCursor(bytes, start, end);
  while (options.next()) {
    switch (options.code) {
      case Code.F_DNS_HOST_NAME:
      case Code.F_DNS_ZONE_NAME: {
        const name = decodeOneName(bytes, options);
        if (name.error !== undefined) return name;
        if (options.code === Code.F_DNS_HOST_NAME) hostName = name.value;
        else zoneName = name.value;
        break;
      }
      case Code.F_DNS_FLAGS:
        flags = decodeDnsFlags(u16(bytes, options.start));
        break;
    }
  }
  return options.failure ?? { hostName, zoneName, flags };
}

function decodeOneName(bytes: Uint8Array, { code, start, end }: OptionCursor): Decoded<{ readonly value: DomainName }> {
  const names = decodeDomainNames(view(bytes, start, end));
  if (names.error !== undefined) return failure(names.error.code, start + names.error.offset, code);
  const [name, ...others] = names.value;
  return name === undefined || others.length > 0 ? failure('bad-domain-name', start, code) : { value: name };
}

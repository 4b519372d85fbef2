/** Encrypted DNS resolvers (RFC 9463): what is told of one has to fit together. */
import type { Report } from '../fault.ts';
import type { KeyPath } from '../key-path.ts';
import type { OptionSection } from '../option-schema.ts';
import { checkServer } from './server-address.ts';

type Resolver = NonNullable<OptionSection['encrypted-dns']>[number];

/** By these a resolver speaks DNS over HTTPS. */
const HTTP = ['h2', 'h3', 'http/1.1'];

export function checkEncryptedDns(resolvers: readonly Resolver[] | undefined, path: KeyPath, report: Report): void {
  for (const [i, resolver] of (resolvers ?? []).entries()) checkResolver(resolver, [...path, i], report);
}

function checkResolver({ addresses, alpn, ...resolver }: Resolver, path: KeyPath, report: Report): void {
  for (const [i, address] of (addresses ?? []).entries()) checkServer(address, [...path, 'addresses', i], report);
  if (addresses === undefined) {
    const parameter = alpn === undefined ? (['port', 'doh-path'] as const).find((key) => resolver[key] !== undefined) : 'alpn';
    if (parameter === undefined) return;
    report({ path: [...path, parameter], problem: 'where no addresses are told, nothing else is (RFC 9463 section 3.1.6)', allowed: 'priority and name, or addresses as well' });
    return;
  }
  if (alpn === undefined) {
    report({ severity: 'warning', path, problem: 'it is not said what the resolver speaks', found: 'no alpn', allowed: 'alpn, such as [dot]' });
    return;
  }
  const isHttp = alpn.some((protocol) => HTTP.includes(protocol));
  if (isHttp && resolver['doh-path'] === undefined) {
    report({ path: [...path, 'alpn'], problem: 'DNS over HTTPS has no path', allowed: 'doh-path as well, such as "/dns-query{?dns}" (RFC 9461 section 5)' });
  }
  if (!isHttp && resolver['doh-path'] !== undefined) {
    report({ path: [...path, 'doh-path'], problem: 'a resolver that does not speak HTTP has no path', allowed: 'h2 or h3 in alpn' });
  }
}

import { type Prefix, formatAddress, formatPrefix } from '../wire/index.ts';
import { type CanonicalMap, maybe, present } from './canonical-value.ts';
import { formatDuration } from './duration.ts';
import type { LeasequerySection } from './leasequery-schema.ts';

export function canonicalLeasequery({ requestors, tcp, 'sensitive-options': sensitiveOptions }: LeasequerySection): CanonicalMap {
  return present({
    requestors: requestors.map(({ address, certificate }) => (certificate === undefined ? sourceText(address) : { address: sourceText(address), certificate })),
    tcp: maybe(tcp, (own) => ({ ...own, history: formatDuration(own.history), timeout: formatDuration(own.timeout) })),
    'sensitive-options': sensitiveOptions,
  });
}

function sourceText(source: Prefix): string {
  return source.length === 128 ? formatAddress(source.address) : formatPrefix(source);
}

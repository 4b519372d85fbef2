import { reverseName } from '../wire/index.ts';
import type { DnsZoneSection } from './dns-schema.ts';

/** The name of a zone, without a dot at its end. */
export function zoneText({ name, prefix }: Pick<DnsZoneSection, 'name' | 'prefix'>): string {
  if (prefix === undefined) return name?.toLowerCase() ?? '';
  const octets = reverseName(prefix.address, prefix.length - (prefix.length % 4));
  const labels: string[] = [];
  for (let at = 0; (octets[at] ?? 0) > 0; at += 1 + (octets[at] ?? 0)) labels.push(Buffer.from(octets.subarray(at + 1, at + 1 + (octets[at] ?? 0))).toString('latin1'));
  return labels.join('.');
}

import { nameText } from '../dns/index.ts';
import { reverseName } from '../wire/index.ts';
import type { DnsZoneSection } from './dns-schema.ts';

/** The name of a zone, without a dot at its end. */
export function zoneText({ name, prefix }: Pick<DnsZoneSection, 'name' | 'prefix'>): string {
  if (prefix === undefined) return name?.toLowerCase() ?? '';
  return nameText(reverseName(prefix.address, prefix.length - (prefix.length % 4)));
}

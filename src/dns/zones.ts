import { isInZone } from '../wire/index.ts';
import type { DnsZone } from './configuration.ts';

/** The zone that a name is in: of several the one with the longest name. */
export function zoneOf<Zone extends DnsZone>(zones: readonly Zone[], name: Uint8Array): Zone | undefined {
  let found: Zone | undefined;
  for (const zone of zones) {
    if (isInZone(name, zone.name) && zone.name.length > (found?.name.length ?? 0)) found = zone;
  }
  return found;
}

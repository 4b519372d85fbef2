/** DNS updates: zones that are named in one way, keys that there are, and names that lie in some zone. */
import { formatPrefix } from '../../wire/index.ts';
import { zoneText } from '../dns-zones.ts';
import type { Report } from '../fault.ts';
import { REMOVED } from '../pairing-key.ts';
import type { ProvisioningDocument } from '../schema.ts';

const SECTION = 'dns-updates';

export function checkDnsUpdates(document: ProvisioningDocument, report: Report): void {
  checkZones(document, report);
  for (const [name, link] of Object.entries(document.links)) {
    const naming = link[SECTION];
    if (naming === undefined) continue;
    const path = ['links', name, SECTION];
    const zones = document[SECTION]?.zones ?? [];
    const isInZone = zones.some(({ name: zone }) => zone !== undefined && `.${naming.domain}`.toLowerCase().endsWith(`.${zone}`.toLowerCase()));
    if (!isInZone) {
      report({
        severity: 'warning',
        path: [...path, 'domain'],
        problem: 'the domain is in none of the zones that are updated: no AAAA is added',
        allowed: zones.length === 0 ? 'a zone under "dns-updates"' : `a domain in one of ${zones.flatMap(({ name: zone }) => zone ?? []).join(', ')}; or one more zone under "dns-updates"`,
      });
    }
  }
}

function checkZones(document: ProvisioningDocument, report: Report): void {
  const { keys, zones } = document[SECTION] ?? { keys: {}, zones: [] };
  const known = new Map<string, number>();
  for (const [i, zone] of zones.entries()) {
    const path = [SECTION, 'zones', i];
    const { name, prefix, key } = zone;
    if ((name === undefined) === (prefix === undefined)) {
      report({ path, part: 'key', problem: 'a zone has a name, or a prefix', found: name === undefined ? 'neither' : 'both', allowed: 'name, or prefix' });
      continue;
    }
    if (prefix !== undefined && (prefix.length % 4 !== 0 || prefix.length === 0)) {
      report({ path: [...path, 'prefix'], problem: 'there is no reverse zone of such a length', found: formatPrefix(prefix), allowed: 'a length that is a multiple of 4 (RFC 3596 section 2.5)' });
    }
    if (key !== undefined && !Object.hasOwn(keys, key)) {
      report({ path: [...path, 'key'], problem: 'there is no such key', allowed: Object.keys(keys).join(', ') || 'a key under "keys"' });
    }
    const text = zoneText(zone);
    const before = known.get(text);
    if (before === undefined) known.set(text, i);
    else report({ path, part: 'key', problem: `the zone ${text} stands here twice`, allowed: 'each zone once', related: [{ path: [SECTION, 'zones', before], note: 'it is' }] });
  }
  for (const [name, { secret }] of Object.entries(keys)) {
    if (secret !== REMOVED) continue;
    report({ severity: 'warning', path: [SECTION, 'keys', name, 'secret'], problem: 'the secret is missing: no DNS server will believe what is signed with this key', allowed: 'the secret in Base64' });
  }
}

/** What one box makes of the file's DNS updates: for the core what is called how, for the sender whom to ask. */
import type { DnsConfiguration, LinkNaming } from '../dns/index.ts';
import type { ZoneServers } from '../net/index.ts';
import { invariant, wireName } from '../wire/index.ts';
import { zoneText } from './dns-zones.ts';
import { own } from './relationships.ts';
import type { ProvisioningDocument } from './schema.ts';

export interface ConfiguredDns {
  readonly updates: DnsConfiguration;
  readonly servers: readonly ZoneServers[];
}

/** Undefined: no zone is updated, and no lease has a name. */
export function resolveDns(document: ProvisioningDocument): ConfiguredDns | undefined {
  const { keys, zones } = document['dns-updates'] ?? { keys: {}, zones: [] };
  const links = Object.entries(document.links).flatMap(([name, link]) => {
    const naming = link['dns-updates'];
    return naming === undefined ? [] : [[name, namingOf(naming)] as const];
  });
  if (zones.length === 0 && links.length === 0) return undefined;
  return {
    updates: { zones: zones.map((zone) => ({ text: zoneText(zone), name: checkedName(zoneText(zone)) })), links: Object.fromEntries(links) },
    servers: zones.map((zone) => {
      const key = zone.key === undefined ? undefined : own(keys, zone.key);
      const signing = key && zone.key !== undefined ? { name: zone.key, algorithm: key.algorithm, secret: Uint8Array.from(Buffer.from(key.secret, 'base64')) } : undefined;
      return { zone: zoneText(zone), servers: zone.servers, key: signing };
    }),
  };
}

function namingOf(naming: NonNullable<ProvisioningDocument['links'][string]['dns-updates']>): LinkNaming {
  return {
    domain: checkedName(naming.domain),
    clientNames: naming['client-names'],
    generated: naming['generated-names'],
    generatedPrefix: naming['generated-prefix'],
    overrideClient: naming['override-client'],
    reverse: naming.reverse,
    whenTaken: naming['when-taken'],
  };
}

function checkedName(text: string): Uint8Array {
  const name = wireName(text);
  invariant(name !== undefined, 'a checked file has domain names');
  return name;
}

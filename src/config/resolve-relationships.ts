/** What one box makes of the relationships that it is in. */
import type { LoadBalancing, RelationshipConfiguration, Role } from '../failover/index.ts';
import { parsePairingKey } from '../identity/index.ts';
import { numberedPools } from '../server/index.ts';
import type { ServerConfiguration } from '../server/index.ts';
import { invariant } from '../wire/index.ts';
import { canonicalForm } from './canonical.ts';
import { fingerprint } from './fingerprint.ts';
import { REMOVED } from './pairing-key.ts';
import { coveredLinks, own, partnersIn, pinnedCertificate } from './relationships.ts';
import type { ProvisioningDocument, RelationshipSection } from './schema.ts';
import { sharedKeys } from './shared-keys.ts';

/** A relationship as failover needs it, but for the partner's certificate: that is a file, which is not read here. */
export interface ConfiguredRelationship extends Omit<RelationshipConfiguration, 'partnerCertificate'> {
  /** The file with the certificate of the partner, PEM; undefined where `insecure`, and where the boxes are paired. */
  readonly partnerCertificateFile: string | undefined;
  /** How the boxes come to know each other's certificates; undefined where the file names them, or nobody needs any. */
  readonly pairing: ConfiguredPairing | undefined;
}

export interface ConfiguredPairing {
  /** Its random octets; undefined where the key was taken out of the file. */
  readonly key: Uint8Array | undefined;
}

/** @param server what the same box makes of the links: its pools have their numbers by their order */
export function resolveRelationships(
  document: ProvisioningDocument,
  box: string,
  server: ServerConfiguration,
): readonly ConfiguredRelationship[] {
  const form = canonicalForm(document);
  return Object.entries(document.relationships).flatMap(([name, relationship]) => {
    const role = roleOf(box, relationship);
    if (role === undefined) return [];
    const partnerName = partnersIn(relationship).find((partner) => partner !== box);
    const partner = own(document.appliances, partnerName ?? '');
    invariant(partnerName !== undefined && partner?.management !== undefined, 'a checked partner can be reached');
    const { insecure } = relationship;
    const pairing = configuredPairing(relationship);
    const autoPartnerDown = relationship['auto-partner-down'];
    return [
      {
        name,
        role,
        partnerName,
        partnerAddress: partner.management.address.address,
        port: relationship.port,
        insecure,
        partnerCertificateFile: insecure || pairing !== undefined ? undefined : pinnedCertificate(document, relationship, partnerName),
        pairing,
        mclt: relationship.mclt,
        keepalive: relationship.keepalive,
        contactInterval: relationship['contact-interval'],
        relaying: relationship.relaying,
        relayByUdp: relationship['relay-by-udp'] ? own(document.appliances, box)?.management?.interface : undefined,
        loadBalancing: loadBalancing(relationship),
        maxUnackedBndupd: relationship['max-unacked-bndupd'],
        autoPartnerDown: autoPartnerDown === 'off' ? undefined : autoPartnerDown,
        topology: relationship.topology,
        standAloneStart: relationship['stand-alone-start'],
        startupTime: relationship['startup-time'],
        usePartnerAddresses: relationship['use-partner-addresses'],
        prefixShare: relationship['prefix-share'] / 100,
        rebalanceThreshold: relationship['rebalance-threshold'] / 100,
        links: coveredLinks(document, relationship),
        pools: replicatedPools(server, name),
        configDigest: fingerprint(form, name).shared,
        configSections: sharedKeys(form, name),
      },
    ];
  });
}

/** What a box is in a relationship; undefined where it has no part in it. */
export function roleOf(box: string, { primary, secondary }: RelationshipSection): Role | undefined {
  if (box === primary) return 'primary';
  return box === secondary ? 'secondary' : undefined;
}

function loadBalancing(relationship: RelationshipSection): LoadBalancing | undefined {
  const part = relationship['load-balancing'];
  return part === 0 ? undefined : { primaryShare: part / 100, delayedService: relationship['delayed-service'] };
}

function configuredPairing(relationship: RelationshipSection): ConfiguredPairing | undefined {
  const text = relationship['pairing-key'];
  if (text === undefined) return undefined;
  if (text === REMOVED) return { key: undefined };
  const key = parsePairingKey(text);
  invariant(!('problem' in key), 'a checked pairing key can be read');
  return { key };
}

function replicatedPools({ links }: ServerConfiguration, relationship: string): readonly number[] {
  return numberedPools(links).flatMap(({ link, pool }, number) =>
    pool.replicated && link.relationship === relationship ? [number] : [],
  );
}

/** What the boxes know each other by: certificates that the provisioning file names, or that a pairing has pinned. */
import type { ApplianceConfiguration } from '../../config/index.ts';
import type { PairingAction, PairingReport } from '../../control/index.ts';
import type { RelationshipConfiguration } from '../../failover/index.ts';
import { readBoxIdentity, readCertificate } from '../../identity/index.ts';
import type { BoxIdentity, Pairing } from '../../identity/index.ts';
import { createPairings } from './pairings.ts';
import type { Pairings, PairingsOptions } from './pairings.ts';
import { formatAddress } from '../../wire/index.ts';

/** Who this box is to its partners, and whom it takes for them. */
export interface Partners {
  /** Undefined where every relationship is insecure, or there is none. */
  readonly identity: BoxIdentity | undefined;
  readonly relationships: readonly RelationshipConfiguration[];
  /** Of those relationships whose partner is found out at the first contact. */
  readonly pairings: ReadonlyMap<string, Pairing>;
}

export interface PartnerTrust {
  /** @returns the partners, or why they can't be told from strangers, as a sentence without a full stop */
  read(appliance: ApplianceConfiguration): Promise<Partners | { readonly error: string }>;
  /** @returns why `read` would refuse it; nothing is used of it */
  refusal(appliance: ApplianceConfiguration): Promise<string | undefined>;
  /** The same partners, by the certificates that are pinned now. */
  withPins(partners: Partners): Partners;
  report(partners: Partners): readonly PairingReport[];
  /** @returns why it was refused, or undefined when it is done and durable */
  command(relationship: string, action: PairingAction): Promise<string | undefined>;
  /** As pairings have them. */
  readonly rotate: Pairings['rotate'];
  readonly resume: Pairings['resume'];
  readonly said: Pairings['said'];
}

export function createPartnerTrust(options: PairingsOptions): PartnerTrust {
  const pairings = createPairings(options);
  return {
    read: async (appliance) => await readPartners(appliance, pairings),
    async refusal(appliance) {
      const identity = appliance.identity === undefined ? undefined : await readBoxIdentity(appliance.identity);
      if (identity !== undefined && 'error' in identity) return identity.error;
      const named = await namedCertificates(appliance);
      return 'error' in named ? named.error : undefined;
    },
    withPins,
    report: (partners) => report(partners, pairings.nextCertificate),
    rotate: async (action) => await pairings.rotate(action),
    resume: async () => await pairings.resume(),
    said: async (news) => await pairings.said(news),
    command: async (relationship, action) => await pairings.command(relationship, action),
  };
}

async function readPartners(appliance: ApplianceConfiguration, pairings: Pairings): Promise<Partners | { readonly error: string }> {
  const identity = await identityOf(appliance, pairings);
  if (identity !== undefined && 'error' in identity) return identity;
  const named = await namedCertificates(appliance);
  if ('error' in named) return named;
  // Last, as it brings new keys into use.
  const opened = await pairings.open(appliance.relationships);
  return withPins({ identity, relationships: named.relationships, pairings: opened });
}

/** What is pinned comes later. */
async function namedCertificates({
  relationships,
}: ApplianceConfiguration): Promise<{ readonly relationships: readonly RelationshipConfiguration[] } | { readonly error: string }> {
  const named: RelationshipConfiguration[] = [];
  for (const { partnerCertificateFile, pairing, ...relationship } of relationships) {
    const namedFile = pairing === undefined ? partnerCertificateFile : undefined;
    const certificate = namedFile === undefined ? undefined : await readCertificate(namedFile);
    if (certificate !== undefined && 'error' in certificate) return certificate;
    named.push({ ...relationship, partnerCertificate: certificate?.fingerprint });
  }
  return { relationships: named };
}

function withPins(partners: Partners): Partners {
  const relationships = partners.relationships.map((relationship) => {
    const pairing = partners.pairings.get(relationship.name);
    const ownCertificate = partners.identity?.certificate.fingerprint;
    return pairing === undefined ? relationship : { ...relationship, partnerCertificate: pairing.status.pin, ownCertificate };
  });
  return { ...partners, relationships };
}

async function identityOf(
  { identity: files, relationships }: ApplianceConfiguration,
  pairings: Pairings,
): Promise<BoxIdentity | { readonly error: string } | undefined> {
  if (relationships.every(({ insecure }) => insecure)) return undefined;
  return files === undefined ? await pairings.ownIdentity() : await readBoxIdentity(files);
}

function report({ identity, relationships, pairings }: Partners, nextCertificate: string | undefined): readonly PairingReport[] {
  return relationships.map(({ name, partnerName, partnerAddress, partnerCertificate, insecure }) => {
    const status = pairings.get(name)?.status;
    return {
      relationship: name,
      partner: partnerName,
      partnerAddress: formatAddress(partnerAddress),
      trust: insecure ? 'insecure' : status === undefined ? 'certificates' : 'pairing',
      stage: status?.stage,
      since: status?.since,
      partnerCertificate,
      nextPartnerCertificate: status?.nextPin,
      nextOwnCertificate: nextCertificate,
      isNextKept: status !== undefined && nextCertificate !== undefined && status.keptByPartner === nextCertificate,
      ownCertificate: insecure ? undefined : identity?.certificate.fingerprint,
      key: status?.key ?? 'none',
      wrongKeys: status?.wrongKeys ?? 0,
    };
  });
}

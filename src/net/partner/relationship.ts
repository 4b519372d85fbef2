/** What a relationship's configuration says about its connection. */
import type { RelationshipConfiguration } from '../../failover/index.ts';
import { formatAddress } from '../../wire/index.ts';

export type PartnerRelationship = Pick<
  RelationshipConfiguration,
  'name' | 'role' | 'partnerName' | 'partnerAddress' | 'port' | 'partnerCertificate' | 'insecure'
>;

/** The relationships in which this box waits for a connection from there (RFC 8156 section 6.1). */
export function relationshipsFrom(
  relationships: readonly PartnerRelationship[],
  source: string,
): readonly PartnerRelationship[] {
  return relationships.filter(({ role, partnerAddress }) => role === 'secondary' && formatAddress(partnerAddress) === source);
}

/** Whether a connection with this certificate, or with none over plain TCP, is this relationship's. */
export function admits(relationship: PartnerRelationship, certificate: string | undefined): boolean {
  if (relationship.insecure) return certificate === undefined;
  // A partner that is not known yet is nobody.
  return certificate !== undefined && certificate === relationship.partnerCertificate;
}

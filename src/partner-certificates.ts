/** The certificates that the provisioning file names: this box's own, and those of its partners. */
import type { ApplianceConfiguration } from './config/index.ts';
import type { RelationshipConfiguration } from './failover/index.ts';
import { readBoxIdentity, readCertificate } from './identity/index.ts';
import type { BoxIdentity } from './identity/index.ts';

/** Who this box is to its partners, and whom it takes for them. */
export interface Partners {
  /** Undefined where every relationship is insecure, or there is none. */
  readonly identity: BoxIdentity | undefined;
  readonly relationships: readonly RelationshipConfiguration[];
}

/** @returns the partners, or why they can't be told from strangers, as a sentence without a full stop */
export async function readPartnerCertificates({
  identity: files,
  relationships: configured,
}: ApplianceConfiguration): Promise<Partners | { readonly error: string }> {
  const isSecure = configured.some(({ insecure }) => !insecure);
  const identity = isSecure && files !== undefined ? await readBoxIdentity(files) : undefined;
  if (identity !== undefined && 'error' in identity) return identity;
  const relationships: RelationshipConfiguration[] = [];
  for (const { partnerCertificateFile, ...relationship } of configured) {
    let partnerCertificate: string | undefined;
    if (partnerCertificateFile !== undefined) {
      const certificate = await readCertificate(partnerCertificateFile);
      if ('error' in certificate) return certificate;
      partnerCertificate = certificate.fingerprint;
    }
    relationships.push({ ...relationship, partnerCertificate });
  }
  return { identity, relationships };
}

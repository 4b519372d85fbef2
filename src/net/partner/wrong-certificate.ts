/** A log line for whoever has to find out why two boxes don't know each other. */
import { formatFingerprint } from '../../identity/index.ts';
import type { Certificate } from '../../identity/index.ts';
import type { PartnerRelationship } from './relationship.ts';

/** Of a box that the operator has left: it does not know that, and serves its clients as if the partner were down. */
export function describeFormerPartner({ name, fingerprint }: Certificate, { partnerName, name: relationship }: PartnerRelationship): string {
  return (
    `it is the box that was "${partnerName}" (relationship ${relationship}) before another one was taken in its place: it calls itself ` +
    `"${name}" and has SHA-256 ${formatFingerprint(fingerprint)}; SWITCH IT OFF: it gives leases of its own, also such as others have by now`
  );
}

/** @returns a sentence without a full stop and without its subject's place of origin */
export function describeStranger(
  shown: Certificate | undefined,
  relationships: readonly PartnerRelationship[],
): string {
  if (shown === undefined) return 'it showed no certificate';
  const expected = relationships.map(({ name, partnerName, partnerCertificate }) =>
    partnerCertificate === undefined
      ? `"${partnerName}" (relationship ${name}) is not paired with this box yet`
      : `"${partnerName}" (relationship ${name}) has SHA-256 ${formatFingerprint(partnerCertificate)}`,
  );
  return (
    `it showed a certificate that is not the partner's: it calls itself "${shown.name}" and has SHA-256 ` +
    `${formatFingerprint(shown.fingerprint)}, but ${expected.join(', and ')}; if the partner has a new identity, copy its ` +
    'certificate to the file that the provisioning file names, or say "twinlease pair replace" where the file has a pairing key'
  );
}

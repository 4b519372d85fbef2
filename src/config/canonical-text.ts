/** The canonical form as YAML, lists of plain values on one line each, headed by the fingerprint in comments. */
import { Document, isScalar, visit } from 'yaml';
import { canonicalForm } from './canonical.ts';
import { fingerprint } from './fingerprint.ts';
import type { ProvisioningDocument } from './schema.ts';

/** A provisioning file that reads as the same configuration. */
export function formatCanonical(document: ProvisioningDocument): string {
  const yaml = new Document(canonicalForm(document));
  visit(yaml, {
    Seq(_, node) {
      if (node.items.every((item) => isScalar(item))) node.flow = true;
    },
  });
  yaml.commentBefore = describeFingerprint(document);
  return yaml.toString({ lineWidth: 0, flowCollectionPadding: false });
}

function describeFingerprint(document: ProvisioningDocument): string {
  const { shared, sections } = fingerprint(document);
  const lines = Object.entries({ shared, ...sections }).map(([section, digest]) => ` ${section.padEnd(13)} ${digest}`);
  return [' SHA-256 of what all boxes share, and of its sections:', ...lines].join('\n');
}

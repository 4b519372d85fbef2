/**
 * The provisioning file: one YAML file that describes the boxes, the links and what clients get. Its schema and defaults,
 * its errors with line and column, its canonical form and fingerprint, and what one box makes of it.
 *
 * The room brings a YAML reader and a schema library along: import it when a file is to be read, not before.
 */
export { formatCanonical } from './canonical-text.ts';
export { formatDiagnostic } from './diagnostic.ts';
export { type Diagnostics, loadProvisioning } from './load.ts';
export { deleteAt, maskSecrets, readValue, setAt, textAt, valueAt } from './edit.ts';
export { formatKeyPath } from './key-path.ts';
export { choicesAt, keyPathOf, valueFault } from './schema-keys.ts';
export { sharedChanges, sharedWhole, withChanges } from './shared-changes.ts';
export type { SharedChange, SharedWith } from './shared-changes.ts';
export { readProvisioning } from './read-file.ts';
export { type AdvertisedLink, type ApplianceConfiguration, resolveAppliance } from './resolve.ts';
export type { ConfiguredDns } from './resolve-dns.ts';
export type { ConfiguredRelationship } from './resolve-relationships.ts';
export type { ProvisioningDocument } from './schema.ts';
export { whichBox } from './which-box.ts';

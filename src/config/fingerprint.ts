/**
 * What two boxes compare to know that they are configured alike: a digest of everything in the file that is not one box's
 * own (its interfaces and addresses). There are no secrets in it.
 */
import { createHash } from 'node:crypto';
import { type CanonicalValue, canonicalForm } from './canonical.ts';
import { type KeyPath, formatKeyPath } from './key-path.ts';
import type { ProvisioningDocument } from './schema.ts';

/** The parts that are told apart when boxes differ, the weightiest first: a difference in one of the first three endangers leases. */
const SECTIONS = ['links', 'address-pools', 'prefix-pools', 'lifetimes', 'reservations', 'options', 'policies'] as const;
type Section = (typeof SECTIONS)[number];

export interface Fingerprint {
  /** SHA-256 of all that is shared, in hexadecimal. */
  readonly shared: string;
  /** The same for each part by itself. */
  readonly sections: Readonly<Record<Section, string>>;
}

export function fingerprint(document: ProvisioningDocument): Fingerprint {
  const { server, lifetimes, options, links } = canonicalForm(document);
  const whole = createHash('sha256');
  const hashes = Object.fromEntries(SECTIONS.map((section) => [section, createHash('sha256')]));
  eachLeaf({ server, lifetimes, options, links }, [], (path, value) => {
    const line = `${JSON.stringify([formatKeyPath(path), value])}\n`;
    whole.update(line);
    hashes[sectionOf(path)]?.update(line);
  });
  const sections = Object.fromEntries(Object.entries(hashes).map(([section, hash]) => [section, hash.digest('hex')]));
  return { shared: whole.digest('hex'), sections: sections as Record<Section, string> };
}

/** Every value that holds no other, empty lists and maps included. */
function eachLeaf(value: CanonicalValue, path: KeyPath, leaf: (path: KeyPath, value: CanonicalValue) => void): void {
  const children: [string | number, CanonicalValue][] =
    typeof value !== 'object' ? [] : Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  if (children.length === 0) leaf(path, value);
  for (const [key, child] of children) eachLeaf(child, [...path, key], leaf);
}

function sectionOf(path: KeyPath): Section {
  const isOfLink = path[0] === 'links';
  // The name of a link or the number of a pool says nothing.
  const keys = isOfLink ? [path[2], path[4]] : [path[0]];
  const pointed = [...keys].reverse().find((key) => key === 'lifetimes' || key === 'options') ?? keys[0];
  if (pointed === 'prefixes' || pointed === 'relay' || pointed === undefined) return 'links';
  return SECTIONS.find((section) => section === pointed) ?? 'policies';
}

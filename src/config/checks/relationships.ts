/** Relationships: two boxes each, links that no other relationship has (RFC 8156 section 6.2), and a way to know the partner. */
import type { Report } from '../fault.ts';
import type { KeyPath } from '../key-path.ts';
import { REMOVED } from '../pairing-key.ts';
import { coveredLinks, own, partnersIn, pinnedCertificate } from '../relationships.ts';
import type { ProvisioningDocument, RelationshipSection } from '../schema.ts';
import { didYouMean } from '../suggestion.ts';

export function checkRelationships(document: ProvisioningDocument, report: Report): void {
  const owners = new Map<string, LinkOwner>();
  const pairs = new Map<string, KeyPath>();
  const keys = new Map<string, KeyPath>();
  for (const [name, relationship] of Object.entries(document.relationships)) {
    const path = ['relationships', name];
    checkLinks(document, relationship, path, owners, report);
    if (!checkBoxes(document, relationship, path, report)) continue;
    checkOutsiders(document, relationship, owners, report);
    checkPair(relationship, path, pairs, report);
    for (const box of partnersIn(relationship)) checkReach(document, relationship, box, path, report);
    checkTrust(document, relationship, path, report);
    checkPairingKey(relationship, path, keys, report);
  }
  checkUnpaired(document, owners, report);
}

interface LinkOwner {
  readonly relationship: RelationshipSection;
  /** Where the relationship says so. */
  readonly path: KeyPath;
}

/** @returns whether they are two boxes of the file */
function checkBoxes(
  { appliances }: ProvisioningDocument,
  relationship: RelationshipSection,
  path: KeyPath,
  report: Report,
): boolean {
  const names = Object.keys(appliances);
  let areThere = true;
  for (const role of ['primary', 'secondary'] as const) {
    const box = relationship[role];
    if (Object.hasOwn(appliances, box)) continue;
    areThere = false;
    report({
      path: [...path, role],
      problem: `there is no box "${box}"${didYouMean(box, names)}`,
      allowed: names.join(', '),
    });
  }
  if (!areThere || relationship.primary !== relationship.secondary) return areThere;
  report({
    path: [...path, 'secondary'],
    problem: 'a box cannot be its own partner',
    allowed: names.filter((name) => name !== relationship.primary).join(', ') || 'another box, which the file has to describe',
    related: [{ path: [...path, 'primary'], note: 'it is the primary' }],
  });
  return false;
}

function checkLinks(
  document: ProvisioningDocument,
  relationship: RelationshipSection,
  path: KeyPath,
  owners: Map<string, LinkOwner>,
  report: Report,
): void {
  const known = Object.keys(document.links);
  const isOnlyOne = Object.keys(document.relationships).length === 1;
  if (relationship.links === undefined && (!isOnlyOne || known.length === 0)) {
    report({
      path,
      part: 'key',
      problem: isOnlyOne ? 'the relationship has no link' : 'one of several relationships has to name its links',
      found: 'nothing',
      allowed: known.length === 0 ? 'links, once the section "links" has some' : `links: some of ${known.join(', ')}`,
    });
    return;
  }
  for (const [i, link] of coveredLinks(document, relationship).entries()) {
    const at = relationship.links === undefined ? path : [...path, 'links', i];
    if (!known.includes(link)) {
      report({
        path: at,
        problem: `there is no link "${link}"${didYouMean(link, known)}`,
        allowed: known.length === 0 ? 'nothing, as the section "links" has no links' : known.join(', '),
      });
      continue;
    }
    const first = owners.get(link);
    if (first === undefined) owners.set(link, { relationship, path: at });
    else
      report({
        path: at,
        problem: first.relationship === relationship ? 'the link is repeated' : 'the link is in another relationship as well',
        allowed: 'each link in one relationship (RFC 8156 section 6.2)',
        related: [{ path: first.path, note: 'it stands first' }],
      });
  }
}

/** Two boxes may back each other, each the primary of its own links. In the same roles one relationship is enough. */
function checkPair(
  { primary, secondary }: RelationshipSection,
  path: KeyPath,
  pairs: Map<string, KeyPath>,
  report: Report,
): void {
  const pair = `${primary} ${secondary}`;
  const first = pairs.get(pair);
  if (first === undefined) {
    pairs.set(pair, path);
    return;
  }
  report({
    severity: 'warning',
    path,
    part: 'key',
    problem: 'the two boxes have a relationship in the same roles already',
    found: `${primary} and ${secondary}`,
    allowed: 'one relationship with the links of both (RFC 8156 section 6.2)',
    related: [{ path: first, part: 'key', note: 'the other one is' }],
  });
}

/** The boxes talk over their management interfaces. */
function checkReach(
  { appliances }: ProvisioningDocument,
  relationship: RelationshipSection,
  box: string,
  path: KeyPath,
  report: Report,
): void {
  const appliance = own(appliances, box);
  const related = [{ path, part: 'key' as const, note: 'the relationship is' }];
  if (appliance?.management === undefined) {
    report({
      path: ['appliances', box],
      problem: `${box} has no management address, and its partner must reach it`,
      found: 'no management',
      allowed: 'management, with interface and address',
      related,
    });
  }
  const isKnown = relationship.insecure || relationship['pairing-key'] !== undefined;
  if (!isKnown && appliance?.certificate === undefined && appliance?.key === undefined) {
    report({
      path: ['appliances', box],
      problem: `${box} has no certificate, and its partner must know it`,
      found: 'neither certificate nor key',
      allowed:
        'a pairing-key in the relationship, as "twinlease pair key" makes it; or certificate and key, as "twinlease identity new" does',
      related,
    });
  }
}

/** What the boxes know each other by: a certificate each, or by the operator's explicit word nothing (RFC 8156 section 10). */
function checkTrust(document: ProvisioningDocument, relationship: RelationshipSection, path: KeyPath, report: Report): void {
  const { certificates, insecure, primary, secondary } = relationship;
  const isPaired = relationship['pairing-key'] !== undefined;
  if (insecure && isPaired) {
    report({
      path: [...path, 'pairing-key'],
      part: 'key',
      problem: 'without TLS there is nothing to be paired for',
      found: 'both pairing-key and insecure: true',
      allowed: 'pairing-key, or insecure: true',
      related: [{ path: [...path, 'insecure'], note: 'TLS is switched off' }],
    });
    return;
  }
  if (certificates !== undefined && isPaired) {
    report({
      path: [...path, 'certificates'],
      part: 'key',
      problem: 'boxes that are paired tell each other their certificates',
      found: 'both certificates and pairing-key',
      allowed: 'certificates, or pairing-key',
      related: [{ path: [...path, 'pairing-key'], part: 'key', note: 'the pairing-key is' }],
    });
    return;
  }
  if (insecure) {
    if (certificates !== undefined) {
      report({
        path: [...path, 'certificates'],
        part: 'key',
        problem: 'without TLS nobody looks at certificates',
        found: 'both certificates and insecure: true',
        allowed: 'certificates, or insecure: true',
        related: [{ path: [...path, 'insecure'], note: 'TLS is switched off' }],
      });
      return;
    }
    report({
      severity: 'warning',
      path: [...path, 'insecure'],
      problem: 'nothing protects what the two boxes tell each other',
      allowed: 'a pairing-key, as "twinlease pair key" makes it',
    });
    return;
  }
  for (const box of Object.keys(certificates ?? {}).filter((name) => name !== primary && name !== secondary)) {
    report({
      path: [...path, 'certificates', box],
      part: 'key',
      problem: `"${box}" is not a box of this relationship`,
      found: box,
      allowed: `${primary}, ${secondary}`,
    });
  }
  const place = (box: string): KeyPath =>
    own(certificates, box) === undefined ? ['appliances', box, 'certificate'] : [...path, 'certificates', box];
  const files = partnersIn(relationship).map((box) => pinnedCertificate(document, relationship, box));
  if (isPaired || files[0] === undefined || files[0] !== files[1]) return;
  report({
    path: place(secondary),
    problem: `${primary} and ${secondary} have the same certificate file`,
    allowed: 'a file for each box, both of them on both boxes',
    related: [{ path: place(primary), note: `that of ${primary} is` }],
  });
}

/** Whoever is paired with one box would be let in by another. */
function checkPairingKey(relationship: RelationshipSection, path: KeyPath, keys: Map<string, KeyPath>, report: Report): void {
  const key = relationship['pairing-key'];
  if (key === undefined || key === REMOVED) return;
  const at = [...path, 'pairing-key'];
  const first = keys.get(key);
  if (first === undefined) keys.set(key, at);
  else
    report({
      path: at,
      problem: 'another relationship has this key',
      allowed: 'a key for each relationship, as "twinlease pair key" makes them',
      related: [{ path: first, note: 'the other one is' }],
    });
}

/** Who gives leases on a link of two others gives them twice. */
function checkOutsiders(
  { appliances }: ProvisioningDocument,
  relationship: RelationshipSection,
  owners: ReadonlyMap<string, LinkOwner>,
  report: Report,
): void {
  const partners = partnersIn(relationship);
  for (const [box, { links }] of Object.entries(appliances)) {
    if (partners.includes(box)) continue;
    for (const link of Object.keys(links)) {
      const owner = owners.get(link);
      if (owner?.relationship !== relationship) continue;
      report({
        path: ['appliances', box, 'links', link],
        part: 'key',
        problem: `${link} is served by ${partners.join(' and ')}, and ${box} is none of them`,
        found: link,
        allowed: 'links of relationships that the box is in, and links that are in none',
        related: [{ path: owner.path, note: `${link} is in the relationship` }],
      });
    }
  }
}

/** Two boxes that serve a link without a relationship give the same addresses. */
function checkUnpaired(
  { appliances, links }: ProvisioningDocument,
  owners: ReadonlyMap<string, LinkOwner>,
  report: Report,
): void {
  const boxes = Object.entries(appliances);
  for (const [link, { 'address-pools': addressPools, 'prefix-pools': prefixPools }] of Object.entries(links)) {
    if (owners.has(link) || addressPools.length + prefixPools.length === 0) continue;
    const onLink = boxes.filter(([, box]) => (own(box.links, link) ?? []).length > 0);
    // Where no box has an interface on it, its clients come through relays, and to every box.
    const serving = (onLink.length === 0 ? boxes : onLink).map(([name]) => name);
    if (serving.length < 2) continue;
    report({
      severity: 'warning',
      path: ['links', link],
      part: 'key',
      problem: `several boxes serve ${link} without failover`,
      found: serving.join(', '),
      allowed: 'one box for the link, or a relationship of two that names it; else two clients may get the same lease',
    });
  }
}

/** What a relationship covers, and who has a part in a link: what the file says together with what goes without saying. */
import type { ProvisioningDocument, RelationshipSection } from './schema.ts';

/** The links of a relationship; where it names none, all of the file. */
export function coveredLinks(document: ProvisioningDocument, { links }: RelationshipSection): readonly string[] {
  return links ?? Object.keys(document.links);
}

/** The relationship that each link is in, by their names; a link that each box serves by itself is in none. */
export function relationshipsOfLinks(document: ProvisioningDocument): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(document.relationships).flatMap(([name, relationship]) =>
      coveredLinks(document, relationship).map((link) => [link, name] as const),
    ),
  );
}

export function partnersIn({ primary, secondary }: RelationshipSection): readonly [primary: string, secondary: string] {
  return [primary, secondary];
}

/** The file of the certificate that a box's partner takes in this relationship; undefined where there is none. */
export function pinnedCertificate(
  document: ProvisioningDocument,
  relationship: RelationshipSection,
  box: string,
): string | undefined {
  return own(relationship.certificates, box) ?? own(document.appliances, box)?.certificate;
}

/** What a map has under a name that somebody chose: not what every object has. */
export function own<T>(map: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return map !== undefined && Object.hasOwn(map, name) ? map[name] : undefined;
}

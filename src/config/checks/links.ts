/** The links themselves: their prefixes, and how relays name them. */
import { formatHex, formatPrefix, isLinkLocal, isMulticast, isUnspecified } from '../../wire/index.ts';
import type { Report } from '../fault.ts';
import type { KeyPath } from '../key-path.ts';
import type { ProvisioningDocument } from '../schema.ts';
import { type Interval, eachOverlap, prefixInterval } from './intervals.ts';

export function checkLinks(document: ProvisioningDocument, report: Report): void {
  const onLink = onLinkPrefixes(document);
  for (const prefix of onLink) checkUnicast(prefix, report);
  eachOverlap(onLink, (later, earlier) => {
    report({
      path: later.path,
      problem:
        later.link === earlier.link
          ? 'the prefix overlaps another one of the link'
          : 'the prefix overlaps one of another link',
      allowed: 'prefixes that do not overlap',
      related: [{ path: earlier.path, note: `the other prefix, of ${earlier.link}, is` }],
    });
  });
  checkRelayNames(document, report);
}

/** Addresses and prefixes for clients are such that others can reach them. */
export function checkUnicast({ first, last, path }: Interval, report: Report): void {
  if (!isUnspecified(first) && !isLinkLocal(first) && !isLinkLocal(last) && !isMulticast(last)) return;
  report({
    path,
    problem: 'the prefix is not one of unicast addresses',
    allowed: 'a prefix apart from ::, fe80::/10 and ff00::/8',
  });
}

export function onLinkPrefixes({ links }: ProvisioningDocument): Interval[] {
  return Object.entries(links).flatMap(([name, { prefixes }]) =>
    prefixes.map((prefix, i) => prefixInterval(prefix, ['links', name, 'prefixes', i], name)),
  );
}

/** As text for the message of a fault: the prefixes of one link. */
export function describePrefixes(document: ProvisioningDocument, link: string): string {
  const prefixes = document.links[link]?.prefixes ?? [];
  return prefixes.length === 0 ? `none: the link ${link} has no prefixes` : prefixes.map(formatPrefix).join(', ');
}

/** A relay's identifier means one link. */
function checkRelayNames({ links }: ProvisioningDocument, report: Report): void {
  const seen = new Map<string, KeyPath>();
  for (const [name, { relay }] of Object.entries(links)) {
    const path = ['links', name, 'relay'];
    for (const [i, id] of (relay?.['interface-ids'] ?? []).entries()) {
      once(`interface-id ${formatHex(id)}`, [...path, 'interface-ids', i]);
    }
    for (const [i, { enterprise, id }] of (relay?.['remote-ids'] ?? []).entries()) {
      once(`remote-id ${enterprise} ${formatHex(id)}`, [...path, 'remote-ids', i, 'id']);
    }
  }

  function once(key: string, path: KeyPath): void {
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, path);
      return;
    }
    report({
      path,
      problem: 'the identifier is repeated',
      allowed: 'an identifier that no other link has',
      related: [{ path: first, note: 'it stands first' }],
    });
  }
}

/** What two boxes need that divide the clients between them (RFC 3074). */
import type { Report } from '../fault.ts';
import type { KeyPath } from '../key-path.ts';
import { formatPercentage } from '../quantity.ts';
import { coveredLinks, own, partnersIn } from '../relationships.ts';
import type { ProvisioningDocument, RelationshipSection } from '../schema.ts';

/** With less than this part of what its clients are in number a box is short of prefixes all the time. */
const LEAST_OF_PART = 0.5;

export function checkLoadBalancing(document: ProvisioningDocument, report: Report): void {
  for (const [name, relationship] of Object.entries(document.relationships)) {
    if (relationship['load-balancing'] === 0) continue;
    const path = ['relationships', name];
    checkRelaying(relationship, path, report);
    if (hasPrefixPools(document, relationship)) checkPrefixShare(relationship, path, report);
    checkPools(document, relationship, path, report);
    checkInterfaces(document, relationship, path, report);
  }
}

function checkRelaying({ relaying }: RelationshipSection, path: KeyPath, report: Report): void {
  if (relaying) return;
  report({
    path: [...path, 'relaying'],
    problem: 'clients are divided between the boxes, and a box does not pass on what the other one must answer',
    found: 'relaying: false beside load-balancing',
    allowed: 'relaying: true, or load-balancing: off',
    related: [{ path: [...path, 'load-balancing'], part: 'key', note: 'the clients are divided' }],
  });
}

/** Prefixes that the two divide; reserved ones are nobody's part. */
function hasPrefixPools(document: ProvisioningDocument, relationship: RelationshipSection): boolean {
  return coveredLinks(document, relationship).some((link) => own(document.links, link)?.['prefix-pools'].some(({ failover }) => failover) === true);
}

function checkPrefixShare(relationship: RelationshipSection, path: KeyPath, report: Report): void {
  const held = { primary: 100 - relationship['prefix-share'], secondary: relationship['prefix-share'] };
  const asks = { primary: relationship['load-balancing'], secondary: 100 - relationship['load-balancing'] };
  for (const role of ['primary', 'secondary'] as const) {
    if (held[role] >= asks[role] * LEAST_OF_PART) continue;
    report({
      severity: 'warning',
      path: [...path, 'prefix-share'],
      problem: `${relationship[role]} answers ${formatPercentage(asks[role])} of the clients and holds ${formatPercentage(held[role])} of the prefixes`,
      found: formatPercentage(relationship['prefix-share']),
      allowed: `about ${formatPercentage(asks.secondary)}, as many as the secondary has clients`,
      related: [{ path: [...path, 'load-balancing'], part: 'key', note: 'the clients are divided' }],
    });
  }
}

function checkPools(document: ProvisioningDocument, relationship: RelationshipSection, path: KeyPath, report: Report): void {
  for (const name of coveredLinks(document, relationship)) {
    const link = own(document.links, name);
    for (const key of ['address-pools', 'prefix-pools'] as const) {
      for (const [i, { failover }] of (link?.[key] ?? []).entries()) {
        if (failover) continue;
        report({
          path: ['links', name, key, i, 'failover'],
          problem: `the clients that ${relationship.secondary} answers get nothing from this pool, and lose what they have of it`,
          allowed: 'pools of both boxes, on links whose clients are divided',
          related: [{ path: [...path, 'load-balancing'], part: 'key', note: 'the clients are divided' }],
        });
      }
    }
  }
}

/** What the one hears alone it passes on: that takes both boxes and the connection. */
function checkInterfaces(document: ProvisioningDocument, relationship: RelationshipSection, path: KeyPath, report: Report): void {
  const hasPort = (box: string, link: string): boolean => (own(own(document.appliances, box)?.links, link) ?? []).length > 0;
  for (const link of coveredLinks(document, relationship)) {
    const [deaf, ...others] = partnersIn(relationship).filter((box) => !hasPort(box, link));
    if (deaf === undefined || others.length > 0) continue;
    const hearing = partnersIn(relationship).find((box) => box !== deaf) ?? '';
    report({
      severity: 'warning',
      path: ['appliances', deaf, 'links'],
      part: 'key',
      problem: `${deaf} has no interface on ${link}: what its part of the clients there says comes to it through ${hearing} alone`,
      found: `no ${link}`,
      allowed: `an interface of ${deaf} on ${link}, or ${link} in no relationship with load-balancing`,
      related: [{ path: [...path, 'load-balancing'], part: 'key', note: 'the clients are divided' }],
    });
  }
}

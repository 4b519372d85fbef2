/** The boxes: links that exist, each interface for one thing, a key for each certificate. */
import type { Report } from '../fault.ts';
import type { KeyPath } from '../key-path.ts';
import type { ApplianceSection, ProvisioningDocument } from '../schema.ts';
import { didYouMean } from '../suggestion.ts';

export function checkAppliances(document: ProvisioningDocument, report: Report): void {
  const linkNames = Object.keys(document.links);
  for (const [name, appliance] of Object.entries(document.appliances)) {
    const path = ['appliances', name];
    for (const link of Object.keys(appliance.links).filter((key) => !linkNames.includes(key))) {
      report({
        path: [...path, 'links', link],
        part: 'key',
        problem: `there is no link "${link}"${didYouMean(link, linkNames)}`,
        found: link,
        allowed: linkNames.length === 0 ? 'nothing, as the section "links" has no links' : linkNames.join(', '),
      });
    }
    checkInterfaces(appliance, path, report);
    checkKeyPair(appliance, path, report);
  }
}

function checkInterfaces(appliance: ApplianceSection, path: KeyPath, report: Report): void {
  const uses = [
    ...Object.entries(appliance.links).flatMap(([link, interfaces]) =>
      interfaces.map((name, i) => ({ name, path: [...path, 'links', link, i] })),
    ),
    ...appliance['relay-interfaces'].map((name, i) => ({ name, path: [...path, 'relay-interfaces', i] })),
  ];
  if (uses.length === 0) {
    report({
      path,
      problem: 'the box has no interface to serve on',
      found: 'neither links nor relay-interfaces',
      allowed: 'interfaces in links, in relay-interfaces, or in both',
    });
  }
  const management = appliance.management;
  if (management !== undefined)
    uses.unshift({ name: management.interface, path: [...path, 'management', 'interface'] });
  const first = new Map<string, KeyPath>();
  for (const use of uses) {
    const earlier = first.get(use.name);
    if (earlier === undefined) {
      first.set(use.name, use.path);
      continue;
    }
    report({
      path: use.path,
      problem: `the interface ${use.name} is used twice`,
      allowed: 'each interface once: for one link, for relays only, or for management',
      related: [{ path: earlier, note: 'it is used first' }],
    });
  }
}

function checkKeyPair({ certificate, key }: ApplianceSection, path: KeyPath, report: Report): void {
  if ((certificate === undefined) === (key === undefined)) return;
  const [given, missing] = certificate === undefined ? ['key', 'certificate'] : ['certificate', 'key'];
  report({
    path: [...path, given],
    problem: `a box with a ${given} has a ${missing} as well`,
    found: `${given} without ${missing}`,
    allowed: 'certificate and key, or none of the two',
  });
}

/** The addresses of the boxes themselves, and their gateways: such as a host can have, each once, and none that a client gets. */
import { type Address, firstAddress, formatAddress, formatPrefix, isLinkLocal, sameBytes, samePrefix } from '../../wire/index.ts';
import type { Report } from '../fault.ts';
import type { KeyPath } from '../key-path.ts';
import type { ApplianceSection, ProvisioningDocument } from '../schema.ts';
import { poolIntervals } from './address-pools.ts';
import { type Interval, contains } from './intervals.ts';
import { isHostAddress } from './server-address.ts';

export function checkOwnAddresses(document: ProvisioningDocument, report: Report): void {
  const own = Object.entries(document.appliances).flatMap(([name, appliance]) => ownAddresses(appliance, ['appliances', name]));
  const taken = givenToClients(document);
  const seen = new Map<string, KeyPath>();
  for (const { address, path, isManagement } of own) {
    checkKind(address, isManagement, path, report);
    const text = formatAddress(address);
    const first = seen.get(text);
    if (first === undefined) seen.set(text, path);
    else
      report({
        path,
        problem: path[1] === first[1] ? 'this box has the address already' : 'another box has this address',
        allowed: 'an address for each box',
        related: [{ path: first, note: 'the other one is' }],
      });
    const given = taken.find((one) => contains(one, { first: address, last: address }));
    if (given !== undefined)
      report({
        path,
        problem: 'a client could get this address as well',
        allowed: 'an address outside of the pools and reservations',
        related: [{ path: given.path, note: 'what clients get is' }],
      });
  }
  for (const [name, appliance] of Object.entries(document.appliances)) checkGateways(appliance, ['appliances', name], report);
}

interface OwnAddressAt {
  readonly address: Address;
  readonly path: KeyPath;
  readonly isManagement: boolean;
}

function ownAddresses({ management, interfaces }: ApplianceSection, path: KeyPath): OwnAddressAt[] {
  const first = management === undefined ? [] : [{ address: management.address.address, path: [...path, 'management', 'address'], isManagement: true }];
  const others = Object.entries(interfaces).flatMap(([name, { addresses }]) =>
    addresses.map(({ address }, i) => ({ address, path: [...path, 'interfaces', name, 'addresses', i], isManagement: false })),
  );
  return [...first, ...others];
}

function givenToClients(document: ProvisioningDocument): Interval[] {
  const reserved = Object.entries(document.links).flatMap(([link, { reservations }]) =>
    reservations.flatMap(({ addresses = [] }, i) =>
      addresses.map((address, j): Interval => ({ first: address, last: address, path: ['links', link, 'reservations', i, 'addresses', j], link })),
    ),
  );
  return [...poolIntervals(document), ...reserved];
}

function checkKind(address: Address, isManagement: boolean, path: KeyPath, report: Report): void {
  if (!isHostAddress(address)) report({ path, problem: 'no interface can have this address', allowed: 'a unicast address of this box' });
  else if (!isManagement && isLinkLocal(address))
    report({ path, problem: 'an interface has its link-local address by itself', allowed: 'a unicast address apart from fe80::/10' });
}

function checkGateways(appliance: ApplianceSection, box: KeyPath, report: Report): void {
  let first: KeyPath | undefined;
  for (const [name, { addresses, gateway }] of Object.entries(appliance.interfaces)) {
    if (gateway === undefined) continue;
    const path = [...box, 'interfaces', name, 'gateway'];
    if (first !== undefined)
      report({ path, problem: 'the box has a default route already', allowed: 'one gateway a box', related: [{ path: first, note: 'the other one is' }] });
    first ??= path;
    const { management } = appliance;
    const onLink = [...addresses, ...(management?.interface === name ? [management.address] : [])];
    if (!isHostAddress(gateway)) report({ path, problem: 'this is not the address of a router', allowed: 'a unicast address' });
    else if (onLink.some(({ address }) => sameBytes(address, gateway)))
      report({ path, problem: 'this is the address of the box itself', allowed: 'the address of another router on that interface' });
    else if (!isLinkLocal(gateway) && !onLink.some(({ address, prefixLength }) => samePrefix(address, gateway, prefixLength)))
      report({
        path,
        problem: `the router is not on-link on ${name}`,
        allowed: ['a link-local address', ...onLink.map(({ address, prefixLength }) => `one inside of ${formatPrefix({ address: firstAddress(address, prefixLength), length: prefixLength })}`)].join(', or '),
      });
  }
}

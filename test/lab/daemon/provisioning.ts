// The provisioning file of the lab's box. Renewal comes after three seconds, so that tests need not wait for it;
// T2 is far off, since dhcp6c of WIDE takes a T2 under 30 s for a mistake and sets times of its own.

import { writeFileSync } from 'node:fs';

export interface LabProvisioning {
  /** Lines of the section `server`. */
  readonly server?: readonly string[];
  /** Lines of the link `lan`, in place of its usual pools. */
  readonly lan?: readonly string[];
  /** Lines of the link `remote`, in place of its usual prefix pool. */
  readonly remotePrefixPools?: readonly string[];
  /** More lines of it. */
  readonly remote?: readonly string[];
  /** More sections. */
  readonly top?: readonly string[];
}

const usualLan = [
  'address-pools: [{ range: "2001:db8:1::1000 - 2001:db8:1::1fff" }]',
  'prefix-pools: [{ prefix: 2001:db8:100::/40, delegated-length: 56 }]',
];

const usualRemotePrefixPools = ['prefix-pools: [{ prefix: 2001:db8:200::/40, delegated-length: 56 }]'];

export function writeProvisioning(path: string, { server = [], lan = usualLan, remotePrefixPools = usualRemotePrefixPools, remote = [], top = [] }: LabProvisioning = {}): void {
  const lines = [
    'version: 1',
    'appliances:',
    '  box:',
    '    management: { interface: eth0, address: fd00:db8:0:1::1/64 }',
    '    links: { lan: [lan1] }',
    '    relay-interfaces: [uplink]',
    '    clock: system',
    ...section('server', server),
    'lifetimes: { preferred: 40s, valid: 60s, t1: 3s, t2: 30s }',
    'options: { dns-servers: [2001:db8::53], domain-search: [example.com] }',
    ...top,
    'links:',
    '  lan:',
    '    prefixes: [2001:db8:1::/64]',
    ...lan.map((line) => `    ${line}`),
    '  remote:',
    '    prefixes: [2001:db8:2::/64]',
    '    address-pools: [{ range: "2001:db8:2::1000 - 2001:db8:2::1fff" }]',
    ...remotePrefixPools.map((line) => `    ${line}`),
    ...remote.map((line) => `    ${line}`),
    '  deep:',
    '    prefixes: [2001:db8:3::/64]',
    '    address-pools: [{ range: "2001:db8:3::1000 - 2001:db8:3::1fff" }]',
  ];
  writeFileSync(path, `${lines.join('\n')}\n`);
}

function section(name: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${name}:`, ...lines.map((line) => `  ${line}`)];
}

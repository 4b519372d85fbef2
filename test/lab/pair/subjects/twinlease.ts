import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DOMAIN, switchedOn } from '../../../appliances/switched-on.ts';
import { boxPlaces, port, router, subnets, type BoxName, type Subnet } from '../place.ts';
import { run } from '../../process/run.ts';
import type { BoxPlan, Lifetimes, Subject } from './subject.ts';

export const program = fileURLToPath(new URL('../../../../dist/twinlease', import.meta.url));

function controlSocket(runtime: string): string {
  return `${runtime}/control.sock`;
}

/** How boxes know each other: by certificates over TLS, by a one-time key, by nothing over plain TCP, or not at all. */
type Trust = 'certificates' | 'pairing' | 'insecure' | 'none';

function appliance(name: BoxName, { boxes, shared, clock }: BoxPlan, trust: Trust): string[] {
  const links = name === 'north' ? `annex: [${port.lan}]` : `lan: [${port.lan}]`;
  const second = name === 'west' && boxes.includes('north') ? `, annex: [${port.annex}]` : '';
  const relays = name === 'north' ? [] : [`    relay-interfaces: [${port.transit}]`];
  return [
    `  ${name}:`,
    `    management: { interface: ${port.management}, address: "${boxPlaces[name].onManagement}/64" }`,
    `    links: { ${links}${second} }`,
    `    clock: ${clock}`,
    ...(trust === 'certificates' ? [`    certificate: ${shared}/${name}.crt`, `    key: ${shared}/${name}.key`] : []),
    ...relays,
  ];
}

function link({ name, prefix, addresses, delegated }: Subnet, isRouter: boolean): string[] {
  return [
    `  ${name}:`,
    `    prefixes: ["${prefix}"]`,
    `    address-pools: [{ range: "${addresses.first} - ${addresses.last}" }]`,
    `    prefix-pools: [{ prefix: "${delegated}", delegated-length: 56 }]`,
    ...(isRouter && name === 'lan' ? ['    router-advertisements: {}'] : []),
  ];
}

function relationship(primary: BoxName, links: readonly string[], { mclt }: Lifetimes, trust: Trust, pairingKey: string): string[] {
  return [
    `  ${primary}-west:`,
    `    primary: ${primary}`,
    '    secondary: west',
    `    links: [${links.join(', ')}]`,
    `    mclt: ${mclt}s`,
    ...(trust === 'insecure' ? ['    insecure: true'] : []),
    ...(trust === 'pairing' ? [`    pairing-key: ${pairingKey}`] : []),
  ];
}

/** One file for all boxes. */
function provisioning(plan: BoxPlan, trust: Trust): string {
  const { boxes, lifetimes, edition } = plan;
  const pairingKey = trust === 'pairing' ? readFileSync(pairingKeyFile(plan.shared, edition), 'utf8').trim() : '';
  const { preferred, valid, t1, t2 } = lifetimes;
  const links = [subnets.lan, subnets.remote, ...(boxes.includes('north') ? [subnets.annex] : [])];
  const lines = [
    'version: 1',
    'appliances:',
    ...boxes.flatMap((box) => appliance(box, plan, trust)),
    ...(trust !== 'none'
      ? [
          'relationships:',
          ...relationship('east', ['lan', 'remote'], lifetimes, trust, pairingKey),
          ...(boxes.includes('north') ? relationship('north', ['annex'], lifetimes, trust, pairingKey) : []),
        ]
      : []),
    `lifetimes: { preferred: ${preferred}s, valid: ${valid}s, t1: ${t1}s, t2: ${t2}s }`,
    `options: { dns-servers: ["2001:db8::${edition}"] }`,
    'links:',
    ...links.flatMap((each) => link(each, plan.isRouter)),
  ];
  return `${lines.join('\n')}\n`;
}

export interface Kind {
  readonly name: 'twinlease' | 'full' | 'balanced' | 'plain' | 'unpaired';
  /** Whether the boxes have a relationship. */
  readonly isPair: boolean;
  readonly furnish: (shared: string, boxes: readonly BoxName[]) => Promise<void>;
  /** The text of the file that a box is started with. */
  readonly fileOf: (plan: BoxPlan) => string;
}

/** Twinlease on boxes that are provisioned in some way. */
export function twinleaseWith({ name, isPair, furnish, fileOf }: Kind): Subject {
  return {
    name,
    serving: /\bserving\b/,
    hasOwnClock: true,
    servesSeveralPrimaries: true,
    routes: true,
    losesPower({ disk, runtime }) {
      // All boxes of a lab are on one kernel, which is not started anew.
      rmSync(`${disk}/state/clock.json`, { force: true });
      const file = `${runtime}/radvd.pid`;
      if (!existsSync(file)) return;
      const pid = Number(readFileSync(file, 'utf8'));
      if (existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGKILL');
    },
    furnish,
    prepare(plan) {
      mkdirSync(plan.runtime, { recursive: true });
      const file = `${plan.runtime}/provisioning.yaml`;
      writeFileSync(file, fileOf(plan));
      return {
        command: [
          program, 'serve', file, '--appliance', plan.name, '--state', `${plan.disk}/state`, '--control', controlSocket(plan.runtime),
        ],
        environment: {},
      };
    },
    async isPaired(plan) {
      if (!isPair) return true;
      const relationships = JSON.parse(await askBox(plan, 'show', 'failover', '--json')) as readonly ShownRelationship[];
      return relationships.length > 0 && relationships.every((each) => each.state === 'NORMAL' && each.partner.state === 'NORMAL');
    },
    async state(plan) {
      if (!isPair) return 'alone';
      const relationships = JSON.parse(await askBox(plan, 'show', 'failover', '--json')) as readonly ShownRelationship[];
      return relationships.map((each) => `${each.name}: ${each.state} (sees ${each.partner.state})`).join(', ');
    },
    async leases(plan) {
      const leases: ShownLease[] = [];
      const { now } = JSON.parse(await askBox(plan, 'clock', 'show', '--json')) as { readonly now: string };
      for (let page: readonly ShownLease[] | undefined; page === undefined || page.length === leasesOfPage; ) {
        const last = page?.at(-1)?.lease;
        const after = last === undefined ? [] : ['--after', last];
        page = JSON.parse(await askBox(plan, 'show', 'leases', '--active', '--limit', String(leasesOfPage), ...after, '--json')) as readonly ShownLease[];
        leases.push(...page);
      }
      return leases.map(({ lease, duid, expires }) => ({ name: `${lease} ${duid}`, left: (Date.parse(expires) - Date.parse(now)) / 1_000 }));
    },
  };
}

/** Each edition of the configuration has a key of its own. */
function pairingKeyFile(shared: string, edition: number): string {
  return `${shared}/pairing-key-${edition}`;
}

export async function newPairingKey(shared: string, edition: number): Promise<void> {
  writeFileSync(pairingKeyFile(shared, edition), await run([program, 'pair', 'key']));
}

/** `twinlease WORDS...` to the daemon of a box. */
export async function askBox({ runtime }: BoxPlan, ...words: readonly string[]): Promise<string> {
  return await run([program, ...words, '--control', controlSocket(runtime)]);
}

const leasesOfPage = 1_000;

interface ShownLease {
  readonly lease: string;
  readonly duid: string;
  /** ISO 8601 */
  readonly expires: string;
}

interface ShownRelationship {
  readonly name: string;
  readonly state: string;
  readonly partner: { readonly state: string };
}

/** @param edited what else the relationship says */
function knownBy(trust: Trust, name: Kind['name'], edited: (file: string) => string = (file) => file): Subject {
  return twinleaseWith({
    name,
    isPair: trust !== 'none',
    async furnish(shared, boxes) {
      if (trust === 'pairing') await newPairingKey(shared, 1);
      if (trust !== 'certificates') return;
      await Promise.all(boxes.map((box) => run([program, 'identity', 'new', '--name', box, '--out', shared])));
    },
    fileOf: (plan) => edited(provisioning(plan, trust)),
  });
}

/** Two boxes in a failover relationship. */
export const twinlease = knownBy('certificates', 'twinlease');
/** The same with classes, names in the DNS (its server does not answer), Reconfigure and leasequery with a journal of changes. */
export const full = knownBy('certificates', 'full', (file) => {
  const named = file.replace(/^ {4}prefixes: .*\n/gm, `$&    dns-updates: { domain: ${DOMAIN} }\n`);
  return `${named}server: { reconfigure: {} }\n${switchedOn({ reverseZones: [], nameServer: '2001:db8::5353', requestor: router.onTransit })}`;
});
/** The same, of which each answers half of the clients. */
export const balanced = knownBy('certificates', 'balanced', (file) => file.replaceAll('    secondary: west\n', '    secondary: west\n    load-balancing: 50%\n'));
/** The same without what RFC 8156 does not have, and as relay agents of each other. */
export const plain = knownBy('certificates', 'plain', (file) =>
  file.replaceAll('    secondary: west\n', '    secondary: west\n    relaying: false\n    contact-interval: off\n    relay-by-udp: true\n'));
/** The same, with a one-time key in the place of certificates. */
export const keyed = knownBy('pairing', 'twinlease');
/** The same over plain TCP, for who wants to read along. */
export const insecure = knownBy('insecure', 'twinlease');
/** The same boxes with no relationship: each serves on its own. What that does to clients shows that the fleet sees it. */
export const unpaired = knownBy('none', 'unpaired');

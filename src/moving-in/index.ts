/**
 * Moving in from another server: its configuration and its leases, read as it reads them itself, become a provisioning file, leases
 * for `twinlease import FILE`, and a report of what has no counterpart, each with its place. A folder a server; what they have in
 * common, and the way from a draft to a file that is right, stand here.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { exportLines } from '../store/index.ts';
import { formatHex, formatLease, formatPrefix, parsePrefix } from '../wire/index.ts';
import { createDraft, portsOf, type Draft } from './draft.ts';
import { octetsText } from './duid-text.ts';
import { createFindings, type Findings } from './findings.ts';
import { createFoundLeases, type FoundLeases } from './found-leases.ts';
import { readConfiguration } from './input-file.ts';
import { readIscConfiguration } from './isc/configuration.ts';
import { readIscLeases } from './isc/leases.ts';
import { readKeaConfiguration } from './kea/configuration.ts';
import { readKeaLeases } from './kea/leases.ts';
import { nameByLeases } from './named-by-leases.ts';
import { makeFolder } from './new-folder.ts';
import { readOpenwrtConfiguration } from './openwrt/configuration.ts';
import { reportText, type Moved } from './report.ts';
import { settled, type Settled } from './settled.ts';
import { unservedLeases } from './unserved.ts';

export { reportText, type Moved } from './report.ts';

export interface MoveOptions {
  /** The folder to make. */
  readonly folder: string;
  /** What the box is called in the provisioning file. */
  readonly appliance: string;
  /** INTERFACE=PREFIX: the link with this prefix is on this interface of the box. */
  readonly ports: readonly string[];
  /** Seconds since 1970: leases that ended before are left. */
  readonly now: number;
}

/** @param leases undefined: the configuration alone. Rejects where a file can't be read, or is no such file; nothing is written then. */
export async function moveFromKea(configuration: string, leases: string | undefined, options: MoveOptions): Promise<Moved> {
  const moving = begin(options);
  const { draft, findings } = moving;
  const files = readKeaConfiguration(configuration, readConfiguration, draft, findings);
  if (leases === undefined) return await finish(moving, { text: `Kea: ${configuration}`, file: configuration }, undefined, options);
  const found = createFoundLeases();
  await readKeaLeases(leases, found, (place, problem) => findings.leftOut(place, 'lease', problem));
  draft.serverDuid ??= keaServerDuid(files.leases === undefined ? [leases] : [leases, files.leases]);
  return await finish(moving, { text: `Kea: ${configuration}, ${leases}`, file: configuration }, found, options);
}

/** Kea makes its DUID up, and keeps it beside its leases. */
function keaServerDuid(leaseFiles: readonly string[]): string | undefined {
  const file = leaseFiles.map((leases) => join(dirname(leases), 'kea-dhcp6-serverid')).find((path) => existsSync(path));
  const octets = file === undefined ? undefined : octetsText(readConfiguration(file));
  return octets && formatHex(octets);
}

/** The same for ISC dhcpd. */
export async function moveFromIsc(configuration: string, leases: string | undefined, options: MoveOptions): Promise<Moved> {
  const moving = begin(options);
  const { draft, findings } = moving;
  readIscConfiguration(configuration, readConfiguration, draft, findings);
  if (leases === undefined) return await finish(moving, { text: `ISC dhcpd: ${configuration}`, file: configuration }, undefined, options);
  const found = createFoundLeases();
  const { serverDuid } = await readIscLeases(leases, found, (place, problem) => findings.leftOut(place, 'lease', problem));
  // What it says of itself while it runs counts more than what it was once told.
  draft.serverDuid = serverDuid ?? draft.serverDuid;
  return await finish(moving, { text: `ISC dhcpd: ${configuration}, ${leases}`, file: configuration }, found, options);
}

/** The same for OpenWrt's odhcpd, which keeps its leases in memory. @param network undefined: without prefixes */
export async function moveFromOpenwrt(dhcp: string, network: string | undefined, options: MoveOptions): Promise<Moved> {
  const moving = begin(options);
  readOpenwrtConfiguration({ dhcp, network }, readConfiguration, moving.draft, moving.findings);
  return await finish(moving, { text: `OpenWrt: ${[dhcp, ...(network === undefined ? [] : [network])].join(', ')}`, file: dhcp }, undefined, options);
}

interface Moving {
  readonly draft: Draft;
  readonly findings: Findings;
}

function begin({ appliance }: MoveOptions): Moving {
  return { draft: createDraft(appliance), findings: createFindings() };
}

/** What it is taken over from: for people, and its main file. */
interface Source {
  readonly text: string;
  readonly file: string;
}

const FILES = { provisioning: 'twinlease.yaml', leases: 'leases.jsonl', report: 'report.txt' } as const;

async function finish({ draft, findings }: Moving, source: Source, found: FoundLeases | undefined, options: MoveOptions): Promise<Moved> {
  const { folder, now } = options;
  const bindings = found?.bindings(now) ?? [];
  nameByLeases(draft, bindings, findings);
  nameInterfaces(draft, options.ports);
  const { text, document } = settledFile(draft, source, findings);
  const links = Object.entries(document.links).map(([name, link]) => ({
    name,
    interfaces: Object.values(document.appliances)[0]?.links[name] ?? [],
    prefixes: link.prefixes.map(formatPrefix),
    addressPools: link['address-pools'].length,
    prefixPools: link['prefix-pools'].length,
    reservations: link.reservations.length,
  }));
  const moved: Moved = {
    folder,
    provisioning: join(folder, FILES.provisioning),
    leases: found === undefined ? undefined : join(folder, FILES.leases),
    report: join(folder, FILES.report),
    links,
    leaseCounts: found?.counts(now),
    unserved: unservedLeases(document, bindings).map(formatLease),
    serverDuid: draft.serverDuid,
    findings: findings.all,
  };
  await makeFolder(folder, [
    { name: FILES.provisioning, content: [text] },
    ...(found === undefined ? [] : [{ name: FILES.leases, content: withEnds(exportLines([bindings], { withKeys: false })) }]),
    { name: FILES.report, content: [`${reportText(moved, source.text, true)}\n`] },
  ]);
  return moved;
}

function settledFile(draft: Draft, source: Source, findings: Findings): Settled {
  const ports = portsOf(draft);
  // A box has something to serve on.
  if (Object.keys(ports.links).length === 0 && ports['relay-interfaces'].length === 0) {
    ports['relay-interfaces'].push('eth0');
    findings.leftOut({ file: source.file, line: 1 }, 'interfaces', 'no file says which interfaces of this box clients are on: eth0 stands there, for relays', 'set "links" and "relay-interfaces" of the box, or say --on INTERFACE=PREFIX');
  }
  return settled(draft, [`Taken over from ${source.text}.`, 'What has no counterpart stands in report.txt. All that can be said here is in', '/usr/share/twinlease/example.yaml.'], findings);
}

/** Puts the ports that were named by hand to their links. */
function nameInterfaces(draft: Draft, ports: readonly string[]): void {
  const own = portsOf(draft);
  for (const said of ports) {
    const [, port = '', text = ''] = /^([^=]+)=(.+)$/.exec(said) ?? [];
    const prefix = parsePrefix(text);
    if (prefix === undefined) throw new Error(`"${said}" is no interface with a prefix on it: say INTERFACE=PREFIX, such as eth1=2001:db8:1::/64`);
    const link = Object.entries(draft.document.links).find(([, { prefixes }]) => prefixes.includes(formatPrefix(prefix)))?.[0];
    if (link === undefined) throw new Error(`no link has the prefix ${text}, which --on names`);
    own['relay-interfaces'] = own['relay-interfaces'].filter((other) => other !== port);
    for (const [name, list] of Object.entries(own.links)) own.links[name] = list.filter((other) => other !== port);
    own.links[link] = [...(own.links[link] ?? []), port];
  }
}

async function* withEnds(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}

/** `kea-dhcp6.conf`, read into a draft. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatHex } from '../../wire/index.ts';
import { append, portsOf, put } from '../draft.ts';
import type { Draft } from '../draft.ts';
import type { Findings } from '../findings.ts';
import { fourOctets, octetsText } from '../duid-text.ts';
import { definitionByName } from '../known-options.ts';
import { numeral } from '../options.ts';
import { InputError, type Place } from '../place.ts';
import { readClasses } from './classes.ts';
import { parseKeaJson } from './json-text.ts';
import { durationText, readLifetimes } from './lifetimes.ts';
import { optionReader } from './option-data.ts';
import { readNaming, readZones, usualNaming } from './naming.ts';
import { linksByLeases, readReservations } from './reservations.ts';
import { sectionOf, type Section } from './section.ts';
import { readLoneSubnet, readSharedNetwork } from './subnets.ts';
import { listRest } from './unmapped.ts';

/** What the configuration says of files beside it. */
export interface KeaFiles {
  /** Undefined for the usual place. */
  readonly leases: string | undefined;
}

/** @throws InputError */
export function readKeaConfiguration(file: string, read: (file: string) => string, draft: Draft, findings: Findings): KeaFiles {
  const root = parseKeaJson(file, read);
  if (root.kind !== 'object') throw new InputError(root.place, 'the configuration is not a map in { }');
  const whole = sectionOf(root);
  const dhcp6 = whole.section('Dhcp6');
  if (dhcp6 === undefined) throw new InputError(root.place, 'there is no "Dhcp6" in it: this is not the configuration of kea-dhcp6');
  readServer(draft, dhcp6, findings);
  const ports = new Map<string, string>();
  const options = optionReader(draft, dhcp6.sections('option-def'), findings);
  draft.document.lifetimes = readLifetimes(draft, dhcp6, {}, '', findings);
  options.read(dhcp6, draft.document.options, 'file');
  const classOf = readClasses(draft, dhcp6.sections('client-classes'), options, findings);
  const naming = readNaming(dhcp6, usualNaming(updatesAt(dhcp6)));
  if (naming.place !== undefined) readD2(file, read, whole.section('DhcpDdns'), draft, naming.place, findings);
  const reader = { draft, findings, options, ports, classOf, naming };
  for (const network of dhcp6.sections('shared-networks')) readSharedNetwork(reader, network);
  for (const subnet of dhcp6.sections('subnet6')) readLoneSubnet(reader, subnet);
  readReservations(draft, dhcp6, linksByLeases(Object.values(draft.document.links)), options, findings);
  readPorts(draft, dhcp6, ports, findings);
  const leases = readLeaseDatabase(dhcp6, findings);
  dhcp6.skip('user-context', 'comment');
  listRest(dhcp6, '', findings);
  for (const { key, place } of whole.rest()) findings.notNeeded(place, key, 'it is that of another program of Kea');
  return { leases };
}

function readServer(draft: Draft, dhcp6: Section, findings: Findings): void {
  if (dhcp6.whole('dhcp4o6-port')?.value !== 0 && dhcp6.has('dhcp4o6-port')) findings.leftOut(dhcp6.placeOf('dhcp4o6-port'), 'dhcp4o6-port', 'there is no DHCPv4', 'leave DHCPv4 to another server');
  const hold = dhcp6.whole('decline-probation-period');
  if (hold !== undefined) put(draft, draft.document.server, 'declined-hold', durationText(hold.value), hold.place, 'decline-probation-period');
  const relaySupplied = dhcp6.texts('relay-supplied-options');
  for (const { value, place } of relaySupplied) {
    const code = definitionByName('kea', value)?.code ?? numeral(value);
    if (code === undefined) findings.leftOut(place, `relay-supplied-options: ${value}`, 'nothing says which code it has', 'add its code to "relay-supplied-options" under "server"');
    else append(draft, (draft.document.server['relay-supplied-options'] ??= []), code, place, `relay-supplied-options: ${value}`);
  }
  for (const hook of dhcp6.sections('hooks-libraries')) {
    const library = hook.text('library')?.value ?? '?';
    const name = library.replace(/^.*\//, '');
    if (/libdhcp_ha/.test(name)) findings.leftOut(hook.place, `hook ${name}`, 'two boxes back each other by RFC 8156 here', 'add the second box and a relationship: README, "Two boxes, one service"');
    else if (/libdhcp_(lease_cmds|stat_cmds|host_cmds|subnet_cmds|class_cmds|perfmon|legal_log|run_script|bootp)/.test(name)) {
      findings.notNeeded(hook.place, `hook ${name}`, 'it is for operating Kea; "twinlease show" and "twinlease lease" are what is here');
    } else findings.leftOut(hook.place, `hook ${name}`, 'there are no hooks', 'look whether clients depend on what it does');
  }
  const id = dhcp6.section('server-id');
  if (id !== undefined) draft.serverDuid = duidOf(id, findings);
}

/** Where updates of the DNS are switched on; undefined: they are off. */
function updatesAt(dhcp6: Section): Place | undefined {
  const place = dhcp6.placeOf('dhcp-ddns');
  return dhcp6.section('dhcp-ddns')?.boolean('enable-updates')?.value === true ? place : undefined;
}

/** Zones and keys are in the configuration of another program of Kea, usually beside this one. */
function readD2(file: string, read: (file: string) => string, own: Section | undefined, draft: Draft, place: Place, findings: Findings): void {
  const beside = join(dirname(file), 'kea-dhcp-ddns.conf');
  const root = own === undefined && existsSync(beside) ? parseKeaJson(beside, read) : undefined;
  const ddns = own ?? (root?.kind === 'object' ? sectionOf(root).section('DhcpDdns') : undefined);
  if (ddns === undefined) findings.leftOut(place, 'dhcp-ddns', `zones and keys stand in kea-dhcp-ddns.conf, which is not beside this file`, 'say them under "dns-updates"');
  else readZones(draft, ddns, findings);
}

/** The DUID where all of it is in the configuration; Kea makes the rest up, and keeps it in a file. */
function duidOf(id: Section, findings: Findings): string | undefined {
  const type = id.text('type')?.value;
  const identifier = id.text('identifier')?.value ?? '';
  const hardware = id.whole('htype')?.value ?? 0;
  const time = id.whole('time')?.value ?? 0;
  const enterprise = id.whole('enterprise-id')?.value ?? 0;
  id.skip('persist', 'user-context', 'comment');
  listRest(id, 'server-id', findings);
  const octets = octetsText(identifier);
  if (octets === undefined) return undefined;
  if (type === 'LLT' && time > 0) return formatHex(Uint8Array.of(0, 1, hardware >> 8, hardware || 1, ...fourOctets(time), ...octets));
  if (type === 'EN' && enterprise > 0) return formatHex(Uint8Array.of(0, 2, ...fourOctets(enterprise), ...octets));
  if (type === 'LL') return formatHex(Uint8Array.of(0, 3, hardware >> 8, hardware || 1, ...octets));
  return undefined;
}

function readPorts(draft: Draft, dhcp6: Section, ports: ReadonlyMap<string, string>, findings: Findings): void {
  const configured = dhcp6.section('interfaces-config');
  const own = portsOf(draft);
  for (const { value, place } of configured?.texts('interfaces') ?? []) {
    const [name = '', unicast] = value.split('/');
    if (name === '*') {
      findings.leftOut(place, 'interfaces: *', 'a box is told which of its interfaces are for clients', `name them: those of links under "links", those where relays come in under "relay-interfaces"`);
      continue;
    }
    if (unicast !== undefined) findings.notNeeded(place, `interfaces: ${value}`, 'relays reach every address of the interface; clients send to the multicast address');
    if (!ports.has(name) && !own['relay-interfaces'].includes(name)) append(draft, own['relay-interfaces'], name, place, `interfaces: ${value}`);
  }
  configured?.skip('re-detect', 'service-sockets-max-retries', 'service-sockets-retry-wait-time', 'service-sockets-require-all', 'outbound-interface', 'user-context', 'comment');
  if (configured !== undefined) listRest(configured, 'interfaces-config', findings);
}

function readLeaseDatabase(dhcp6: Section, findings: Findings): string | undefined {
  const database = dhcp6.section('lease-database');
  const type = database?.text('type');
  if (type !== undefined && type.value !== 'memfile') {
    findings.leftOut(type.place, `lease-database: ${type.value}`, 'leases are read from a file', '"kea-admin lease-dump" writes the leases of a database into one');
  }
  return database?.text('name')?.value;
}

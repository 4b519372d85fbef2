/** Reads what iproute2 prints: `ip -json address show`, and the lines of `ip -oneline monitor link address`. */
import * as v from 'valibot';
import { reasonOf } from '../../reason.ts';
import type { AddressState, InterfaceAddress, InterfaceState } from './state.ts';

/** Only what is used; iproute2 prints much more, and prints flags only where they are set. */
const Address = v.object({
  family: v.string(),
  local: v.optional(v.string()),
  prefixlen: v.optional(v.number()),
  scope: v.optional(v.string()),
  tentative: v.optional(v.boolean(), false),
  optimistic: v.optional(v.boolean(), false),
  dadfailed: v.optional(v.boolean(), false),
});
const Interface = v.object({
  ifindex: v.number(),
  ifname: v.string(),
  flags: v.array(v.string()),
  operstate: v.optional(v.string(), 'UNKNOWN'),
  address: v.optional(v.string()),
  addr_info: v.optional(v.array(Address), []),
});
const Snapshot = v.array(Interface);

export type SnapshotResult =
  | { readonly ok: true; readonly interfaces: readonly InterfaceState[] }
  | { readonly ok: false; readonly reason: string };

export function parseSnapshot(text: string): SnapshotResult {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
  const parsed = v.safeParse(Snapshot, Array.isArray(json) ? json.filter((item) => !isEmptyObject(item)) : json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    return { ok: false, reason: `${v.getDotPath(issue) ?? 'top level'}: ${issue.message}` };
  }
  return { ok: true, interfaces: parsed.output.map(interfaceState) };
}

/** Some versions print one for an interface that they pass over. */
function isEmptyObject(item: unknown): boolean {
  return typeof item === 'object' && item !== null && Object.keys(item).length === 0;
}

function interfaceState(item: v.InferOutput<typeof Interface>): InterfaceState {
  const linkLocal: InterfaceAddress[] = [];
  const globalAddresses: InterfaceAddress[] = [];
  for (const info of item.addr_info) {
    if (info.family !== 'inet6' || info.local === undefined) continue;
    const address = { address: info.local, prefixLength: info.prefixlen ?? 128, state: addressState(info) };
    (info.scope === 'link' ? linkLocal : globalAddresses).push(address);
  }
  return {
    name: item.ifname,
    ifindex: item.ifindex,
    enabled: item.flags.includes('UP'),
    carrier: item.flags.includes('UP') && item.flags.includes('LOWER_UP'),
    operState: item.operstate,
    mac: item.address,
    linkLocal: linkLocal.find(({ state }) => state === 'ready') ?? linkLocal[0],
    globalAddresses,
  };
}

/** An optimistic address may be used while detection still runs (RFC 4429). */
function addressState(info: v.InferOutput<typeof Address>): AddressState {
  if (info.dadfailed) return 'duplicate';
  return info.tentative && !info.optimistic ? 'tentative' : 'ready';
}

/** What one line of the monitor says that a snapshot taken later may not show; any other line is `other`. */
export type MonitorLine =
  | { readonly kind: 'deleted'; readonly ifindex: number }
  | { readonly kind: 'linkLocalRemoved'; readonly ifindex: number }
  | { readonly kind: 'other' };

/** `Deleted 3: eth1@NONE: <BROADCAST,...`; one that names a master tells only that the interface left it. */
const DELETED_LINK = /^Deleted (\d+): \S+: <(?!.* master )/;
/** `Deleted 3: eth1    inet6 fe80::1/64 scope link ...` */
const DELETED_LINK_LOCAL = /^Deleted (\d+): \S+\s+inet6 fe[89ab]/i;

export function parseMonitorLine(line: string): MonitorLine {
  const link = DELETED_LINK.exec(line);
  if (link !== null) return { kind: 'deleted', ifindex: Number(link[1]) };
  const address = DELETED_LINK_LOCAL.exec(line);
  if (address !== null) return { kind: 'linkLocalRemoved', ifindex: Number(address[1]) };
  return { kind: 'other' };
}

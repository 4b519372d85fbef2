/**
 * Which box asks a client by Reconfigure, for what, and by which way (RFC 9915 sections 18.3.11 and 19.3). It is the box that answers what
 * the client then sends: a Renew goes to the server that the client heard last, a Rebind to whoever answers those, by the states of RFC 8156.
 */
import type { Failover } from '../../failover/index.ts';
import { LeaseKind } from '../../lease/index.ts';
import type { LeaseReader, LeaseTable } from '../../lease/index.ts';
import { balancedIdentityOfLease, evidenceOfLease } from '../../server/index.ts';
import type { Link, LinkAuthority, ReconfigureType } from '../../server/index.ts';
import { CLIENT_PORT, MessageType, OptionCode, SERVER_PORT, decodeRelayHeaders, toAddress } from '../../wire/index.ts';
import type { Address, RelayLevel } from '../../wire/index.ts';
import type { RelayAgents } from './relay-agents.ts';

/** Where a Reconfigure goes out, and to whom. */
export interface WayToClient {
  /** One, or all where nobody knows behind which the client is: on a wrong one nobody has that address. */
  readonly interfaces: readonly string[];
  readonly destination: Address;
  readonly port: number;
  /** The relay agents that it goes through, as the client's last message came; none: directly. */
  readonly levels: readonly RelayLevel[];
  readonly on: Link;
}

export interface Charge {
  readonly type: ReconfigureType;
  readonly way: WayToClient;
}

/** Why a client can't be asked. */
export interface Refusal {
  /** The end of a sentence about the client; undefined: that is soon over. */
  readonly reason: string | undefined;
  /** It may be otherwise in a while, without a word of the client. */
  readonly isForNow: boolean;
}

export interface ChargeRooms {
  readonly table: LeaseTable;
  readonly relayAgents: RelayAgents;
  readonly linkOf: (slot: number) => Link | undefined;
  readonly authorityOf: (link: string) => LinkAuthority;
  readonly failover: () => Pick<Failover, 'relationship'>;
  /** Of this box, towards clients and relay agents. */
  readonly interfaces: () => readonly string[];
}

/** Without its hardware type: as a relay agent told it, or as the client's link-local address does (RFC 4291 appendix A). */
export function linkLayerAddressAt(records: LeaseReader, slot: number): Uint8Array | undefined {
  const evidence = evidenceOfLease({
    duid: records.duid(slot),
    linkLayerAddress: records.linkLayerAddress(slot),
    relay: records.relay(slot),
    clientAddress: toAddress(records.clientAddress(slot) ?? NOWHERE),
  });
  return evidence.linkLayerAddresses()?.[0];
}

/** The server that a client heard last, by a lease of it. */
export function isOwnClient({ records }: LeaseTable, slot: number): boolean {
  return records.clientLastTransactionTime(slot) >= records.partnerRawCltTime(slot);
}

/**
 * @param slot a lease of the client
 * @param wished undefined: whatever makes it hear of all that is new
 * @returns why this box can't ask the client, where that is so
 */
export function chargeOf(rooms: ChargeRooms, slot: number, wished: ReconfigureType | undefined): Charge | Refusal {
  const link = rooms.linkOf(slot);
  if (link === undefined) return never('has a lease of a link that is not in the provisioning file any more: nobody knows where it is');
  const isOwn = isOwnClient(rooms.table, slot);
  const type = wished ?? (isOwn ? MessageType.RENEW : MessageType.REBIND);
  const partner = partnerOf(rooms, link);
  if (type === MessageType.RENEW && !isOwn) return never(`renews with ${partner}, whom it heard last: ask it from there, or for a Rebind`);
  if (!answersHere(rooms, slot, link, type)) {
    return forNow(`would send ${NAMES[type]} that this box does not answer now${link.relationship === undefined ? '' : `: ask it from ${partner}`}`);
  }
  const way = wayTo(rooms, slot, link);
  return 'reason' in way ? way : { type, way };
}

function never(reason: string): Refusal {
  return { reason, isForNow: false };
}

export function forNow(reason: string | undefined): Refusal {
  return { reason, isForNow: true };
}

const NAMES: Readonly<Record<ReconfigureType, string>> = {
  [MessageType.RENEW]: 'a Renew',
  [MessageType.REBIND]: 'a Rebind',
  [MessageType.INFORMATION_REQUEST]: 'an Information-request',
};

/** A Rebind is for whoever the client is by the division of the clients, where the two boxes divide them; what else it sends names this server. */
function answersHere({ table: { records }, authorityOf }: ChargeRooms, slot: number, link: Link, type: ReconfigureType): boolean {
  const authority = authorityOf(link.name);
  const names = type !== MessageType.REBIND;
  if (!authority.answers(type, names)) return false;
  const { share } = authority;
  if (names || share === undefined) return true;
  const lease = { address: records.address(slot), prefixLength: records.prefixLength(slot) };
  return share.has(balancedIdentityOfLease({ duid: records.duid(slot), lease, linkLayerAddress: linkLayerAddressAt(records, slot) }, link));
}

function partnerOf({ failover }: ChargeRooms, { relationship }: Link): string {
  return (relationship === undefined ? undefined : failover().relationship(relationship)?.partnerName) ?? 'the other box';
}

function wayTo(rooms: ChargeRooms, slot: number, link: Link): WayToClient | Refusal {
  const { records } = rooms.table;
  const chain = records.relay(slot);
  if (chain !== undefined) return wayByRelay(rooms, link, chain, toAddress(records.relayAgent(slot) ?? NOWHERE));
  // A prefix is no address of its client.
  const leased = records.kind(slot) === LeaseKind.IA_NA ? records.address(slot) : undefined;
  const destination = toAddress(records.clientAddress(slot) ?? NOWHERE) ?? leased;
  if (destination === undefined) return never('was not heard since its address is kept: it can be asked after its next Renew');
  if (link.interfaces.length === 0) return never(`was heard directly on ${link.name}, where this box has no port now: it can be asked after its next Renew`);
  return { interfaces: link.interfaces, destination, port: CLIENT_PORT, levels: [], on: link };
}

const NOWHERE = new Uint8Array(0);

function wayByRelay({ relayAgents, interfaces }: ChargeRooms, link: Link, chain: Uint8Array, agent: Address | undefined): WayToClient | Refusal {
  const levels = decodeRelayHeaders(chain);
  if (levels === undefined || agent === undefined) return never('is behind a relay agent whose address is not known: it can be asked after its next Renew');
  const heard = relayAgents.of(agent);
  const ways = heard.length > 0 ? heard.map(({ interfaceName }) => interfaceName) : interfaces();
  if (ways.length === 0) return forNow('is behind a relay agent, and this box has no port now that it could be reached by');
  // RFC 8357 section 5.2: one that says so is reached at the port that it sends from.
  const saysPort = levels[0] !== undefined && levels[0].options.indexOf(OptionCode.RELAY_PORT) >= 0;
  const port = (saysPort ? heard.at(-1)?.port : undefined) ?? SERVER_PORT;
  return { interfaces: ways, destination: agent, port, levels, on: link };
}

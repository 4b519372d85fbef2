/**
 * The ways of delegated prefixes, which a router has to know (RFC 8987 section 4.2; R-ST3): behind each prefix that a client
 * holds stands the router that asked for it. Both boxes of a pair know them, whoever gave the lease.
 */
import { LatestEntries } from '../bounded/index.ts';
import { BindingStatus, LeaseKind, NO_SLOT } from '../lease/index.ts';
import type { LeaseTable } from '../lease/index.ts';
import { linkFinder } from '../server/index.ts';
import type { Link, ServerConfiguration } from '../server/index.ts';
import { formatAddress, toAddress } from '../wire/index.ts';
import type { Address, Prefix } from '../wire/index.ts';
import type { ReceivedDatagram } from './event.ts';

export interface DelegatedRoute {
  readonly prefix: Prefix;
  /**
   * To the client that holds the prefix, by its link-local address on a link. Undefined: nobody holds it, or its client is
   * behind relay agents, which know the way themselves.
   */
  readonly way: ClientWay | undefined;
}

export interface ClientWay {
  readonly link: string;
  readonly via: Address;
  /** The one of several interfaces on the link that its client was heard on last; undefined: there is one, or it was not heard since the start. */
  readonly interfaceName: string | undefined;
}

export interface DelegatedRoutes {
  /** A client, or a relay agent, says something; ahead of whatever becomes of it. */
  heard(datagram: Pick<ReceivedDatagram, 'interfaceName' | 'source' | 'relayed'>): void;
  configure(configuration: Pick<ServerConfiguration, 'links'>): void;
  /** Of the lease in this slot; undefined where that is no prefix. */
  of(slot: number): DelegatedRoute | undefined;
  /** Of every prefix that the table knows, but of those with a commit on its way. */
  all(): Iterable<DelegatedRoute>;
}

/** Clients whose interface is remembered, those that were heard last. */
const HEARD_MAX = 16_384;
/** Leases that are looked at together. */
const SLICE = 1_000;

export function createDelegatedRoutes(table: LeaseTable, configuration: Pick<ServerConfiguration, 'links'>): DelegatedRoutes {
  const { records } = table;
  let linkOf: (slot: number) => Link | undefined = linkFinder(table, configuration.links);
  /** Interfaces that are not the only one of this box on their link. */
  let withOthers = interfacesWithOthers(configuration.links);
  /** By link-local address, where it was heard. */
  const heardOn = new LatestEntries<string, string>(HEARD_MAX);

  const wayOf = (slot: number): DelegatedRoute['way'] => {
    if (records.status(slot) !== BindingStatus.ACTIVE) return undefined;
    const via = toAddress(records.clientAddress(slot) ?? NOWHERE);
    const link = via === undefined ? undefined : linkOf(slot);
    if (via === undefined || link === undefined) return undefined;
    const heard = withOthers.size === 0 ? undefined : heardOn.get(formatAddress(via));
    return { link: link.name, via, interfaceName: heard !== undefined && link.interfaces.includes(heard) ? heard : undefined };
  };

  const of = (slot: number): DelegatedRoute | undefined =>
    records.kind(slot) === LeaseKind.IA_PD
      ? { prefix: { address: records.address(slot), length: records.prefixLength(slot) }, way: wayOf(slot) }
      : undefined;

  return {
    configure({ links }) {
      linkOf = linkFinder(table, links);
      withOthers = interfacesWithOthers(links);
    },
    heard({ interfaceName, source, relayed }) {
      if (relayed !== undefined || !withOthers.has(interfaceName)) return;
      const client = formatAddress(source);
      heardOn.set(client, interfaceName);
    },
    of,
    *all() {
      const isSettledPrefix = (slot: number): boolean => records.kind(slot) === LeaseKind.IA_PD && records.lock(slot) === 0;
      for (let after = NO_SLOT; ; ) {
        const slots: number[] = [];
        after = table.slotsFrom(after, SLICE, isSettledPrefix, slots);
        for (const slot of slots) {
          const route = of(slot);
          if (route !== undefined) yield route;
        }
        if (after === NO_SLOT) return;
      }
    },
  };
}

const NOWHERE = new Uint8Array(0);

function interfacesWithOthers(links: readonly Link[]): ReadonlySet<string> {
  return new Set(links.flatMap(({ interfaces }) => (interfaces.length > 1 ? interfaces : [])));
}

/**
 * Which link a client is on: that of its lease in the configuration by which the client was heard last. A link that was renumbered, or a pool
 * that is gone, has another place for the lease now, or none; the client is where it was.
 */
import { movedTime } from '../../lease/index.ts';
import type { LeaseTable } from '../../lease/index.ts';
import { heardAt, linkFinder, placeFinder, sameValue } from '../../server/index.ts';
import type { Link } from '../../server/index.ts';
import type { Address, EpochSeconds } from '../../wire/index.ts';

/** Who was not heard since more of them counts by the oldest. */
const FORMERS_MAX = 4;

interface Former {
  readonly linkOf: (address: Address, prefixLength: number) => Link | undefined;
  /** Clients that were heard later were heard by the next one. */
  until: EpochSeconds;
}

export class ClientLinks {
  readonly #table: LeaseTable;
  #links: readonly Link[];
  #linkNow: (slot: number) => Link | undefined;
  #formers: readonly Former[] = [];
  /** Links of former configurations, and what they are now. */
  readonly #present = new Map<Link, Link | undefined>();

  constructor(table: LeaseTable, links: readonly Link[]) {
    this.#table = table;
    this.#links = links;
    this.#linkNow = linkFinder(table, links);
  }

  configure(links: readonly Link[], now: EpochSeconds): void {
    if (!sameValue(this.#links.map(whereabouts), links.map(whereabouts))) {
      const place = placeFinder(this.#links.map(withoutClients));
      const former: Former = { linkOf: (address, prefixLength) => place(address, prefixLength).link, until: now };
      this.#formers = [...this.#formers, former].slice(-FORMERS_MAX);
    }
    this.#links = links;
    this.#linkNow = linkFinder(this.#table, links);
    this.#present.clear();
  }

  /** The clock was set by so many seconds. */
  moveTimes(by: number): void {
    for (const former of this.#formers) former.until = movedTime(former.until, by);
  }

  /** As it is in the configuration of now; undefined: nobody knows, or there is no such link any more. */
  of(slot: number): Link | undefined {
    const { records } = this.#table;
    const heard = heardAt(this.#table, slot);
    const former = this.#formers.find(({ until }) => heard <= until);
    const was = former?.linkOf(records.address(slot), records.prefixLength(slot));
    return (was && this.#presentOf(was)) ?? this.#linkNow(slot);
  }

  #presentOf(was: Link): Link | undefined {
    if (!this.#present.has(was)) {
      const byPort = ({ interfaces }: Link): boolean => interfaces.some((name) => was.interfaces.includes(name));
      this.#present.set(was, this.#links.find(({ name }) => name === was.name) ?? this.#links.find(byPort));
    }
    return this.#present.get(was);
  }
}

/** What places leases on a link, and the link on ports. */
function whereabouts({ name, interfaces, prefixes, addressPools, prefixPools, reservations }: Link): unknown {
  return {
    name,
    interfaces,
    prefixes,
    ranges: addressPools.map(({ first, last }) => ({ first, last })),
    delegated: prefixPools.map(({ prefix, delegatedLength }) => ({ prefix, delegatedLength })),
    reserved: reservations.flatMap((reservation) => reservation.prefixes.map(({ prefix }) => prefix)),
  };
}

/** There may be 20 000 reservations: kept is of them what places a lease. */
function withoutClients(link: Link): Link {
  return { ...link, options: [], reservations: link.reservations.filter(({ prefixes }) => prefixes.length > 0) };
}

/**
 * The ways of delegated prefixes, which a router has to know (RFC 8987 section 4.2; R-ST3): behind each prefix that a client
 * holds stands the router that asked for it. Both boxes of a pair know them, whoever gave the lease.
 */
import { BindingStatus, LeaseKind, NO_SLOT } from '../lease/index.ts';
import type { LeaseTable } from '../lease/index.ts';
import { linkFinder } from '../server/index.ts';
import type { Link, ServerConfiguration } from '../server/index.ts';
import { toAddress } from '../wire/index.ts';
import type { Address, Prefix } from '../wire/index.ts';

export interface DelegatedRoute {
  readonly prefix: Prefix;
  /**
   * To the client that holds the prefix, by its link-local address on a link. Undefined: nobody holds it, or its client is
   * behind relay agents, which know the way themselves.
   */
  readonly way: { readonly link: string; readonly via: Address } | undefined;
}

export interface DelegatedRoutes {
  configure(configuration: Pick<ServerConfiguration, 'links'>): void;
  /** Of the lease in this slot; undefined where that is no prefix. */
  of(slot: number): DelegatedRoute | undefined;
  /** Of every prefix that the table knows, but of those with a commit on its way. */
  all(): Iterable<DelegatedRoute>;
}

/** Leases that are looked at together. */
const SLICE = 1_000;

export function createDelegatedRoutes(table: LeaseTable, configuration: Pick<ServerConfiguration, 'links'>): DelegatedRoutes {
  const { records } = table;
  let linkOf: (slot: number) => Link | undefined = linkFinder(table, configuration.links);

  const wayOf = (slot: number): DelegatedRoute['way'] => {
    if (records.status(slot) !== BindingStatus.ACTIVE) return undefined;
    const via = toAddress(records.clientAddress(slot) ?? NOWHERE);
    const link = via === undefined ? undefined : linkOf(slot);
    return via === undefined || link === undefined ? undefined : { link: link.name, via };
  };

  const of = (slot: number): DelegatedRoute | undefined =>
    records.kind(slot) === LeaseKind.IA_PD
      ? { prefix: { address: records.address(slot), length: records.prefixLength(slot) }, way: wayOf(slot) }
      : undefined;

  return {
    configure({ links }) {
      linkOf = linkFinder(table, links);
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

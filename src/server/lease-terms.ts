/** Whether, and on which terms, a lease may be given to a client on its link. */
import { LeaseKind } from '../lease/index.ts';
import { sameBytes, samePrefix } from '../wire/index.ts';
import type { Address } from '../wire/index.ts';
import type { Link } from './configuration.ts';
import type { ClientContext, Context } from './context.ts';
import type { LeaseTerms } from './ia-result.ts';

/**
 * The terms on which a lease that the client holds may be extended: those of its reservation, or of
 * the pool of this link that it belongs to. Undefined where it may not: it is in no pool of the link
 * any more, was reserved for somebody else since, or its pool is not for the classes that the client is in now.
 */
export function termsOf(context: ClientContext, slot: number): LeaseTerms | undefined {
  const terms = configuredTermsOf(context, slot);
  if (terms === undefined || (!terms.isReserved && !mayUse(context, context.server.table.records.pool(slot)))) return undefined;
  return onOwnTerms(context, terms);
}

/** Whether the pool is for this client, as far as its classes tell. */
export function mayUse({ link, membership }: Context, pool: number): boolean {
  const classes = link.classesOfPools.get(pool);
  return classes === undefined || membership.mayUse(classes);
}

/** The terms for this client: a class that it is in may have lifetimes of its own. */
export function onOwnTerms<T extends LeaseTerms>({ membership: { lifetimes } }: Context, terms: T): T {
  return lifetimes === undefined ? terms : { ...terms, lifetimes };
}

/** The same, whatever the classes of the client. */
export function configuredTermsOf(context: ClientContext, slot: number): LeaseTerms | undefined {
  const { link, server } = context;
  const { records, pools } = server.table;
  if (!link.reservations.isEmpty) {
    const address = records.address(slot);
    const prefixLength = records.prefixLength(slot);
    const iaid = records.iaid(slot);
    for (const { names } of link.reservations.of(context.client, iaid, context.linkLayerAddress)) {
      for (const { name, terms } of names) {
        if (name.prefixLength === prefixLength && sameBytes(name.address, address)) return terms;
      }
    }
  }
  if (pools.isExcluded(slot)) return undefined;
  return link.termsOfPool(records.pool(slot));
}

/**
 * Whether a lease is right for the link as far as the configuration tells: an address by the prefixes
 * that are on the link, a delegated prefix by the pools and reservations of the link.
 */
export function isAppropriate(context: Context, slot: number): boolean {
  const link = context.link.configuration;
  const { records } = context.server.table;
  const address = records.address(slot);
  return records.kind(slot) === LeaseKind.IA_NA ? isOnLink(link, address) : isDelegatedHere(link, address, records.prefixLength(slot));
}

export function isOnLink(link: Link, address: Address): boolean {
  return link.prefixes.some((prefix) => samePrefix(prefix.address, address, prefix.length));
}

function isDelegatedHere(link: Link, address: Address, prefixLength: number): boolean {
  return (
    link.prefixPools.some(
      ({ prefix, delegatedLength }) =>
        delegatedLength === prefixLength && samePrefix(prefix.address, address, prefix.length),
    ) ||
    link.reservations.some(({ prefixes }) =>
      prefixes.some(({ prefix }) => prefix.length === prefixLength && sameBytes(prefix.address, address)),
    )
  );
}

/** The names of leases, as the rules for messages need them. */
import { LeaseKind } from '../lease/index.ts';
import { OptionCode } from '../wire/index.ts';
import type { Address } from '../wire/index.ts';
import type { Context } from './context.ts';
import type { IaResult } from './ia-result.ts';

/** What the lease of an address is called from now on; prefixes have no names. */
export function namesFor({ server, query, link }: Context, kind: LeaseKind, address: Address, before: Uint8Array | undefined): Uint8Array | undefined {
  if (server.names === undefined || kind !== LeaseKind.IA_NA) return before;
  return server.names.namesOf(link.configuration.name, askedName(query.message), address, before);
}

/** The data of the option that goes into an answer about these leases: only for who sent it, and asks for it (RFC 4704 section 6). */
export function answeredName({ server, query }: Context, ias: readonly IaResult[]): Uint8Array | undefined {
  const { message } = query;
  if (server.names === undefined || !message.requestedOptions.includes(OptionCode.CLIENT_FQDN) || askedName(message) === undefined) return undefined;
  for (const { leases } of ias) for (const { dns } of leases) if (dns !== undefined) return server.names.answered(dns);
  return undefined;
}

function askedName({ options }: Context['query']['message']): Uint8Array | undefined {
  const index = options.indexOf(OptionCode.CLIENT_FQDN);
  return index < 0 ? undefined : options.value(index);
}

/** Which leases a query means (RFC 5460 section 7.2). */
import { slotsOfClient } from '../../lease/index.ts';
import { LeasequeryOptionCode, OptionCode, QueryType, decodeRelayHeaders, sameBytes, samePrefix } from '../../wire/index.ts';
import { leasesAround } from './holder.ts';
import type { ResolvedQuery } from './resolve-query.ts';
import type { LeasequeryScope } from './scope.ts';

export interface Selection {
  /** Whether a lease, of whatever status, is of those that are asked for. */
  readonly matches: (slot: number) => boolean;
  /** All that there are where they can be found at once; undefined: the whole table has to be looked through. */
  readonly slots: readonly number[] | undefined;
  /** What it costs to look at one, beside that of a look at its link. */
  readonly cost: number;
  /** A lease that is one of them may be none of them later. */
  readonly canMove: boolean;
}

/** A chain of relay agents is looked into. */
const CHAIN_COST = 4;

/** @param resolved undefined: all leases are meant */
export function selection(scope: LeasequeryScope, resolved: ResolvedQuery | undefined): Selection {
  const { table } = scope;
  const { records } = table;
  if (resolved === undefined) return { matches: (slot) => scope.linkOf(slot) !== undefined, slots: undefined, cost: 1, canMove: false };
  const { query, link } = resolved;
  const isThere = (slot: number): boolean => {
    const on = scope.linkOf(slot);
    return on !== undefined && (link === undefined || on === link);
  };
  const { address, clientId, relayId, remoteId } = query;
  switch (query.type) {
    case QueryType.QUERY_BY_ADDRESS: {
      const holds = (slot: number): boolean => address !== undefined && samePrefix(records.address(slot), address, records.prefixLength(slot));
      return { matches: (slot) => holds(slot) && isThere(slot), slots: address === undefined ? [] : leasesAround(table, address), cost: 1, canMove: false };
    }
    case QueryType.QUERY_BY_CLIENTID: {
      const slots = clientId === undefined ? [] : slotsOfClient(table, clientId);
      return { matches: (slot) => clientId !== undefined && records.isClient(slot, clientId, 0, clientId.length) && isThere(slot), slots, cost: 1, canMove: true };
    }
    case QueryType.QUERY_BY_RELAY_ID:
      return { matches: (slot) => wasRelayed(records.relay(slot), LeasequeryOptionCode.RELAY_ID, relayId) && isThere(slot), slots: undefined, cost: CHAIN_COST, canMove: true };
    case QueryType.QUERY_BY_REMOTE_ID:
      return { matches: (slot) => wasRelayed(records.relay(slot), OptionCode.REMOTE_ID, remoteId) && isThere(slot), slots: undefined, cost: CHAIN_COST, canMove: true };
    default:
      return { matches: isThere, slots: undefined, cost: 1, canMove: false };
  }
}

/** Whether one of the relay agents that a client was last heard through said this of itself or of the client. */
function wasRelayed(chain: Uint8Array | undefined, code: number, value: Uint8Array | undefined): boolean {
  if (chain === undefined || value === undefined) return false;
  for (const { options } of decodeRelayHeaders(chain) ?? []) {
    const index = options.indexOf(code);
    if (index >= 0 && sameBytes(options.value(index), value)) return true;
  }
  return false;
}

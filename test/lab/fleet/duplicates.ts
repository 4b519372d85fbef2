// Leases that two clients hold at the same time: one address, or prefixes that overlap.

import type { FleetEvent } from './event.ts';

export interface Duplicate {
  readonly lease: string;
  /** What the other holds: the same address, or a prefix that contains the first or lies in it. */
  readonly other: string;
  readonly clients: readonly [number, number];
  /** From when on both held it, milliseconds since the Unix epoch. */
  readonly at: number;
}

interface Holding {
  readonly client: number;
  readonly name: string;
  readonly range: Range;
  until: number;
}

interface Range {
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * A client holds a lease from the Reply that it used until the end of the valid lifetime in the last one, or until a server
 * took it back, whether or not the client was heard of since: that is what it was promised. Each pair of holdings counts once.
 */
export function findDuplicates(events: readonly FleetEvent[]): Duplicate[] {
  const holdings: Holding[] = [];
  const found: Duplicate[] = [];
  const known = new Set<string>();
  for (const event of events) {
    if (event.event === 'expired') giveUp(holdings, event.client, event.lease, event.at);
    if (event.event !== 'reply' || !event.used) continue;
    for (const { kind, name, valid } of event.leases) {
      const until = event.at + 1_000 * valid;
      const own = holdings.find((each) => each.client === event.client && each.name === name);
      if (own !== undefined) own.until = until;
      else if (valid > 0) holdings.push({ client: event.client, name, range: rangeOf(name), until });
      if (valid === 0) continue;
      const range = rangeOf(name);
      for (const other of holdings) {
        if (other.client === event.client || other.until <= event.at || !overlap(other.range, range)) continue;
        if (other.name.includes('/') !== (kind === 'prefix')) continue;
        const pair = [name, other.name, ...[event.client, other.client].sort((a, b) => a - b)].sort().join(' ');
        if (known.has(pair)) continue;
        known.add(pair);
        found.push({ lease: name, other: other.name, clients: [other.client, event.client], at: event.at });
      }
    }
    forgetEnded(holdings, event.at);
  }
  return found;
}

function giveUp(holdings: readonly Holding[], client: number, name: string, at: number): void {
  const own = holdings.find((each) => each.client === client && each.name === name);
  if (own !== undefined) own.until = Math.min(own.until, at);
}

function forgetEnded(holdings: Holding[], now: number): void {
  for (let i = holdings.length - 1; i >= 0; i--) {
    const holding = holdings[i];
    if (holding !== undefined && holding.until <= now) holdings.splice(i, 1);
  }
}

function overlap(one: Range, other: Range): boolean {
  return one.first <= other.last && other.first <= one.last;
}

/** Of a name as `nameOf` writes it: eight groups, and a length if it is a prefix. */
function rangeOf(name: string): Range {
  const [address = '', length = '128'] = name.split('/');
  const first = address.split(':').reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
  return { first, last: first + (1n << BigInt(128 - Number(length))) - 1n };
}

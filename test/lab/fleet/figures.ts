// What a fleet's events amount to: leases that two clients held, that changed, that ran out, and how long a client had to wait.
// Times are milliseconds since the Unix epoch, spans seconds.

import type { FleetEvent, ReplyEvent, Stream } from './event.ts';
import { findDuplicates, type Duplicate } from './duplicates.ts';

export interface Window {
  /** When the first fault struck. */
  readonly from: number;
  readonly until: number;
  /** When anything was done to servers or cables. */
  readonly strikes: readonly number[];
}

/** How long new clients had to wait: from the first Solicit to the Reply. */
export interface Waits {
  /** How many came in the window, other than just before its end. */
  readonly came: number;
  readonly median: number;
  readonly longest: number;
  /** They had no Reply when the window ended; `longest` counts them as served then. */
  readonly unserved: number;
}

export interface Figures {
  readonly duplicates: readonly Duplicate[];
  /** A resident's lease that became another one. */
  readonly changed: readonly { readonly client: number; readonly from: string; readonly to: string; readonly at: number }[];
  /** A resident's lease that ran out, or that a server took back. */
  readonly expired: number;
  /** Residents that lost a lease in either way. */
  readonly residentsHurt: number;
  /** The longest time that a resident was without one of its leases. */
  readonly longestOutage: number;
  /** The least that was left of a valid lifetime when a Reply extended it. */
  readonly leastLeft: number;
  /** Probes that came after the first fault, apart from those that a strike met in the middle of their exchange; newcomers, without such. */
  readonly probes: Waits;
  readonly probesMidway: Waits;
  readonly newcomers: Waits;
  readonly replies: number;
}

/** Clients that come later than this before the window's end may well be unserved without anybody's fault. */
const graceMs: Readonly<Record<Stream, number>> = { resident: Infinity, newcomer: 3_000, probe: 1_500 };
/** A probe that came this long before a strike is served as a rule. */
const midwayMs = 300;
/** As long before one, a newcomer is. */
const newcomerMidwayMs = 1_200;

export function figuresOf(events: readonly FleetEvent[], window: Window): Figures {
  const { from, until, strikes } = window;
  const isMidway = (at: number): boolean => strikes.some((strike) => at >= strike - midwayMs && at < strike);
  const isNewcomerMidway = (at: number): boolean => strikes.some((strike) => at >= strike - newcomerMidwayMs && at < strike);
  const duplicates = findDuplicates(events).filter(({ at }) => at >= from && at <= until);
  const residents = residentHistory(events, window);
  return {
    duplicates,
    ...residents,
    probes: waits(events, 'probe', (at) => at >= from && !isMidway(at), until),
    probesMidway: waits(events, 'probe', isMidway, until),
    newcomers: waits(events, 'newcomer', (at) => at >= from && !isNewcomerMidway(at), until),
    replies: events.filter((event) => event.event === 'reply' && event.at >= from && event.at <= until).length,
  };
}

/** Of the clients whose first Solicit was at one of the times wanted. */
function waits(events: readonly FleetEvent[], stream: Stream, wanted: (at: number) => boolean, until: number): Waits {
  const latest = until - graceMs[stream];
  const first = new Map<number, number>();
  const served = new Map<number, number>();
  for (const event of events) {
    if (event.event === 'solicit' && event.stream === stream && event.at < latest && wanted(event.at)) {
      first.set(event.client, event.at);
    } else if (event.event === 'reply' && event.used && event.at <= until && !served.has(event.client)) {
      served.set(event.client, event.at);
    }
  }
  const spans = [...first].map(([client, at]) => ((served.get(client) ?? until) - at) / 1_000).sort((a, b) => a - b);
  return {
    came: spans.length,
    median: spans[Math.floor((spans.length - 1) / 2)] ?? 0,
    longest: spans.at(-1) ?? 0,
    unserved: [...first.keys()].filter((client) => !served.has(client)).length,
  };
}

interface Resident {
  /** The lease of each kind that it had last, and until when. */
  readonly leases: Map<string, { readonly name: string; readonly until: number }>;
}

function noteEnd({ leases }: Resident, name: string, at: number): void {
  for (const [kind, lease] of leases) {
    if (lease.name === name) leases.set(kind, { name, until: Math.min(lease.until, at) });
  }
}

type ResidentFigures = Pick<Figures, 'changed' | 'expired' | 'residentsHurt' | 'longestOutage' | 'leastLeft'>;

function residentHistory(events: readonly FleetEvent[], { from, until }: Window): ResidentFigures {
  const residents = new Map<number, Resident>();
  const changed: { client: number; from: string; to: string; at: number }[] = [];
  const hurt = new Set<number>();
  let expired = 0;
  let longestOutage = 0;
  let leastLeft = Infinity;

  const noteReply = (event: ReplyEvent, resident: Resident): void => {
    for (const kind of ['address', 'prefix'] as const) {
      const given = event.leases.filter((lease) => lease.kind === kind && lease.valid > 0);
      const before = resident.leases.get(kind);
      const kept = given.find(({ name }) => name === before?.name);
      const now = kept ?? given[0];
      if (now === undefined) continue;
      resident.leases.set(kind, { name: now.name, until: event.at + 1_000 * now.valid });
      if (before === undefined || event.at < from || event.at > until) continue;
      longestOutage = Math.max(longestOutage, (event.at - Math.max(before.until, from)) / 1_000);
      if (kept === undefined) {
        changed.push({ client: event.client, from: before.name, to: now.name, at: event.at });
        hurt.add(event.client);
      } else {
        leastLeft = Math.min(leastLeft, (before.until - event.at) / 1_000);
      }
    }
  };

  for (const event of events) {
    if (!('stream' in event) || event.stream !== 'resident') continue;
    const resident = residents.get(event.client) ?? { leases: new Map<string, { name: string; until: number }>() };
    residents.set(event.client, resident);
    if (event.event === 'reply' && event.used) noteReply(event, resident);
    if (event.event === 'expired') noteEnd(resident, event.lease, event.at);
    if (event.event === 'expired' && event.at >= from && event.at <= until) {
      expired += 1;
      hurt.add(event.client);
    }
  }
  // Who is still without a lease at the end.
  for (const { leases } of residents.values()) {
    for (const lease of leases.values()) longestOutage = Math.max(longestOutage, (until - Math.max(lease.until, from)) / 1_000);
  }
  return { changed, expired, residentsHurt: hurt.size, longestOutage: Math.max(0, longestOutage), leastLeft };
}

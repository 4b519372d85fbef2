/**
 * What this box is to the hosts of its links as a router, beside its partner: the better one, the other one, or one that hosts are to
 * leave (RFC 4191 sections 2.1 and 2.2; RFC 4861 section 6.2.5; R-LH6). Both boxes come to it by themselves from what each knows
 * of the two, and agree without a word.
 */
import type { Failover, LinkReport, RelationshipView } from '../failover/index.ts';
import { createLastingRank, linkRank } from '../health/index.ts';
import type { LastingRank, LinkRank } from '../health/index.ts';
import type { ServerConfiguration } from '../server/index.ts';
import { PORT_EVIDENCE } from '../wire/index.ts';
import type { MonotonicMs } from '../wire/index.ts';

/** As in router advertisements (RFC 4191 section 2.1). */
export type RouterPreference = 'high' | 'medium' | 'low';

export interface RouterStanding {
  readonly link: string;
  readonly preference: RouterPreference;
  /** What hosts send to this box gets no further, the partner is there for them, and they can be told. */
  readonly isLeft: boolean;
}

/** Whether the partner lives on a link by what is heard there; unknown: it was not heard since the start of this box. */
export type PartnerOnLink = 'heard' | 'silent' | 'unknown';

export interface RouterStandings {
  configure(configuration: Pick<ServerConfiguration, 'links'>): void;
  /**
   * @param reports this box's own verdicts; none before the first word of the kernel
   * @returns what it is now, where that has changed
   */
  look(reports: readonly LinkReport[], now: MonotonicMs): readonly RouterStanding[] | undefined;
  /** When to look though nothing has happened. */
  wakeAt(): number;
}

export interface RouterStandingsParameters {
  readonly configuration: Pick<ServerConfiguration, 'links'>;
  readonly failover: Pick<Failover, 'relationship'>;
  readonly partnerOn: (link: string, now: MonotonicMs) => PartnerOnLink;
}

interface Ranks {
  readonly own: LastingRank;
  readonly partner: LastingRank;
}

export function createRouterStandings({ configuration, failover, partnerOn }: RouterStandingsParameters): RouterStandings {
  let relationshipOf = relationshipsByLink(configuration);
  const ranks = new Map<string, Ranks>();
  let standings: readonly RouterStanding[] = [];
  let dueAt = Infinity;

  const ranksOf = (link: string): Ranks => {
    let known = ranks.get(link);
    if (known === undefined) ranks.set(link, (known = { own: createLastingRank(), partner: createLastingRank() }));
    return known;
  };

  /** By what it says of itself; where it says nothing, by whether it is heard at all. */
  const partnerRank = (view: RelationshipView, link: string, now: MonotonicMs): LinkRank | undefined => {
    if (view.communications === 'ok') return linkRank(view.links.find((one) => one.link === link)?.partnerVerdict ?? 0);
    const heard = partnerOn(link, now);
    return heard === 'unknown' ? undefined : heard === 'heard' ? 2 : 0;
  };

  const standingOf = ({ link, verdict, evidence }: LinkReport, now: MonotonicMs): RouterStanding | undefined => {
    const own = linkRank(verdict);
    if (own === undefined) return undefined;
    const view = failover.relationship(relationshipOf.get(link) ?? '');
    if (view === undefined) return { link, preference: 'medium', isLeft: false };
    const { own: ownLasting, partner: partnerLasting } = ranksOf(link);
    const partner = partnerRank(view, link, now);
    const mine = ownLasting.see(own, now);
    // Of a partner that nobody knows anything of nothing is held against this box.
    const other = partner === undefined ? mine : partnerLasting.see(partner, now);
    dueAt = Math.min(dueAt, ownLasting.changesAt(), partner === undefined ? Infinity : partnerLasting.changesAt());
    // A port that is dead can't say so.
    const isDeaf = own === 0 && (evidence & PORT_EVIDENCE) === 0;
    const isRelieved = partner !== undefined && partner > 0;
    return { link, preference: preferenceOf(mine, other, view.role === 'primary'), isLeft: isRelieved && (isDeaf || view.held === 'handover') };
  };

  return {
    configure(next) {
      relationshipOf = relationshipsByLink(next);
      for (const link of ranks.keys()) if (!relationshipOf.has(link)) ranks.delete(link);
    },
    look(reports, now) {
      dueAt = Infinity;
      const next = reports.flatMap((report) => standingOf(report, now) ?? []);
      if (isSame(standings, next)) return undefined;
      standings = next;
      return standings;
    },
    wakeAt: () => dueAt,
  };
}

/** Where nothing tells the two apart hosts go by the primary, so that what they send and what comes back goes one way. */
function preferenceOf(own: LinkRank, partner: LinkRank, isPrimary: boolean): RouterPreference {
  if (own > partner) return 'high';
  return own === partner && isPrimary ? 'medium' : 'low';
}

function relationshipsByLink({ links }: Pick<ServerConfiguration, 'links'>): ReadonlyMap<string, string> {
  return new Map(links.flatMap(({ name, relationship }) => (relationship === undefined ? [] : [[name, relationship] as const])));
}

function isSame(before: readonly RouterStanding[], next: readonly RouterStanding[]): boolean {
  return (
    before.length === next.length &&
    next.every(({ link, preference, isLeft }, i) => {
      const twin = before[i];
      return twin?.link === link && twin.preference === preference && twin.isLeft === isLeft;
    })
  );
}

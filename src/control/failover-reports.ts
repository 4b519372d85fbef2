/** The failover relationships of a running daemon as an operator reads them. */
import { endpointStateName, stateDiagram } from '../failover/index.ts';
import type { LinkOpinion, LinkView, RelationshipConfiguration, RelationshipView } from '../failover/index.ts';
import { formatAddress } from '../wire/index.ts';
import type { DifferenceReport, LinkHealthReport, LoadBalancingReport, RelationshipReport, SharedPoolReport, StateReport, VerdictReport } from './failover-protocol.ts';
import { isoTime, isoTimeOrNone } from './iso-time.ts';
import { numberedPools } from '../server/index.ts';
import { describePool } from './pool-text.ts';
import type { Subject } from './subject.ts';

export function reportFailover(subject: Subject): readonly RelationshipReport[] {
  return subject.relationships.flatMap((configuration) => {
    const view = subject.appliance.failover.relationship(configuration.name);
    return view === undefined ? [] : [reportRelationship(subject, configuration, view)];
  });
}

/** @returns the states of the machine with the current one marked, or why there are none */
export function reportStates(subject: Subject, relationship: string): readonly StateReport[] | string {
  const view = subject.appliance.failover.relationship(relationship);
  if (view === undefined) return noRelationship(subject, relationship);
  return stateDiagram(view.role, view.split?.buckets !== undefined).map(({ state, name, serving, ways }) => ({
    state: name,
    serving,
    isCurrent: state === view.state,
    ways: ways.map(({ when, nextName, section }) => ({ when, next: nextName, section })),
  }));
}

/** As the boxes said when they met last. @returns why nothing is known */
export function reportDifferences(subject: Subject, relationship: string): readonly DifferenceReport[] | string {
  const view = subject.appliance.failover.relationship(relationship);
  if (view === undefined) return noRelationship(subject, relationship);
  if (view.communications !== 'ok' && view.differences.length === 0) return `${view.partnerName} is not connected: what it has is not known`;
  return view.differences;
}

export function noRelationship({ relationships }: Subject, name: string): string {
  const names = relationships.map((relationship) => relationship.name);
  return names.length === 0
    ? 'this box has no partner: the provisioning file names it in no relationship'
    : `there is no relationship "${name}", only: ${names.join(', ')}`;
}

function reportRelationship(
  subject: Subject,
  configuration: RelationshipConfiguration,
  view: RelationshipView,
): RelationshipReport {
  const { unacked, waiting, isDone, scanned, refused } = view.updates;
  const isWaiting = view.waitUntil !== undefined;
  return {
    name: view.name,
    version: subject.version,
    role: view.role,
    state: endpointStateName(view.state),
    since: isoTime(view.since),
    why: view.why,
    serving: view.responsiveness.name,
    partner: {
      name: view.partnerName,
      version: view.partnerVersion,
      address: formatAddress(configuration.partnerAddress),
      state: view.partnerState === 0 ? undefined : endpointStateName(view.partnerState),
      since: isoTimeOrNone(view.partnerSince),
      lastContact: isoTimeOrNone(view.lastContact),
      ...view.onLan,
    },
    communications: view.communications,
    secure: !configuration.insecure,
    links: configuration.links,
    linkHealth: view.links.map(reportLinkHealth),
    relayed: { toPartner: view.relayCounters.relayedToPartner, fromPartner: view.relayCounters.relayedFromPartner },
    loadBalancing: reportLoadBalancing(view),
    mclt: view.mclt,
    clockSkew: view.skew,
    updates: { unacked, waiting, done: isDone, scanned, refused, received: view.updateCounters.leasesAccepted },
    asking: view.asking,
    held: view.held,
    waitUntil: isWaiting ? isoTimeOrNone(view.waitUntil) : undefined,
    partnerDownAt: isoTimeOrNone(view.partnerDownAt),
    pools: sharedPools(subject, configuration),
  };
}

function reportLoadBalancing({ split, responsiveness }: RelationshipView): LoadBalancingReport | undefined {
  if (split === undefined) return undefined;
  const { buckets: hashBuckets, problem, delayedService } = split;
  return { hashBuckets, inForce: responsiveness.share !== undefined, problem, delayedService };
}

export function reportLinkHealth({ link, own, partner, isRelayed }: LinkView): LinkHealthReport {
  return { link, own: reportOpinion(own), partner: reportOpinion(partner), relaying: isRelayed };
}

function reportOpinion(opinion: LinkOpinion | undefined): VerdictReport | undefined {
  return opinion === undefined ? undefined : { ...opinion, since: isoTime(opinion.since) };
}

function sharedPools(subject: Subject, { pools }: RelationshipConfiguration): readonly SharedPoolReport[] {
  const { leases } = subject.appliance;
  return numberedPools(subject.configuration().links).flatMap(({ pool }, number): SharedPoolReport[] => {
    if (!pools.includes(number)) return [];
    const known = leases.pools.pool(number);
    return [{ ...describePool(pool), primary: known.available('primary'), secondary: known.available('secondary') }];
  });
}

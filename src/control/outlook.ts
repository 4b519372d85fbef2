/** What would become of the leases of a relationship if the partner died now. */
import { setImmediate as breathe } from 'node:timers/promises';
import { EndpointState } from '../failover/index.ts';
import type { RelationshipConfiguration, RelationshipView } from '../failover/index.ts';
import { BindingStatus, LeaseKind, NO_SLOT } from '../lease/index.ts';
import { linkFinder } from '../server/index.ts';
import type { EpochSeconds } from '../wire/index.ts';
import type { OutlookReport } from './failover-protocol.ts';
import { noRelationship } from './failover-reports.ts';
import { isoTime } from './iso-time.ts';
import type { Subject } from './subject.ts';

/** Leases that are looked at before the daemon goes on with its work: a millisecond or two. */
const SLICE = 5_000;

/** Looks at every lease, some at a time. @returns the outlook, or why there is none */
export async function reportOutlook(subject: Subject, name: string): Promise<OutlookReport | string> {
  const { failover, leases } = subject.appliance;
  const configuration = subject.relationships.find((relationship) => relationship.name === name);
  const view = failover.relationship(name);
  if (configuration === undefined || view === undefined) return noRelationship(subject, name);
  const { records } = leases;
  const linkOf = linkFinder(leases, subject.configuration().links);
  const service = serviceAlone(view);
  const counts = { keep: 0, wait: 0, lose: 0, untold: 0 };
  const count = (slot: number): boolean => {
    if (!leases.isShared(slot) || linkOf(slot)?.relationship !== name) return false;
    if (records.updateNeeded(slot)) counts.untold++;
    if (records.status(slot) !== BindingStatus.ACTIVE) return false;
    counts[service.fate(records.stateExpirationTime(slot), isPartnersClient(slot))]++;
    return false;
  };
  const isPartnersClient = (slot: number): boolean =>
    records.partnerRawCltTime(slot) > records.clientLastTransactionTime(slot);

  const nobody: number[] = [];
  for (let after = leases.slotsFrom(NO_SLOT, SLICE, count, nobody); after !== NO_SLOT; ) {
    await breathe();
    after = leases.slotsFrom(after, SLICE, count, nobody);
  }
  return { ...counts, serves: service.serves, servesFrom: service.from, ...roomAlone(subject, configuration, view) };
}

type Fate = 'keep' | 'wait' | 'lose';

interface Service {
  readonly serves: OutlookReport['serves'];
  readonly from: string | undefined;
  /** @param end of the lease @param isPartners the client had its last answer from the partner */
  fate(end: EpochSeconds, isPartners: boolean): Fate;
}

/** How this box would answer clients if communications failed now and stayed so (RFC 8156 section 8). */
function serviceAlone({ state, held, waitUntil }: RelationshipView): Service {
  const operator: Service = { serves: 'operator', from: undefined, fate: () => 'wait' };
  if (held === 'handover') return operator;
  switch (state) {
    case EndpointState.NORMAL:
    case EndpointState.COMMUNICATIONS_INTERRUPTED:
    case EndpointState.PARTNER_DOWN:
    case EndpointState.RESOLUTION_INTERRUPTED:
    case EndpointState.CONFLICT_DONE:
    // It becomes RESOLUTION-INTERRUPTED (section 8.10.2).
    case EndpointState.POTENTIAL_CONFLICT:
      // A Renew names its server; only a Rebind, from T2 on, is for this one (RFC 9915 sections 18.2.4, 18.2.5).
      return { serves: 'now', from: undefined, fate: (_, isPartners) => (isPartners ? 'wait' : 'keep') };
    case EndpointState.RECOVER_WAIT:
      if (waitUntil === undefined) return operator;
      return { serves: 'later', from: isoTime(waitUntil), fate: (end) => (end <= waitUntil ? 'lose' : 'wait') };
    // RECOVER-DONE answers who knows this box, and gives nothing new; the others lead nowhere without the partner.
    case EndpointState.RECOVER_DONE:
      return { ...operator, fate: (_, isPartners) => (isPartners ? 'wait' : 'keep') };
    case EndpointState.STARTUP:
    case EndpointState.RECOVER:
      return operator;
  }
}

function roomAlone(
  { appliance }: Subject,
  { pools }: RelationshipConfiguration,
  { role }: RelationshipView,
): Pick<OutlookReport, 'newAddresses' | 'newPrefixes' | 'partnerPrefixes'> {
  const room = { newAddresses: 0, newPrefixes: 0, partnerPrefixes: 0 };
  for (const number of pools) {
    const pool = appliance.leases.pools.pool(number);
    const own = pool.available(role);
    if (pool.space.kind === LeaseKind.IA_NA) room.newAddresses += own;
    else {
      room.newPrefixes += own;
      room.partnerPrefixes += pool.available(role === 'primary' ? 'secondary' : 'primary');
    }
  }
  return room;
}

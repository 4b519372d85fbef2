/** What a careful operator does: accepts what was lost when no client can hold it any more, and decides where no box may. */
import { EndpointState } from '../../../src/failover/index.ts';
import type { FailoverCommand, Role } from '../../../src/failover/index.ts';
import type { Box } from '../box/running-box.ts';
import type { FaultSurroundings } from './fault-surroundings.ts';

export interface Operator {
  tell(box: Box, command: FailoverCommand): void;
  acceptLossLater(box: Box): void;
  watchOldCopy(box: Box): void;
  /** A box came back without what it had seen of its partners: an old copy of theirs that was not found out yet is found out by nobody. */
  forgetsSightings(box: Box): void;
  /** The boxes are left to themselves; some time later whatever needs a word of his gets it. */
  settleAll(): void;
}

/** A lease that was forgotten is over by then, whatever was promised last. */
const MARGIN_MS = 10_000;
/** A box that starts hears its partner within this, or serves without it: its startup time is five seconds. */
const MEETING_MS = 4_900;
/** Boxes that have not come together by themselves by then never will. */
const PATIENCE_MS = 200_000;
const SECOND_TRY_MS = 15_000;
/** Behind his word the boxes have met and serve; who asked in vain all the time waits for minutes by then. */
const SERVING_MS = 30_000;

const RECOVERING: readonly EndpointState[] = [EndpointState.RECOVER, EndpointState.RECOVER_WAIT, EndpointState.RECOVER_DONE];

export function createOperator({ queue, oracle, endpoints, sightings, boxes, hurryClients, validMs }: FaultSurroundings): Operator {
  const lossSeenMs = new Map<Box, number>();

  const tell = (box: Box, command: FailoverCommand): void => {
    for (const { relationship } of box.run?.partners ?? []) box.failoverCommand(relationship, command);
  };

  /** Boxes with an old copy that may not have met their partners yet. */
  const maybeUndetected = new Set<Box>();

  /** Neither has the leases: somebody has to say that it begins anew. The primary is asked first. */
  const decide = (role: Role): void => {
    for (const box of boxes) {
      for (const view of box.run?.appliance.failover.relationships ?? []) {
        if (view.role !== role || !RECOVERING.includes(view.state)) continue;
        const partner = boxes.find(({ plan }) => plan.name === view.partnerName)?.run?.appliance.failover.relationship(view.name);
        if (partner !== undefined && !RECOVERING.includes(partner.state)) continue;
        box.failoverCommand(view.name, 'force-partner-down');
        queue.after(SERVING_MS, hurryClients);
      }
    }
  };

  return {
    tell,
    acceptLossLater(box) {
      if (box.disk.lost === 'none') return;
      const start = queue.nowMs;
      lossSeenMs.set(box, start);
      queue.after(validMs + MARGIN_MS, () => {
        // More may have been lost since: his patience with that begins anew.
        if (box.disk.lost !== 'none' && lossSeenMs.get(box) === start) box.acceptStorage();
      });
    },
    watchOldCopy(box) {
      const { run } = box;
      const { name } = box.plan;
      const isSeen = sightings.isOld(box);
      endpoints.restored(!isSeen);
      if (run?.partners.length === 0 || !isSeen) oracle.servesFromOldCopy(name);
      maybeUndetected.add(box);
      queue.after(MEETING_MS, () => {
        if (box.run === run) maybeUndetected.delete(box);
        const views = run?.appliance.failover.relationships ?? [];
        if (box.run !== run || views.some((view) => view.communications !== 'ok')) oracle.servesFromOldCopy(name);
      });
    },
    forgetsSightings(box) {
      for (const { run, plan } of maybeUndetected) {
        if (run?.partners.some(({ partner }) => partner === box.plan.name) === true) oracle.servesFromOldCopy(plan.name);
      }
    },
    settleAll() {
      for (const box of boxes) tell(box, 'resume');
      queue.after(PATIENCE_MS, () => {
        decide('primary');
      });
      queue.after(PATIENCE_MS + SECOND_TRY_MS, () => {
        decide('secondary');
      });
    },
  };
}

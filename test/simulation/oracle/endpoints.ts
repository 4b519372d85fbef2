/**
 * Watches the failover endpoints of all boxes from outside: which states they go through, who answers clients in them, whether
 * the two of a relationship come together again, and whether they agree then.
 */
import { EndpointState, endpointStateName } from '../../../src/failover/index.ts';
import type { RelationshipView } from '../../../src/failover/index.ts';
import { MessageType, pearsonHash } from '../../../src/wire/index.ts';
import type { Box, BoxRun } from '../box/running-box.ts';
import type { ServerAnswer } from '../client/reply.ts';
import type { BoxName, LinkName } from '../schedule/schedule.ts';
import type { Variant } from '../schedule/variants.ts';
import type { Trace } from '../trace/trace.ts';
import type { Named } from '../world/lease-key.ts';
import { disagreement } from './agreement.ts';
import { REPLY_DELAY_MAX_MS } from './oracle.ts';
import type { AnsweringBox } from './oracle.ts';
import { isReachable } from './transitions.ts';
import { Violation } from './violation.ts';

export interface EndpointWatch {
  starts(run: BoxRun): void;
  stepped(run: BoxRun): void;
  /** It answers nobody there in the state that its endpoint is in. */
  isSilent(box: Box, link: LinkName): boolean;
  /** What limits the lifetimes of an answer, for the oracle. */
  limitedBy(box: Box, link: LinkName): AnsweringBox['limitedBy'];
  /** It gives nothing to anybody before MCLT has passed: what it writes as free is nobody's yet. */
  isRecovering(box: Box): boolean;
  /** When the box gave lifetimes without a limit last; -Infinity: never. */
  unlimitedMs(box: Box): number;
  /** @param asked the type of the message that it answers, if that is known */
  checkAnswer(answer: ServerAnswer, box: Box, link: LinkName, asked: number | undefined): void;
  /** Since when the endpoints of all boxes have been in NORMAL; undefined while one is not, or a box lacks records. */
  inStepSince(): number | undefined;
  /** A box came back with an old copy of its disk; `unnoticed`: no partner saw what it lost, and nobody will ever tell it. */
  restored(unnoticed: boolean): void;
  /** Partners that have nothing to tell each other now agree. */
  checkRest(): void;
  /** All is well for long enough. */
  checkEnd(): void;
}

export interface EndpointWatchParameters {
  readonly nowMs: () => number;
  readonly trace: Trace;
  readonly boxes: readonly Box[];
  readonly variant: Variant;
  readonly coverage: { readonly transition: (from: EndpointState, to: EndpointState) => void };
  /** A clock restarted without the time. */
  readonly clocksWereOff: () => boolean;
  /** What two boxes that agree tell requestors of these links otherwise. */
  readonly toldOtherwise: (first: BoxRun, second: BoxRun, links: readonly LinkName[]) => string | undefined;
  /** Two boxes serve as if alone. */
  readonly conflict: () => void;
  /** What one of two boxes that both served promised of these leases, nobody knows any more. */
  readonly forgotten: (leases: readonly Named[]) => void;
}

interface Watched {
  readonly view: RelationshipView;
  state: EndpointState;
  sinceMs: number;
  /** When lifetimes were without a limit last. */
  unlimitedMs: number;
  /** Since when the partner's last word is that it is in NORMAL; undefined: it is not. */
  partnerNormalSinceMs: number | undefined;
}

const { STARTUP, NORMAL, COMMUNICATIONS_INTERRUPTED, PARTNER_DOWN, POTENTIAL_CONFLICT, RECOVER, RECOVER_WAIT, RESOLUTION_INTERRUPTED, CONFLICT_DONE } = EndpointState;
const SILENT: readonly EndpointState[] = [STARTUP, POTENTIAL_CONFLICT, RECOVER, RECOVER_WAIT];
const SERVING_BESIDE_PARTNER: readonly EndpointState[] = [COMMUNICATIONS_INTERRUPTED, RESOLUTION_INTERRUPTED, CONFLICT_DONE];
const SERVING_APART: readonly EndpointState[] = [...SERVING_BESIDE_PARTNER, PARTNER_DOWN];

/** Those that name no server: where two boxes divide the clients the owner answers them, and nobody else. */
const FOR_ALL_SERVERS: readonly number[] = [MessageType.SOLICIT, MessageType.REBIND, MessageType.CONFIRM];

/** Two boxes that read the same file have read it by then, and met by it. */
const FILES_MEET_MS = 30_000;

/** What was under way when NORMAL began is over. */
const REST_MS = 15_000;

export function createEndpointWatch({ nowMs, trace, boxes, variant, coverage, clocksWereOff, toldOtherwise, conflict, forgotten }: EndpointWatchParameters): EndpointWatch {
  const watched = new Map<BoxRun, readonly Watched[]>();
  const unlimited = new Map<BoxName, number>();
  let oldRecords = false;
  let isUnnoticed = false;
  /** When a box was last seen to be down, or to lack records. */
  let lackingMs = 0;

  const partnerOf = (run: BoxRun, view: RelationshipView): BoxRun | undefined => {
    const partner = boxes.find(({ plan }) => plan.name === view.partnerName);
    return partner?.run === run ? undefined : partner?.run;
  };
  /**
   * What a partner gave alone stands while it does not run, or is only starting and not met yet, and a box that comes back then can't hear of it (section 8.3.2, step 6), nor
   * one that starts for the first time where the configuration says that it may begin alone (step 1).
   */
  const lastStateOfPartner = ({ name, partnerName }: RelationshipView): EndpointState | 0 | undefined => {
    const partner = boxes.find(({ plan }) => plan.name === partnerName);
    const state = partner?.run?.appliance.failover.relationship(name)?.state;
    return state === undefined || state === STARTUP ? partner?.disk.endpoints.get(name)?.state : state;
  };
  const viewOn = (run: BoxRun, link: LinkName): RelationshipView | undefined => {
    const configured = variant.boxOf(run.box.plan.name).relationships.find(({ links }) => links.includes(link));
    return configured === undefined ? undefined : run.appliance.failover.relationship(configured.name);
  };
  const known = (run: BoxRun, view: RelationshipView): Watched | undefined => watched.get(run)?.find((one) => one.view === view);

  const changed = (run: BoxRun, before: Watched): void => {
    const { view } = before;
    const { name } = run.box.plan;
    if (trace.isOn) trace.note(name, `${view.name}: ${endpointStateName(before.state)} -> ${endpointStateName(view.state)}, ${view.why}`);
    if (!isReachable(before.state, view.state)) {
      throw new Violation('transition-not-in-the-table', `${name} goes from ${endpointStateName(before.state)} to ${endpointStateName(view.state)}`);
    }
    coverage.transition(before.state, view.state);
    if (view.state === PARTNER_DOWN) {
      const partner = partnerOf(run, view);
      const other = partner?.appliance.failover.relationship(view.name);
      if (other !== undefined && !SILENT.includes(other.state)) conflict();
    }
    // Behind RECOVER there is RECOVER-WAIT; a conflict is settled by what is on record.
    const { lost } = run.box.disk;
    if (view.state === POTENTIAL_CONFLICT && typeof lost !== 'string') forgotten(lost);
    // A conflict that may be is not settled, and both serve all the same (section 8.11).
    if (view.state === RESOLUTION_INTERRUPTED) conflict();
    before.state = view.state;
    before.sinceMs = nowMs();
  };

  /** Where the two divide the clients nobody answers the other one's; but the primary does as long as it may be the only one to do so. */
  const checkOwner = ({ rapidCommit, client }: ServerAnswer, run: BoxRun, { view, partnerNormalSinceMs }: Watched, link: LinkName, where: string): void => {
    const buckets = variant.primaryBuckets;
    if (buckets === undefined) return;
    const hash = pearsonHash(variant.identityOf(client, link));
    const both = [run.box, ...boxes.filter(({ plan }) => plan.name === view.partnerName)];
    const areFilesSame = both.every(({ file, fileSinceMs }) => file === run.box.file && nowMs() - fileSinceMs > FILES_MEET_MS);
    const owners = (areFilesSame ? [run.box.file] : (['first', 'second'] as const)).map((file) => (hash < buckets[file] ? 'primary' : 'secondary'));
    // Where the two are configured differently the clients are not divided, and the primary answers all of them.
    if (owners.includes(view.role) || (view.role === 'primary' && !areFilesSame)) return;
    const mayBeAlone = view.role === 'primary' && !rapidCommit && nowMs() - (partnerNormalSinceMs ?? nowMs()) <= REPLY_DELAY_MAX_MS;
    if (!mayBeAlone) throw new Violation('answered-out-of-turn', `${where} answers a client of its partner's`);
  };

  const checkTold = (first: BoxRun, second: BoxRun, view: RelationshipView): void => {
    // A box that lacks records refuses.
    if (!variant.hasLeasequery || [first, second].some(({ box: { disk } }) => disk.lost !== 'none')) return;
    const links = variant.boxOf(first.box.plan.name).relationships.find(({ name }) => name === view.name)?.links ?? [];
    const difference = toldOtherwise(first, second, links as readonly LinkName[]);
    if (difference !== undefined) throw new Violation('leasequery-answers-differ', `${view.name}: ${difference}`);
  };

  const checkPair = (first: BoxRun, second: BoxRun, view: RelationshipView): void => {
    const other = second.appliance.failover.relationship(view.name);
    if (view.state !== NORMAL || other?.state !== NORMAL) {
      throw new Violation('not-normal-again', `${view.name}: ${endpointStateName(view.state)} and ${endpointStateName(other?.state ?? 0)} long after all is well`);
    }
    if (isUnnoticed) return;
    const pools = variant.boxOf(first.box.plan.name).relationships.find(({ name }) => name === view.name)?.pools ?? [];
    const difference = disagreement(first, second, pools, { untold: false, oldRecords: false, clocksWereOff: clocksWereOff() });
    if (difference !== undefined) throw new Violation('tables-disagree', `${view.name}: ${difference}`);
    checkTold(first, second, view);
  };

  const isAtRest = (run: BoxRun, view: RelationshipView): boolean =>
    view.state === NORMAL &&
    view.communications === 'ok' &&
    !run.hasCommitInFlight &&
    view.updates.isDone &&
    view.updates.deferred === 0 &&
    view.updates.refused === 0 &&
    nowMs() - (known(run, view)?.sinceMs ?? nowMs()) > REST_MS;

  const forEachPair = (visit: (run: BoxRun, partner: BoxRun, view: RelationshipView) => void): void => {
    for (const { run } of boxes) {
      for (const view of run?.appliance.failover.relationships ?? []) {
        const partner = run === undefined ? undefined : partnerOf(run, view);
        if (run !== undefined && partner !== undefined) visit(run, partner, view);
      }
    }
  };

  return {
    starts(run) {
      watched.set(run, run.appliance.failover.relationships.map((view) => ({ view, state: view.state, sinceMs: nowMs(), unlimitedMs: -Infinity, partnerNormalSinceMs: undefined })));
    },
    stepped(run) {
      for (const before of watched.get(run) ?? []) {
        const { view } = before;
        if (!view.responsiveness.limited) {
          before.unlimitedMs = nowMs();
          unlimited.set(run.box.plan.name, nowMs());
        }
        before.partnerNormalSinceMs = view.partnerState === NORMAL ? (before.partnerNormalSinceMs ?? nowMs()) : undefined;
        if (before.state === view.state) continue;
        changed(run, before);
        if (lastStateOfPartner(view) === PARTNER_DOWN && SERVING_APART.includes(view.state)) conflict();
      }
    },
    limitedBy(box, link) {
      const { run } = box;
      const view = run === undefined ? undefined : viewOn(run, link);
      if (run === undefined || view === undefined) return undefined;
      const unlimitedMs = known(run, view)?.unlimitedMs ?? -Infinity;
      if (!view.responsiveness.limited || nowMs() - unlimitedMs <= REPLY_DELAY_MAX_MS) return undefined;
      return { partner: view.partnerName as Box['plan']['name'], mcltSeconds: view.mclt };
    },
    isSilent(box, link) {
      const view = box.run === undefined ? undefined : viewOn(box.run, link);
      return view !== undefined && SILENT.includes(view.state);
    },
    unlimitedMs: ({ plan }) => unlimited.get(plan.name) ?? -Infinity,
    isRecovering: ({ run }) => run?.appliance.failover.relationships.some(({ state }) => state === RECOVER || state === RECOVER_WAIT) ?? false,
    checkAnswer(answer, { run, plan }, link, asked) {
      const view = run === undefined ? undefined : viewOn(run, link);
      const own = run === undefined || view === undefined ? undefined : known(run, view);
      if (run === undefined || view === undefined || own === undefined || nowMs() - own.sinceMs <= REPLY_DELAY_MAX_MS) return;
      const where = `${plan.name} in ${endpointStateName(own.state)}`;
      if (SILENT.includes(own.state)) throw new Violation('answered-out-of-turn', `${where} answers a client`);
      if (own.state === NORMAL && (asked === undefined ? answer.type === MessageType.ADVERTISE || answer.rapidCommit : FOR_ALL_SERVERS.includes(asked))) checkOwner(answer, run, own, link, where);
      if (own.state === NORMAL && variant.primaryBuckets === undefined && view.role === 'secondary' && answer.type === MessageType.ADVERTISE) {
        throw new Violation('answered-out-of-turn', `${where}, the secondary, answers a Solicit`);
      }
      if (answer.rapidCommit && SERVING_BESIDE_PARTNER.includes(own.state)) {
        throw new Violation('answered-out-of-turn', `${where} commits at once, where its partner may do so as well`);
      }
    },
    inStepSince() {
      // A box by itself has no state that tells since when it has served everybody.
      if (boxes.some(({ run, disk }) => run === undefined || disk.lost !== 'none')) lackingMs = nowMs();
      let since = lackingMs;
      for (const { run, disk } of boxes) {
        if (run === undefined || disk.lost !== 'none') return undefined;
        for (const { view, state, sinceMs } of watched.get(run) ?? []) {
          if (state !== NORMAL || view.communications !== 'ok') return undefined;
          since = Math.max(since, sinceMs);
        }
      }
      return since;
    },
    restored(unnoticed) {
      oldRecords = true;
      isUnnoticed ||= unnoticed;
    },
    checkRest() {
      if (isUnnoticed) return;
      forEachPair((run, partner, view) => {
        const other = partner.appliance.failover.relationship(view.name);
        if (!isAtRest(run, view) || other === undefined || !isAtRest(partner, other)) return;
        const pools = variant.boxOf(run.box.plan.name).relationships.find(({ name }) => name === view.name)?.pools ?? [];
        const difference = disagreement(run, partner, pools, { untold: true, oldRecords, clocksWereOff: clocksWereOff() });
        if (difference !== undefined) throw new Violation('tables-disagree', `${view.name}: ${difference}, and nobody has to tell anything`);
        checkTold(run, partner, view);
      });
    },
    checkEnd() {
      forEachPair(checkPair);
    },
  };
}

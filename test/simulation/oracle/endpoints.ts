/**
 * Watches the failover endpoints of all boxes from outside: which states they go through, who answers clients in them, whether
 * the two of a relationship come together again, and whether they agree then.
 */
import { EndpointState, endpointStateName } from '../../../src/failover/index.ts';
import type { RelationshipView } from '../../../src/failover/index.ts';
import { BindingStatus, LeaseKind } from '../../../src/lease/index.ts';
import type { Binding } from '../../../src/lease/index.ts';
import { MessageType } from '../../../src/wire/index.ts';
import type { Box, BoxRun } from '../box/running-box.ts';
import type { ServerAnswer } from '../client/reply.ts';
import type { LinkName } from '../schedule/schedule.ts';
import type { Variant } from '../schedule/variants.ts';
import type { Trace } from '../trace/trace.ts';
import { leaseName } from '../world/lease-key.ts';
import type { Named } from '../world/lease-key.ts';
import { REPLY_DELAY_MAX_MS } from './oracle.ts';
import type { AnsweringBox } from './oracle.ts';
import { isReachable } from './transitions.ts';
import { Violation } from './violation.ts';

export interface EndpointWatch {
  starts(run: BoxRun): void;
  stepped(run: BoxRun): void;
  /** What limits the lifetimes of an answer, for the oracle. */
  limitedBy(box: Box, link: LinkName): AnsweringBox['limitedBy'];
  /** It gives nothing to anybody before MCLT has passed: what it writes as free is nobody's yet. */
  isRecovering(box: Box): boolean;
  checkAnswer(answer: ServerAnswer, box: Box, link: LinkName): void;
  /** Since when the endpoints of all boxes have been in NORMAL; undefined while one is not, or a box lacks records. */
  inStepSince(): number | undefined;
  /** All is well for long enough. */
  checkEnd(): void;
}

export interface EndpointWatchParameters {
  readonly nowMs: () => number;
  readonly trace: Trace;
  readonly boxes: readonly Box[];
  readonly variant: Variant;
  readonly coverage: { readonly transition: (from: EndpointState, to: EndpointState) => void };
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
}

const { STARTUP, NORMAL, COMMUNICATIONS_INTERRUPTED, PARTNER_DOWN, POTENTIAL_CONFLICT, RECOVER, RECOVER_WAIT, RESOLUTION_INTERRUPTED, CONFLICT_DONE } = EndpointState;
const SILENT: readonly EndpointState[] = [STARTUP, POTENTIAL_CONFLICT, RECOVER, RECOVER_WAIT];
const SERVING_BESIDE_PARTNER: readonly EndpointState[] = [COMMUNICATIONS_INTERRUPTED, RESOLUTION_INTERRUPTED, CONFLICT_DONE];

export function createEndpointWatch({ nowMs, trace, boxes, variant, coverage, conflict, forgotten }: EndpointWatchParameters): EndpointWatch {
  const watched = new Map<BoxRun, readonly Watched[]>();

  const partnerOf = (run: BoxRun, view: RelationshipView): BoxRun | undefined => {
    const partner = boxes.find(({ plan }) => plan.name === view.partnerName);
    return partner?.run === run ? undefined : partner?.run;
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
    before.state = view.state;
    before.sinceMs = nowMs();
  };

  const checkPair = (first: BoxRun, second: BoxRun, view: RelationshipView): void => {
    const other = second.appliance.failover.relationship(view.name);
    if (view.state !== NORMAL || other?.state !== NORMAL) {
      throw new Violation('not-normal-again', `${view.name}: ${endpointStateName(view.state)} and ${endpointStateName(other?.state ?? 0)} long after all is well`);
    }
    const pools = variant.boxOf(first.box.plan.name).relationships.find(({ name }) => name === view.name)?.pools ?? [];
    const firsts = bindingsOf(first, (pool) => pools.includes(pool));
    const seconds = bindingsOf(second, () => true);
    for (const [name, binding] of firsts) {
      const difference = differenceOf(binding, seconds.get(name));
      if (difference !== undefined) throw new Violation('tables-disagree', `${view.name}: ${name}: ${difference}`);
    }
  };

  return {
    starts(run) {
      watched.set(run, run.appliance.failover.relationships.map((view) => ({ view, state: view.state, sinceMs: nowMs(), unlimitedMs: -Infinity })));
    },
    stepped(run) {
      for (const before of watched.get(run) ?? []) {
        const { view } = before;
        if (!view.responsiveness.limited) before.unlimitedMs = nowMs();
        if (before.state === view.state) continue;
        changed(run, before);
        const partner = partnerOf(run, view)?.appliance.failover.relationship(view.name);
        if (partner?.state === PARTNER_DOWN && SERVING_BESIDE_PARTNER.includes(view.state)) conflict();
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
    isRecovering: ({ run }) => run?.appliance.failover.relationships.some(({ state }) => state === RECOVER || state === RECOVER_WAIT) ?? false,
    checkAnswer(answer, { run, plan }, link) {
      const view = run === undefined ? undefined : viewOn(run, link);
      const own = run === undefined || view === undefined ? undefined : known(run, view);
      if (view === undefined || own === undefined || nowMs() - own.sinceMs <= REPLY_DELAY_MAX_MS) return;
      const where = `${plan.name} in ${endpointStateName(own.state)}`;
      if (SILENT.includes(own.state)) throw new Violation('answered-out-of-turn', `${where} answers a client`);
      if (own.state === NORMAL && view.role === 'secondary' && answer.type === MessageType.ADVERTISE) {
        throw new Violation('answered-out-of-turn', `${where}, the secondary, answers a Solicit`);
      }
      if (answer.rapidCommit && SERVING_BESIDE_PARTNER.includes(own.state)) {
        throw new Violation('answered-out-of-turn', `${where} commits at once, where its partner may do so as well`);
      }
    },
    inStepSince() {
      let since = 0;
      for (const { run, disk } of boxes) {
        if (run === undefined || disk.lost !== 'none') return undefined;
        for (const { view, state, sinceMs } of watched.get(run) ?? []) {
          if (state !== NORMAL || view.communications !== 'ok') return undefined;
          since = Math.max(since, sinceMs);
        }
      }
      return since;
    },
    checkEnd() {
      for (const { run } of boxes) {
        for (const view of run?.appliance.failover.relationships ?? []) {
          const partner = run === undefined ? undefined : partnerOf(run, view);
          if (run !== undefined && partner !== undefined) checkPair(run, partner, view);
        }
      }
    },
  };
}

/** What the boxes have to agree on: everything but what is free. */
function bindingsOf({ appliance: { leases } }: BoxRun, isCovered: (pool: number) => boolean): ReadonlyMap<string, Binding> {
  const found = new Map<string, Binding>();
  for (const slot of leases.page(undefined, Infinity, (candidate) => isCovered(leases.records.pool(candidate)))) {
    const binding = leases.read(slot);
    found.set(leaseName(binding), binding);
  }
  return found;
}

/** Clocks are a few seconds apart, and so are the ends that each reckons. */
const SAME_TIME_SECONDS = 6;

function differenceOf(a: Binding, b: Binding | undefined): string | undefined {
  const status = b?.status ?? BindingStatus.FREE;
  if (a.status !== status && !(isFree(a.status, a.kind) && isFree(status, a.kind))) return `status ${String(a.status)} and ${String(status)}`;
  if (a.status !== BindingStatus.ACTIVE || b === undefined) return undefined;
  if (!a.duid.every((octet, i) => octet === b.duid[i])) return 'two clients';
  if (a.iaid !== b.iaid) return `IAID ${String(a.iaid)} and ${String(b.iaid)}`;
  if (Math.abs(a.stateExpirationTime - b.stateExpirationTime) > SAME_TIME_SECONDS) {
    return `until ${String(a.stateExpirationTime)} and ${String(b.stateExpirationTime)}`;
  }
  return undefined;
}

/** Whose a free address is its number says; a free prefix belongs to one of the boxes, and both know to which. */
function isFree(status: BindingStatus, kind: number): boolean {
  return status === BindingStatus.FREE || (kind === LeaseKind.IA_NA && status === BindingStatus.FREE_BACKUP);
}

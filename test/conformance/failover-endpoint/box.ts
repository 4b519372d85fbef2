/** A box of which only failover runs: clock and stable storage are the test's. */
import assert from 'node:assert/strict';
import { endpointStateName } from '../../../src/failover/endpoint-state.ts';
import { createFailoverWith } from '../../../src/failover/failover.ts';
import type { Failover } from '../../../src/failover/failover.ts';
import type {
  ClockFacts,
  DatabaseFacts,
  EndpointRecord,
  FailoverCommand,
  FailoverEffect,
  FailoverEvent,
  RelationshipConfiguration,
  RelationshipView,
} from '../../../src/failover/index.ts';
import { LeaseTable } from '../../../src/lease/index.ts';
import { epochSeconds, monotonicMs } from '../../../src/wire/index.ts';
import type { Now } from '../../../src/wire/index.ts';
import { createUpdateFlow } from '../../../src/failover/updates/index.ts';
import { createQuietFlow } from './quiet-flow.ts';
import type { QuietFlow } from './quiet-flow.ts';
import { EPOCH, SERVER_IDS } from './settings.ts';
import { RIGHT_CLOCK } from '../../unit/appliance/right-clock.ts';

export type Change = FailoverEffect & { readonly kind: 'change' };
export type Alarm = FailoverEffect & { readonly kind: 'alarm' };

export interface BoxOptions {
  /** Of its program; left out: its partner is not told. */
  readonly programVersion?: string;
  /** Its clock is right unless the test says otherwise. */
  readonly clock?: ClockFacts;
  readonly relationships: readonly RelationshipConfiguration[];
  readonly stored?: readonly EndpointRecord[];
  readonly database?: DatabaseFacts;
  /** The last commit that is durable when it is made. */
  readonly commitCounter?: number;
  /** Milliseconds since `EPOCH` when it is made. */
  readonly time?: number;
  /** With binding updates as they are, of the leases in this table; else there are none. */
  readonly table?: LeaseTable;
}

export interface Box {
  readonly failover: Failover;
  readonly view: RelationshipView;
  readonly flow: QuietFlow;
  readonly flows: readonly QuietFlow[];
  /** What stable storage has. */
  readonly stored: Map<string, EndpointRecord>;
  /** Changes that stable storage has not answered. */
  readonly writes: Change[];
  /** While false, writes wait for `store`. */
  storesAtOnce: boolean;
  commitCounter: number;
  /** Effects in their order, without `change` and `wake`; the test empties it. */
  readonly effects: FailoverEffect[];
  /** How often a copy of the database was to be kept. */
  setAside: number;
  readonly log: string[];
  /** Those lines of the log that are warnings. */
  readonly warnings: string[];
  readonly alarms: Map<string, Alarm>;
  /** The states that its endpoints went through: "NORMAL -> PARTNER-DOWN". */
  readonly transitions: string[];
  /** What the partner said of its clock. */
  readonly clocksHeard: (FailoverEffect & { readonly kind: 'clockHeard' })[];
  readonly wakeAt: number;
  now(): Now;
  /** Lets time pass without the box's doing anything. */
  stall(ms: number): void;
  step(event: FailoverEvent): void;
  /** Answers the oldest write. */
  store(outcome: 'durable' | 'failed'): void;
  /** Lets time pass; what is due happens in time. */
  advance(ms: number): void;
  command(given: FailoverCommand, relationship?: string): string | undefined;
}

const KEY = { k0: 1, k1: 2 };

export function createBox(options: BoxOptions): Box {
  const { relationships, stored = [], database = NEW_DATABASE, table = new LeaseTable(KEY, 0) } = options;
  const flows: QuietFlow[] = [];
  let { time = 0 } = options;
  let wakeAt = Infinity;
  const commits = { counter: options.commitCounter ?? 10 };
  let commands = 0;
  let refusal: string | undefined;
  const failover = createFailoverWith(
    (parameters) => {
      const flow = createQuietFlow(parameters.port);
      flows.push(flow);
      return options.table === undefined ? flow : createUpdateFlow(parameters);
    },
    {
      relationships,
      endpoints: stored,
      database,
      clock: options.clock ?? RIGHT_CLOCK,
      commitCounter: () => commits.counter,
      table,
      leasesMax: 1_000,
      serverId: SERVER_IDS[relationships[0]?.role ?? 'primary'],
      hashKey: KEY,
      linkTraffic: () => ({ received: 7, sent: 5 }),
      programVersion: options.programVersion,
      takeForPartner: () => [],
      takeFromPartner: () => [],
    },
  );
  const [view] = failover.relationships;
  const [flow] = flows;
  assert.ok(view !== undefined && flow !== undefined, 'there is a relationship');

  const perform = (effect: FailoverEffect): void => {
    switch (effect.kind) {
      case 'change':
        // As the appliance does: the table has it at once, locked until it is durable.
        for (const binding of effect.bindings) table.lock(table.put(binding), effect.token);
        box.writes.push(effect);
        break;
      case 'clockHeard':
        box.clocksHeard.push(effect);
        break;
      case 'wake':
        wakeAt = effect.at;
        break;
      case 'log':
        box.log.push(effect.text);
        if (effect.severity === 'warning') box.warnings.push(effect.text);
        break;
      case 'transition':
        box.transitions.push(`${endpointStateName(effect.from)} -> ${endpointStateName(effect.to)}`);
        break;
      case 'alarm':
        if (effect.raised) box.alarms.set(effect.id.slice(effect.id.indexOf(' ') + 1), effect);
        else box.alarms.delete(effect.id.slice(effect.id.indexOf(' ') + 1));
        break;
      case 'setDatabaseAside':
        box.setAside++;
        break;
      case 'commandDone':
        refusal = effect.refusal;
        break;
      default:
        box.effects.push(effect);
    }
  };

  const box: Box = {
    failover,
    view,
    flow,
    flows,
    stored: new Map(stored.map((record) => [record.relationship, record])),
    writes: [],
    storesAtOnce: true,
    get commitCounter() {
      return commits.counter;
    },
    set commitCounter(counter) {
      commits.counter = counter;
    },
    effects: [],
    setAside: 0,
    log: [],
    transitions: [],
    warnings: [],
    alarms: new Map(),
    clocksHeard: [],
    get wakeAt() {
      return wakeAt;
    },
    now: () => ({ epoch: epochSeconds(EPOCH + Math.floor(time / 1_000)), monotonic: monotonicMs(time) }),
    stall(ms) {
      time += ms;
    },
    step(event) {
      for (const effect of [...failover.step(event, box.now())]) perform(effect);
      while (box.storesAtOnce && box.writes.length > 0) box.store('durable');
    },
    store(outcome) {
      const change = box.writes.shift();
      assert.ok(change !== undefined, 'something waits for stable storage');
      const { token, endpoint, bindings, then } = change;
      const slots = bindings.map(({ address, prefixLength }) => table.find(address, 0, prefixLength));
      for (const slot of slots) table.unlock(slot, token);
      if (outcome === 'failed') {
        box.step({ kind: 'changeFailed', token, reason: 'no room' });
        return;
      }
      box.commitCounter++;
      if (endpoint !== undefined) box.stored.set(endpoint.relationship, endpoint);
      for (const effect of then) perform(effect);
      box.step({ kind: 'changed', token });
      if (slots.length > 0) box.step({ kind: 'unlocked', slots });
    },
    advance(ms) {
      const end = time + ms;
      let wakings = 0;
      for (let at = Math.max(wakeAt, time); at <= end; at = Math.max(wakeAt, time)) {
        wakings = at === time ? wakings + 1 : 0;
        assert.ok(wakings < 10, 'what is due is done when the time has come');
        time = at;
        wakeAt = Infinity;
        box.step({ kind: 'timer' });
      }
      time = end;
    },
    command(given, relationship = relationships[0]?.name ?? '') {
      box.step({ kind: 'command', id: ++commands, relationship, command: given });
      return refusal;
    },
  };
  return box;
}

/** 8 octets */
export function generation(number: number): Uint8Array {
  return new Uint8Array(8).fill(number);
}

const NEW_DATABASE: DatabaseFacts = { generations: [{ id: generation(1), start: 0 }], isLost: false };

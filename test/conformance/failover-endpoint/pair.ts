/** Two boxes that face each other, with a network between them that carries messages and is in the test's hands. */
import assert from 'node:assert/strict';
import { EndpointState, endpointStateName } from '../../../src/failover/index.ts';
import type { DatabaseGeneration, EndpointRecord, FailoverEffect, RelationshipConfiguration, Role } from '../../../src/failover/index.ts';
import { FailoverMessageType, failoverMessageTypeName } from '../../../src/wire/index.ts';
import type { FailoverMessage } from '../../../src/wire/index.ts';
import type { LeaseTable } from '../../../src/lease/index.ts';
import { createBox, generation } from './box.ts';
import type { Box } from './box.ts';
import { ADDRESS, other, record, settings } from './settings.ts';

export interface PairOptions {
  readonly configuration?: Partial<RelationshipConfiguration>;
  readonly tables?: Readonly<Record<Role, LeaseTable>>;
}

export interface Pair {
  readonly boxes: Readonly<Record<Role, Box>>;
  /** What passed between them, by sender: "primary STATE(NORMAL)". */
  readonly passed: string[];
  /** Both ways; while it is cut connections stay, and nothing passes. */
  isCut: boolean;
  /** "NORMAL NORMAL": of the primary and the secondary. */
  readonly states: string;
  /** Starts a box; without a record where its disk is wiped. */
  start(role: Role, disk?: 'kept' | 'wiped'): void;
  /** It dies at once; its partner sees the connection closed unless the network is cut. */
  crash(role: Role): void;
  isRunning(role: Role): boolean;
  /** What is on the disk of a box that runs. */
  copyDisk(role: Role): Disk;
  /** Into a box that is off. */
  putBack(role: Role, disk: Disk): void;
  /** Every connection is reset. */
  reset(): void;
  advance(ms: number): void;
}

/** What a box finds when it starts. */
export interface Disk {
  endpoint: EndpointRecord | undefined;
  readonly generations: DatabaseGeneration[];
  counter: number;
}

function newDisk(): Disk {
  return { endpoint: undefined, generations: [], counter: 0 };
}

/** Time goes on in slices of this. */
const SLICE_MS = 50;
const ROLES: readonly Role[] = ['primary', 'secondary'];

/** `before`: what the boxes were in; undefined where they are new. They start with `start`. */
export function createPair(before: Partial<Record<Role, EndpointState>>, { configuration = {}, tables }: PairOptions = {}): Pair {
  const disks: Record<Role, Disk> = { primary: newDisk(), secondary: newDisk() };
  for (const role of ROLES) {
    const state = before[role];
    if (state !== undefined) disks[role].endpoint = record(role, state, { mclt: configuration.mclt ?? settings(role).mclt });
  }
  const running = new Set<Role>();
  const queue: { to: Role; connection: number; message: FailoverMessage }[] = [];
  let connection = 0;
  let isOpen = false;
  let time = 0;
  let openings = 0;

  /** Each opening of a disk is a generation of its own. */
  const make = (role: Role): Box => {
    const disk = disks[role];
    disk.generations.push({ id: generation(++openings), start: disk.counter });
    return createBox({
      relationships: [settings(role, configuration)],
      stored: disk.endpoint === undefined ? [] : [disk.endpoint],
      database: { generations: [...disk.generations], isLost: false },
      commitCounter: disk.counter,
      time,
      ...(tables === undefined ? {} : { table: tables[role] }),
    });
  };
  const boxes: Record<Role, Box> = { primary: make('primary'), secondary: make('secondary') };

  const close = (at: Role, reason: string): void => {
    if (running.has(at)) boxes[at].step({ kind: 'closed', connection, reason });
  };

  const connect = (): void => {
    if (pair.isCut || !running.has('secondary')) {
      boxes.primary.step({ kind: 'dialFailed', relationship: 'east-west', reason: 'no answer' });
      return;
    }
    connection++;
    isOpen = true;
    for (const role of ROLES) {
      boxes[role].step({
        kind: 'connected',
        connection,
        relationship: role === 'primary' ? 'east-west' : undefined,
        partnerAddress: ADDRESS[other(role)],
        certificate: `certificate of the ${other(role)}`,
      });
    }
  };

  const carryOut = (from: Role, effect: FailoverEffect): void => {
    switch (effect.kind) {
      case 'send':
        queue.push({ to: other(from), connection: effect.connection, message: { ...effect.message, sentTime: boxes[from].now().epoch } });
        break;
      case 'dial':
        connect();
        break;
      case 'close':
        if (effect.connection !== connection || !isOpen) break;
        deliver();
        isOpen = false;
        if (!pair.isCut) close(other(from), 'closed by the partner');
        break;
      default:
        break;
    }
  };

  /** A connection loses nothing: what is sent while the network is cut arrives later, or its sender learns that it did not. */
  const deliver = (): boolean => {
    if (pair.isCut) return false;
    const sent = queue.splice(0);
    for (const { to, connection: over, message } of sent) {
      if (!isOpen || over !== connection) {
        if (running.has(other(to))) boxes[other(to)].step({ kind: 'closed', connection: over, reason: 'reset by peer' });
        continue;
      }
      pair.passed.push(`${other(to)} ${describe(message)}`);
      boxes[to].step({ kind: 'message', connection: over, message, receivedAt: boxes[to].now().epoch });
    }
    return sent.length > 0;
  };

  const settle = (): void => {
    for (let left = 10_000; left > 0; left--) {
      const effects = ROLES.map((role) => boxes[role].effects.splice(0));
      ROLES.forEach((role, i) => effects[i]?.forEach((effect) => running.has(role) && carryOut(role, effect)));
      if (!deliver() && ROLES.every((role) => boxes[role].effects.length === 0)) return;
    }
    assert.fail(`the two do not come to rest: ${pair.passed.slice(-20).join(', ')}`);
  };

  const pair: Pair = {
    boxes,
    passed: [],
    isCut: false,
    get states() {
      return ROLES.map((role) => (running.has(role) ? endpointStateName(boxes[role].view.state) : 'off')).join(' ');
    },
    start(role, disk = 'kept') {
      assert.ok(!running.has(role), 'a box is started when it does not run');
      if (disk === 'wiped') disks[role] = newDisk();
      boxes[role] = make(role);
      running.add(role);
      boxes[role].step({ kind: 'start' });
      settle();
    },
    crash(role) {
      disks[role] = pair.copyDisk(role);
      running.delete(role);
      boxes[role].effects.length = 0;
      if (isOpen && !pair.isCut) close(other(role), 'reset by peer');
      isOpen = false;
      settle();
    },
    isRunning: (role) => running.has(role),
    copyDisk: (role) => ({
      endpoint: boxes[role].stored.get('east-west'),
      generations: [...disks[role].generations],
      counter: boxes[role].commitCounter,
    }),
    putBack(role, disk) {
      disks[role] = disk;
    },
    reset() {
      if (!isOpen) return;
      isOpen = false;
      for (const role of ROLES) close(role, 'reset');
      settle();
    },
    advance(ms) {
      for (let left = ms; left > 0; left -= SLICE_MS) {
        time += SLICE_MS;
        for (const role of ROLES) if (running.has(role)) boxes[role].advance(SLICE_MS);
        settle();
      }
    },
  };
  return pair;
}

function describe(message: FailoverMessage): string {
  const name = failoverMessageTypeName(message.type);
  if (message.type !== FailoverMessageType.STATE) return name;
  return `STATE(${message.serverFlags.startup ? 'STARTUP, ' : ''}${endpointStateName(message.serverState)})`;
}

/** Both run, and are in step. */
export function inNormal(options?: PairOptions): Pair {
  const { NORMAL } = EndpointState;
  const pair = createPair({ primary: NORMAL, secondary: NORMAL }, options);
  pair.start('secondary');
  pair.start('primary');
  pair.advance(1_000);
  assert.equal(pair.states, 'NORMAL NORMAL');
  pair.passed.length = 0;
  return pair;
}


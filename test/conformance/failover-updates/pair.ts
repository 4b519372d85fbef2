/** Two boxes that face each other; the connection between them is the test's. */
import assert from 'node:assert/strict';
import type { Role } from '../../../src/failover/index.ts';
import { type Binding, BindingStatus, LeaseKind } from '../../../src/lease/index.ts';
import { type EpochSeconds, type FailoverMessage, epochSeconds, formatAddress, formatHex } from '../../../src/wire/index.ts';
import { Box, type BoxOptions } from './box.ts';

const STEPS_MAX = 200_000;

export class Pair {
  primary: Box;
  secondary: Box;
  /** On their way. */
  readonly toPrimary: FailoverMessage[] = [];
  readonly toSecondary: FailoverMessage[] = [];

  constructor(options: BoxOptions = {}) {
    this.primary = new Box('primary', options);
    this.secondary = new Box('secondary', options);
  }

  /** A box takes another one's place. */
  replace(role: Role, box: Box): void {
    if (role === 'primary') this.primary = box;
    else this.secondary = box;
  }

  pick(index: number): Box {
    return index === 0 ? this.primary : this.secondary;
  }

  get boxes(): readonly Box[] {
    return [this.primary, this.secondary];
  }

  get now(): EpochSeconds {
    return this.primary.now;
  }

  set now(time: number) {
    for (const box of this.boxes) box.now = epochSeconds(time);
  }

  connect(window = 1_000, extensions: readonly number[] = []): this {
    for (const box of this.boxes) {
      box.open(window, extensions);
      box.flow.setMode('normal');
      box.endStep();
    }
    return this;
  }

  /** What is on its way is lost. */
  disconnect(): void {
    this.toPrimary.length = 0;
    this.toSecondary.length = 0;
    for (const box of this.boxes) {
      box.outbox = [];
      box.flow.closed();
      box.carryOut();
    }
  }

  /** What the boxes sent goes on its way. */
  carry(): void {
    this.toSecondary.push(...this.primary.outbox.splice(0));
    this.toPrimary.push(...this.secondary.outbox.splice(0));
  }

  /** One message arrives, or one write becomes durable, whichever is possible first; false when nothing is left to happen. */
  step(): boolean {
    this.carry();
    const forSecondary = this.toSecondary.shift();
    const forPrimary = this.toPrimary.shift();
    if (forSecondary !== undefined) this.secondary.receive(forSecondary);
    if (forPrimary !== undefined) this.primary.receive(forPrimary);
    const isWriting = this.boxes.some(({ writes }) => writes.length > 0);
    for (const box of this.boxes) box.commit();
    return forSecondary !== undefined || forPrimary !== undefined || isWriting;
  }

  /** Until nothing happens any more at this time. */
  settle(): void {
    let steps = 0;
    do {
      while (this.step()) assert.ok((steps += 1) < STEPS_MAX, 'the boxes come to rest');
      for (const box of this.boxes) if (box.flow.wakeAt() <= box.now) box.endStep();
      this.carry();
    } while (this.toPrimary.length > 0 || this.toSecondary.length > 0);
  }

  /** The same, with what the boxes wait for by themselves. */
  settleFor(duration: number): void {
    const end = this.now + duration;
    for (;;) {
      this.settle();
      const next = Math.min(...this.boxes.map(({ flow }) => flow.wakeAt()));
      if (next > end) break;
      this.now = Math.max(this.now, next);
      for (const box of this.boxes) box.endStep();
    }
    this.now = end;
    for (const box of this.boxes) box.endStep();
    this.settle();
  }
}

/** What both boxes must agree on of a lease, as text. */
function commonFacts({ address, prefixLength, status, duid, iaid, validLifetime, preferredLifetime, stateExpirationTime, startTimeOfState }: Binding): string {
  const name = `${formatAddress(address)}/${prefixLength}`;
  const isHeld = status === BindingStatus.ACTIVE;
  const terms = isHeld ? ` iaid ${iaid} lifetimes ${preferredLifetime} ${validLifetime} until ${stateExpirationTime} since ${startTimeOfState}` : '';
  const client = status === BindingStatus.FREE || status === BindingStatus.FREE_BACKUP ? '' : ` client ${formatHex(duid)}`;
  return `${name} status ${status}${client}${terms}`;
}

/** All leases of a box as text, in a fixed order; a prefix that is free for the primary is as if it had never been. */
export function facts(box: Box): string[] {
  const slots: number[] = [];
  box.table.slotsFrom(0, Number.MAX_SAFE_INTEGER, () => true, slots);
  return slots
    .map((slot) => box.table.read(slot))
    .filter(({ kind, status }) => kind === LeaseKind.IA_NA ? !isFreeAddress(status) : status !== BindingStatus.FREE)
    .map(commonFacts)
    .sort();
}

function isFreeAddress(status: BindingStatus): boolean {
  return status === BindingStatus.FREE || status === BindingStatus.FREE_BACKUP;
}

export function assertAgree({ primary, secondary }: Pair): void {
  assert.deepEqual(facts(secondary), facts(primary));
}

/** Carries everything to and fro, with the other box answering. */
export function exchange(pair: Pair, from: Box, to: Box): void {
  assert.ok(pair.boxes.includes(from));
  while (from.outbox.length > 0) {
    for (const message of from.outbox.splice(0)) to.receive(message);
    while (to.writes.length > 0) to.commit();
    for (const message of to.outbox.splice(0)) from.receive(message);
  }
}

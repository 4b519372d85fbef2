/** Carries out the faults of a schedule. */
import type { Box } from '../box/running-box.ts';
import { MessageType, epochSeconds } from '../../../src/wire/index.ts';
import type { Address } from '../../../src/wire/index.ts';
import type { Direction } from '../world/client-links.ts';
import { trueMs } from '../world/true-time.ts';
import { duidOf } from '../client/identity.ts';
import { createOperator } from './operator.ts';
import type { FaultSurroundings } from './fault-surroundings.ts';
import { CRASH_WAIT_MS } from './schedule.ts';
import type { BoxName, Fault } from './schedule.ts';

export interface Faults {
  /** So many did something. One that met a box that was down did not, and a copy of a disk harms nobody. */
  readonly happened: number;
  enter(fault: Fault): void;
  /** Ends what is left of the faults. */
  heal(): void;
}

/** A network's time source is found so long after a start. */
const TIME_FOUND_MS = 20_000;
/** Clocks that are off by less are what RFC 8156 section 7.1 allows for. */
const CLOCK_TOLERANCE_MS = 1_000;
const DAY_MS = 86_400_000;

export function createFaults(surroundings: FaultSurroundings): Faults {
  const { queue, random, trace, clientLinks, partnerLinks, oracle, endpoints, queries, boxes, boxNamed, usualNoise, validMs } = surroundings;
  const operator = createOperator(surroundings);
  const crashing = new Set<BoxName>();
  let happened = 0;

  const crash = (fault: Fault & { kind: 'crash' }): void => {
    const box = boxNamed(fault.box);
    if (box.run === undefined || crashing.has(fault.box)) return;
    crashing.add(fault.box);
    box.crashAtEffect(fault.effects, fault.power, () => {
      crashing.delete(fault.box);
      queue.after(fault.downMs, () => {
        restart(box, fault);
      });
    });
    queue.after(CRASH_WAIT_MS, () => {
      if (crashing.has(fault.box)) box.crash();
    });
  };

  /** How far its wall clock is ahead of what it should show. */
  const aheadMs = ({ clock, plan }: Box): number => clock.wallMs(queue.nowMs) - trueMs(queue.nowMs) - plan.clockErrorMs;

  const restart = (box: Box, fault: Fault & { kind: 'crash' }): void => {
    box.clock.restart(queue.nowMs, fault.clock);
    if (fault.clock === 'shows 1970') {
      oracle.clocksWereOff();
      queue.after(fault.timeFoundMs ?? TIME_FOUND_MS, () => {
        if (fault.timeFoundBy === 'operator') {
          box.clockCommand(epochSeconds(Math.round((trueMs(queue.nowMs) + box.plan.clockErrorMs) / 1_000)));
          return;
        }
        box.clock.correct(queue.nowMs, box.plan.clockErrorMs);
        box.lookAtClock();
      });
    } else if (aheadMs(box) > CLOCK_TOLERANCE_MS) {
      // It may have been off for so long: what NTP says to a box that starts is believed.
      oracle.distrustTimes();
    }
    // What was given without a limit nobody else knows of, and to wait MCLT is not enough (RFC 8156 section 8.4.1).
    if (fault.disk !== 'as it was') {
      if (queue.nowMs - endpoints.unlimitedMs(box) <= validMs) oracle.distrustStorage();
      oracle.losesDisk(fault.box);
      operator.forgetsSightings(box);
    }
    box.start(fault.disk);
    // An old copy is found out by what the partner saw; a box that does not meet it can't know.
    if (fault.disk === 'old copy') operator.watchOldCopy(box);
    operator.acceptLossLater(box);
  };

  const directionsOf = (direction: Direction | 'both'): readonly Direction[] =>
    direction === 'both' ? ['to box', 'from box'] : [direction];

  const cutManagement = ({ between: [a, b], direction, forMs }: Fault & { kind: 'cutManagement' }): void => {
    const ways = direction === 'both' ? ([[a, b], [b, a]] as const) : ([[a, b]] as const);
    if (trace.isOn) trace.note(a, `is cut off from ${b}, ${direction}`);
    for (const [from, to] of ways) {
      partnerLinks.cut(from, to);
      queue.after(forMs, () => {
        partnerLinks.mend(from, to);
        if (trace.isOn) trace.note(from, `reaches ${to} again`);
      });
    }
  };

  const doesSomething = (fault: Fault): boolean => {
    if (fault.kind === 'copyDisk' || fault.kind === 'leaseCommand' || fault.kind === 'askClient' || fault.kind === 'leasequery') return false;
    return !('box' in fault) || fault.kind === 'cutLink' || (boxNamed(fault.box).run !== undefined && !crashing.has(fault.box));
  };

  /** Every client hears one of the two at most. */
  const divide = ({ between: [a, b], forMs, swaps }: Fault & { kind: 'divide' }): void => {
    const apart = (first: BoxName, second: BoxName): void => {
      if (trace.isOn) trace.note('clients', `with an even number don't hear ${first}, the others don't hear ${second}`);
      clientLinks.divide((client, box) => box !== (client % 2 === 0 ? first : second));
    };
    apart(a, b);
    if (swaps) {
      queue.after(forMs / 2, () => {
        apart(b, a);
      });
    }
    queue.after(forMs, () => {
      clientLinks.divide(undefined);
    });
  };

  const begin = (fault: Fault): void => {
    if (doesSomething(fault)) happened++;
    switch (fault.kind) {
      case 'crash':
        crash(fault);
        break;
      case 'stall':
        if (trace.isOn) trace.note(fault.box, `stalls for ${String(fault.forMs)} ms`);
        boxNamed(fault.box).stallFor(fault.forMs);
        break;
      case 'clockJump':
        if (trace.isOn) trace.note(fault.box, `its clock jumps by ${String(fault.byMs)} ms`);
        // By more than a day no clock is set that counts as right, unless two say so; what a box begins with is believed.
        if (Math.abs(fault.byMs) > CLOCK_TOLERANCE_MS && (Math.abs(fault.byMs) <= DAY_MS || boxNamed(fault.box).run === undefined)) oracle.distrustTimes();
        boxNamed(fault.box).clock.jump(fault.byMs);
        boxNamed(fault.box).lookAtClock();
        break;
      case 'commitsFail': {
        if (trace.isOn) trace.note(fault.box, `commits fail, ${String(fault.permille)} of a thousand`);
        const box = boxNamed(fault.box);
        box.failCommits(fault);
        queue.after(fault.forMs, () => {
          box.failCommits(undefined);
        });
        break;
      }
      case 'slowDisk': {
        if (trace.isOn) trace.note(fault.box, `a commit takes ${String(fault.commitMs)} ms`);
        const box = boxNamed(fault.box);
        box.setCommitTime({ low: fault.commitMs, high: fault.commitMs });
        queue.after(fault.forMs, () => {
          box.setCommitTime(undefined);
        });
        break;
      }
      case 'copyDisk':
        boxNamed(fault.box).disk.copy();
        break;
      case 'cutLink':
        if (trace.isOn) trace.note(fault.box, `is cut off from ${fault.link}: ${fault.direction}`);
        for (const direction of directionsOf(fault.direction)) {
          clientLinks.cut(fault.box, fault.link, direction);
          queue.after(fault.forMs, () => {
            clientLinks.mend(fault.box, fault.link, direction);
          });
        }
        break;
      case 'divide':
        divide(fault);
        break;
      case 'noise':
        clientLinks.setNoise(fault.noise);
        queue.after(fault.forMs, () => {
          clientLinks.setNoise(usualNoise);
        });
        break;
      case 'cutManagement':
        cutManagement(fault);
        break;
      case 'resetConnections':
        if (trace.isOn) trace.note(fault.between[0], 'connections to its partner break');
        partnerLinks.reset(...fault.between);
        break;
      case 'slowManagement':
        partnerLinks.setDelay(fault.delayMs);
        queue.after(fault.forMs, () => {
          partnerLinks.setDelay(undefined);
        });
        break;
      case 'partnerDown':
        operator.tell(boxNamed(fault.box), 'partner-down');
        break;
      case 'forcePartnerDown':
        oracle.allowConflicts();
        operator.tell(boxNamed(fault.box), 'force-partner-down');
        break;
      case 'hold':
        operator.tell(boxNamed(fault.box), fault.command);
        queue.after(fault.forMs, () => {
          operator.tell(boxNamed(fault.box), 'resume');
        });
        break;
      case 'resync':
        operator.tell(boxNamed(fault.box), fault.command);
        break;
      case 'reload':
        for (const [i, box] of boxes.entries()) {
          queue.after(i === 0 ? 0 : fault.secondBoxMs, () => {
            box.reload(fault.file);
          });
        }
        break;
      case 'askClient':
        boxNamed(fault.box).leaseCommand({ action: 'reconfigure', client: duidOf(fault.client), type: fault.message === 'rebind' ? MessageType.REBIND : undefined });
        break;
      case 'leasequery':
        queries.ask(boxNamed(fault.box), fault.client, fault.by);
        break;
      case 'leaseCommand': {
        const lease = oracle.revokeOne((bound) => random.below(bound));
        if (lease === undefined) break;
        if (boxNamed(fault.box).run !== undefined) happened++;
        boxNamed(fault.box).leaseCommand({ action: fault.action, address: lease.address as Address, prefixLength: lease.prefixLength });
        break;
      }
    }
  };

  return {
    get happened() {
      return happened;
    },
    enter(fault) {
      queue.at(fault.atMs, () => {
        begin(fault);
      });
    },
    heal() {
      for (const box of boxes) {
        box.failCommits(undefined);
        box.setCommitTime(undefined);
        const isKept = box.clock.isKept();
        box.clock.correct(queue.nowMs, box.plan.clockErrorMs);
        if (!isKept) box.lookAtClock();
      }
      operator.settleAll();
    },
  };
}

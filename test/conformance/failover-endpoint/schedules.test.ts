/** Two boxes under random faults: what never may be, and that they find together when the faults stop. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { EndpointState, endpointStateName } from '../../../src/failover/index.ts';
import type { Role } from '../../../src/failover/index.ts';
import { TRANSITIONS, PREVIOUS, SAME } from '../../../src/failover/state-table.ts';
import { seconds } from '../../../src/wire/index.ts';
import { createPair } from './pair.ts';
import type { Pair } from './pair.ts';

const MCLT = 30;
const { STARTUP, NORMAL, PARTNER_DOWN, RECOVER, COMMUNICATIONS_INTERRUPTED, POTENTIAL_CONFLICT, RESOLUTION_INTERRUPTED } =
  EndpointState;

type Fault =
  | { readonly kind: 'cut' | 'heal' | 'reset' }
  | { readonly kind: 'crash' | 'wipe' | 'declare' | 'force' | 'pause' | 'resume' | 'stop-storing' | 'store'; readonly role: Role }
  | { readonly kind: 'pass'; readonly ms: number };

const role = fc.constantFrom<Role>('primary', 'secondary');
const faults: fc.Arbitrary<readonly Fault[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('cut', 'heal', 'reset') }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('crash', 'declare', 'force', 'pause', 'resume', 'stop-storing', 'store'), role }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('wipe' as const), role }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 120 }).map((n) => n * 50) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constant(70_000) }) },
  ),
  { minLength: 3, maxLength: 25 },
);

function inflict(pair: Pair, fault: Fault): void {
  switch (fault.kind) {
    case 'cut':
      pair.isCut = true;
      break;
    case 'heal':
      pair.isCut = false;
      break;
    case 'reset':
      pair.reset();
      break;
    case 'pass':
      pair.advance(fault.ms);
      break;
    case 'crash':
    case 'wipe':
      if (pair.isRunning(fault.role)) pair.crash(fault.role);
      else pair.start(fault.role, fault.kind === 'wipe' ? 'wiped' : 'kept');
      break;
    case 'stop-storing':
      pair.boxes[fault.role].storesAtOnce = false;
      break;
    case 'store':
      storeAgain(pair, fault.role);
      break;
    default:
      if (pair.isRunning(fault.role)) pair.boxes[fault.role].command(COMMANDS[fault.kind]);
  }
}

const COMMANDS = { declare: 'partner-down', force: 'force-partner-down', pause: 'pause', resume: 'resume' } as const;

/** Writes failed meanwhile. */
function storeAgain(pair: Pair, at: Role): void {
  const box = pair.boxes[at];
  if (!pair.isRunning(at)) return;
  if (box.writes.length > 0) box.store('failed');
  box.storesAtOnce = true;
}

function heal(pair: Pair): void {
  pair.isCut = false;
  for (const each of ['primary', 'secondary'] as const) {
    if (!pair.isRunning(each)) pair.start(each);
    storeAgain(pair, each);
    pair.boxes[each].command('resume');
  }
}

/** Every change of state in the log is one that the table has. */
function checkLog(log: readonly string[]): void {
  for (const line of log) {
    const [, from, to] = / ([A-Z-]+) -> ([A-Z-]+): /.exec(line) ?? [];
    if (from === undefined || to === undefined) continue;
    const isListed = TRANSITIONS.some(
      (row) =>
        row.next !== SAME &&
        row.from.some((state) => endpointStateName(state) === from) &&
        (row.next === PREVIOUS ? from === endpointStateName(STARTUP) : endpointStateName(row.next) === to),
    );
    assert.ok(isListed, line);
  }
}

/** NORMAL on one side needs the other to be there, or to have been there a moment ago. */
function checkTogether({ boxes: { primary, secondary } }: Pair): void {
  const [a, b] = [primary.view, secondary.view];
  if (a.state !== NORMAL || b.state !== NORMAL || a.communications !== 'ok' || b.communications !== 'ok') return;
  const unlimited = [a, b].filter(({ responsiveness }) => !responsiveness.limited);
  assert.deepEqual(unlimited, [], 'in NORMAL nobody serves as if alone');
}

describe('Two boxes under random faults', () => {
  it('never leave the table, and are in NORMAL when all is well again', function () {
    this.timeout(60_000);
    const starts = fc.constantFrom(
      {},
      { primary: NORMAL, secondary: NORMAL },
      { primary: PARTNER_DOWN, secondary: RECOVER },
      { primary: COMMUNICATIONS_INTERRUPTED, secondary: PARTNER_DOWN },
      { primary: POTENTIAL_CONFLICT, secondary: RESOLUTION_INTERRUPTED },
    );
    fc.assert(
      fc.property(starts, faults, (before, schedule) => {
        const pair = createPair(before, { configuration: { mclt: seconds(MCLT) } });
        pair.start('secondary');
        pair.start('primary');
        const logs: string[][] = [];
        for (const fault of schedule) {
          inflict(pair, fault);
          checkTogether(pair);
          logs.push(pair.boxes.primary.log.splice(0), pair.boxes.secondary.log.splice(0));
        }
        heal(pair);
        // The longest back-off, a startup, a request that brought nothing, MCLT twice.
        pair.advance(300_000);
        checkLog([...logs.flat(), ...pair.boxes.primary.log, ...pair.boxes.secondary.log]);
        assert.equal(pair.states, 'NORMAL NORMAL', pair.passed.slice(-12).join('; '));
      }),
      { numRuns: 30, seed: 8_156 },
    );
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BindingStatus } from '../../../src/lease/index.ts';
import { FailoverMessageType, MessageType } from '../../../src/wire/index.ts';
import { apart, at, clientFrom, clientOf, leaseOf, play, recordOf, stateOf } from './play.ts';
import type { HeldLease } from '../client/lease.ts';
import type { Fault } from '../schedule/schedule.ts';

/** Seconds: the two lose each other, the client rebinds and says no more, the two meet again. */
const APART = 80;
const REBIND = 100;
const SILENT = 103;
const LOOKS = [115, 131, 140, 150, 165, 180];
const OTHER = { A: 'B', B: 'A' } as const;

describe('scene: a Rebind that both boxes hear and answer', () => {
  for (const longer of ['A', 'B'] as const) {
    const shorter = OTHER[longer];

    it(`the shorter promise of ${shorter} ends no lease that ${longer} promised for longer [F-GAP-12]`, function () {
      this.timeout(20_000);
      const seen: number[] = [];
      let held: HeldLease | undefined;
      // B answers whoever has no lease only while A is not there.
      const first: readonly Fault[] = longer === 'A' ? [] : [...apart(2, 10), { kind: 'cutLink', box: 'A', link: 'lan', atMs: 3_000, forMs: 9_000, direction: 'both' }];
      const { answers, received } = play({
        variant: 'pair, ample',
        commitMs: { [longer]: 5, [shorter]: 9 },
        clients: [clientFrom(5, 1, [25], [{ kind: 'reboot', atMs: REBIND * 1_000, offMs: 500 }])],
        faults: [...first, ...apart(APART, REBIND + 6 - APART)],
        healMs: 260_000,
        settleMs: 30_000,
        happens(world) {
          at(world, SILENT, () => {
            for (const box of ['A', 'B'] as const) assert.equal(stateOf(world, box), 'COMMUNICATIONS-INTERRUPTED');
            held = leaseOf(world, 1, 25);
            clientOf(world, 1).fallSilent();
          });
          for (const second of LOOKS) {
            at(world, second, () => {
              assert.ok(held !== undefined);
              for (const box of ['A', 'B'] as const) {
                assert.equal(stateOf(world, box), 'NORMAL');
                const record = recordOf(world, box, held);
                assert.equal(record.status, BindingStatus.ACTIVE, `${box} at ${String(second)} s`);
                assert.ok(record.endsMs >= held.promisedUntilMs - 1_000, `${box} ends it at ${String(record.endsMs)} ms`);
                seen.push(second);
              }
            });
          }
        },
      });
      const given = answers
        .filter(({ type, sentMs }) => type === MessageType.REPLY && sentMs > REBIND * 1_000 && sentMs < SILENT * 1_000)
        .map(({ box, ias }) => ({ box, valid: ias[0]?.leases[0]?.valid ?? 0 }));
      assert.deepEqual(given, [{ box: longer, valid: 90 }, { box: shorter, valid: 30 }], 'both answered, and one promised less');
      assert.equal(seen.length, 2 * LOOKS.length);
      const told = received.flatMap(({ box, atMs, message }) =>
        box === longer && atMs > SILENT * 1_000 && message.type === FailoverMessageType.BNDUPD && message.binding.kind === 'client' ? message.binding.ias.flatMap(({ leases }) => leases) : [],
      );
      // The primary tells first where it has more; the secondary has nothing shorter to tell then.
      if (longer === 'B') assert.ok(told.some(({ validLifetime }) => validLifetime === 30), 'B was told of the shorter one');
    });
  }
});

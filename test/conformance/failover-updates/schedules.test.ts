import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { assertAgree, facts } from './pair.ts';
import { Service } from './service.ts';

/** More of them, or others, to look for what these do not find. */
const SEEDS = Number(process.env['TWINLEASE_UPDATE_SEEDS'] ?? 20);
const FIRST_SEED = Number(process.env['TWINLEASE_UPDATE_FIRST'] ?? 1);
const ACTS = 600;

describe('two boxes that change leases, lose their connection, and crash', () => {
  it('give no lease to two clients, and agree once faults stop', () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed += 1) {
      const service = new Service(seed);
      try {
        for (let i = 0; i < ACTS; i += 1) service.act();
        service.comeToRest();
        assertAgree(service.pair);
        for (const box of service.pair.boxes) {
          assert.ok(box.flow.pending().isDone, `the ${box.role} has nothing left to tell`);
          const dirty: number[] = [];
          box.table.slotsFrom(0, Number.MAX_SAFE_INTEGER, (slot) => box.table.records.updateNeeded(slot), dirty);
          assert.deepEqual(dirty.map((slot) => box.nameOf(slot)), [], `the ${box.role} has nothing left to tell`);
        }
      } catch (error) {
        const { primary, secondary } = service.pair;
        const story = [...service.trace.slice(-40), 'primary:', ...facts(primary), 'secondary:', ...facts(secondary)].join('\n');
        throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}\n${story}`, { cause: error });
      }
    }
  }).timeout(120_000);
});

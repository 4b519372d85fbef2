import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Riders } from '../../../src/appliance/riders.ts';
import { holds } from '../wire/arbitraries.ts';

/** A slot that is put in; undefined: the first is taken out. */
const action = fc.option(fc.oneof({ weight: 5, arbitrary: fc.nat({ max: 6_000 }) }, { weight: 1, arbitrary: fc.nat({ max: 3 }) }), { nil: undefined, freq: 3 });

describe('riders', () => {
  it('come out in the order in which they came, each once, however many there are', () => {
    holds(
      fc.property(fc.array(action, { minLength: 500, maxLength: 5_000, size: 'max' }), (actions) => {
        const riders = new Riders();
        const model = new Set<number>();
        for (const slot of actions) {
          if (slot !== undefined) {
            riders.add(slot);
            model.add(slot);
          } else if (model.size > 0) {
            const [first] = model;
            assert.equal(riders.shift(), first);
            model.delete(first as number);
          }
          assert.equal(riders.size, model.size);
        }
        for (const slot of model) assert.equal(riders.shift(), slot);
      }),
    );
  }).timeout(60_000);
});

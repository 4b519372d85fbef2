import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { plant } from '../bugs/bugs.ts';
import { PLACES } from './places.ts';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
/** Chance exercises the rest in so many schedules. */
const SEEDS = 60;

describe('what the simulator exercises', () => {
  it('is every row of the table of states and every cell of figure 4, but for those that are listed with a reason', function () {
    this.timeout(240_000);
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', here('instrument.ts'), here('measure.ts')], {
      encoding: 'utf8',
      env: { ...process.env, SEEDS: String(SEEDS) },
    });
    assert.equal(status, 0, `${stdout}${stderr}`);
  });

  it('is counted at places that the product still has', () => {
    for (const place of PLACES) {
      const text = readFileSync(new URL(`../../../src/${place.file}`, import.meta.url), 'utf8');
      assert.notEqual(plant(place, text), text);
    }
  });
});

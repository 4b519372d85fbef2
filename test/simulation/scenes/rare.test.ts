import { describe, it } from 'mocha';
import { play } from './play.ts';
import { RARE_CELLS } from './rare-cells.ts';
import { RARE_ROWS } from './rare-rows.ts';

describe('scenes: rows of the table of states and cells of figure 4 that chance seldom comes to', () => {
  for (const [name, script] of Object.entries({ ...RARE_ROWS, ...RARE_CELLS })) {
    it(`${name}: the boxes come together again, and agree`, function () {
      this.timeout(20_000);
      play(script);
    });
  }
});

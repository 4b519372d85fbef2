import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Appliance, Effect } from '../../../src/appliance/index.ts';
import { epochSeconds, monotonicMs } from '../../../src/wire/index.ts';
import type { Now } from '../../../src/wire/index.ts';
import { createBox } from '../../conformance/server/box.ts';
import { rightClock } from './right-clock.ts';

const NOW: Now = { epoch: epochSeconds(900), monotonic: monotonicMs(0) };
const TRUE = epochSeconds(1_800_000_000);

function lost(): Appliance {
  return createBox({ clock: { ...rightClock(900), timescales: [], builtAt: epochSeconds(1_790_000_000), system: 'unconfirmed' } }).appliance;
}

/** What an event comes to; the commit that notes where the clock began is over. */
function settled(appliance: Appliance): Appliance {
  const commit = appliance.step({ kind: 'drained' }, NOW).find(({ kind }) => kind === 'commit');
  assert.ok(commit?.kind === 'commit');
  appliance.step({ kind: 'committed', revision: commit.revision }, NOW);
  return appliance;
}

const answers = (effects: readonly Effect[]): readonly unknown[] => effects.filter(({ kind }) => kind === 'commandDone');

describe('a word of the operator about the time', () => {
  it('[R-ST2] is answered when stable storage has it', () => {
    const appliance = settled(lost());
    const effects = [...appliance.step({ kind: 'clockCommand', id: 9, time: TRUE }, NOW)];
    assert.deepEqual(answers(effects), []);
    const commit = effects.find(({ kind }) => kind === 'commit');
    assert.ok(commit?.kind === 'commit');
    assert.equal(commit.clock.time, TRUE);
    assert.equal(commit.clock.timescales.length, 2, 'the correction of the one before, and the new one');
    assert.deepEqual(answers(appliance.step({ kind: 'committed', revision: commit.revision }, NOW)), [{ kind: 'commandDone', id: 9, refusal: undefined }]);
  });

  it('[R-ST2] is answered with the trouble of stable storage', () => {
    const appliance = settled(lost());
    const commit = appliance.step({ kind: 'clockCommand', id: 9, time: TRUE }, NOW).find(({ kind }) => kind === 'commit');
    assert.ok(commit?.kind === 'commit');
    const effects = appliance.step({ kind: 'commitFailed', revision: commit.revision, reason: 'No space left on device', found: [] }, NOW);
    assert.deepEqual(answers(effects), [{ kind: 'commandDone', id: 9, refusal: 'stable storage failed: No space left on device' }]);
  });

  it('is refused at once', () => {
    const appliance = settled(lost());
    const effects = appliance.step({ kind: 'clockCommand', id: 9, time: epochSeconds(1_000_000) }, NOW);
    assert.deepEqual(answers(effects), [{ kind: 'commandDone', id: 9, refusal: 'this program was made later than that' }]);
  });
});

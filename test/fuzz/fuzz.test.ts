import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatHex } from '../../src/wire/index.ts';
import { failoverOptions, failoverStream } from './failover-targets.ts';
import { fuzz } from './fuzzer.ts';
import type { Target } from './fuzzer.ts';
import { isPlanted } from './planted-bug.ts';
import { decoder, queryDecoder, requests, serverStep } from './targets.ts';

/** Fixed, so that a run that was green stays green; `make fuzz` takes fresh ones. */
const SEEDS = [1, 2] as const;

describe('fuzzing, a short run', () => {
  for (const [target, executions] of [[decoder, 20_000], [queryDecoder, 20_000], [requests, 5_000], [failoverStream, 5_000], [failoverOptions, 20_000], [serverStep, 2_000]] as const) {
    for (const seed of SEEDS) {
      it(`${target.name}: ${String(executions)} inputs from seed ${String(seed)}`, () => {
        const { failure } = fuzz(target, { seed, goOn: (done) => done.executions < executions });
        assert.equal(failure, undefined, `${failure?.error.stack ?? ''}\ninput: ${formatHex(failure?.input ?? new Uint8Array(), '')}`);
      });
    }
  }

  it('finds, by coverage, a bug that chance alone would not, and shortens the input that shows it', () => {
    const planted: Target = {
      name: 'planted',
      seeds: [Uint8Array.from({ length: 12 }, (_, i) => 100 + i)],
      run(input) {
        if (isPlanted(input)) throw new Error('the planted bug');
      },
      isOfInterest: (url) => url.includes('planted-bug'),
    };
    const { failure } = fuzz(planted, { seed: 1, goOn: (done) => done.executions < 50_000 });
    assert.equal(failure?.error.message, 'the planted bug');
    assert.equal(failure.input.length, 4);
  });
});

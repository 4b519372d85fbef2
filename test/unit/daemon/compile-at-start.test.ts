import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'mocha';
import { USUAL_COUNT } from '../../../src/daemon/compile-at-start.ts';

describe('how V8 compiles at a start', () => {
  it('is, when clients are served, again as it is by itself', () => {
    const flags = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
    assert.match(flags, new RegExp(`--invocation-count-for-turbofan=${USUAL_COUNT}\\n`));
    assert.match(flags, /default: --concurrent-recompilation\n/);
  });
});

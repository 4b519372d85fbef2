// What the file says of Reconfigure.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { configuration } from '../../conformance/server/box.ts';
import { diagnosticsOf, withTop } from './refused.ts';

describe('Reconfigure in the provisioning file', () => {
  it('is off where the key is left out, and has defaults where it says no more', () => {
    assert.equal(configuration(withTop('')).reconfigure, undefined);
    assert.deepEqual(configuration(withTop('server: { reconfigure: {} }\n')).reconfigure, { onReload: true, clientsPerSecond: 20 });
  });

  for (const [what, problem] of [
    ['clients-per-second: 0', /too small/],
    ['clients-per-second: 1001', /too large/],
    ['on-reload: sometimes', /true, false/],
    ['pace: 5', /unknown key "pace"/],
  ] as const) {
    it(`${what} is refused`, () => {
      assert.match(diagnosticsOf(withTop(`server: { reconfigure: { ${what} } }\n`)), problem);
    });
  }
});

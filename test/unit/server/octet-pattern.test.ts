import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ANY_OCTET, ANY_OCTETS, type OctetPattern, fits } from '../../../src/server/classes/octet-pattern.ts';

/** The same by the regular expressions of the language. */
function fitsByRegExp(pattern: OctetPattern, octets: Uint8Array): boolean {
  const source = pattern.map((sign) => (sign === ANY_OCTETS ? '[^]*' : sign === ANY_OCTET ? '[^]' : `\\x${sign.toString(16).padStart(2, '0')}`));
  return new RegExp(`^${source.join('')}$`).test(String.fromCharCode(...octets));
}

describe('a pattern of octets', () => {
  it('fits what a regular expression of the same meaning fits', () => {
    const octet = fc.integer({ min: 0, max: 2 });
    const pattern = fc.array(fc.oneof(octet, fc.constant(ANY_OCTET), fc.constant(ANY_OCTETS)), { maxLength: 8 });
    let fitting = 0;
    fc.assert(
      fc.property(pattern, fc.array(octet, { maxLength: 10 }), (signs, octets) => {
        const expected = fitsByRegExp(signs, Uint8Array.from(octets));
        if (expected) fitting += 1;
        assert.equal(fits(signs, Uint8Array.from(octets)), expected);
      }),
      { seed: 9915, numRuns: 5_000 },
    );
    assert.ok(fitting > 500, String(fitting));
  });

  it('fits up to 512 octets, and none that has more', () => {
    assert.equal(fits([ANY_OCTETS], new Uint8Array(512)), true);
    assert.equal(fits([ANY_OCTETS], new Uint8Array(513)), false);
  });
});

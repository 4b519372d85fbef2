import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatPairingKey, newPairingKey, parsePairingKey } from '../../../src/identity/index.ts';

describe('a pairing key', () => {
  it('[R-ID1] has 136 random bits, and is another one each time', () => {
    const keys = Array.from({ length: 200 }, newPairingKey);
    assert.equal(new Set(keys).size, keys.length);
    const octets = keys.map((key) => {
      const parsed = parsePairingKey(key);
      assert.ok(!('problem' in parsed), key);
      assert.equal(formatPairingKey(parsed), key);
      return parsed;
    });
    assert.ok(octets.every(({ length }) => length === 17));
    // Each bit is set in about half of them: 100 of 200, with a standard deviation of 7.
    for (let bit = 0; bit < 136; bit++) {
      const set = octets.filter((key) => ((key[bit >> 3] ?? 0) >> (bit & 7)) & 1).length;
      assert.ok(set > 50 && set < 150, `bit ${bit} is set in ${set} of 200`);
    }
  });

  it('is text in groups of four, without letters that look like others', () => {
    assert.match(newPairingKey(), /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){7}$/);
    assert.equal(formatPairingKey(new Uint8Array(17).map((_, i) => i * 7 + 1)), '0440-Y5GX-4GNK-4EA0-8X75-AQ33-D9RN-T7QB');
  });

  it('is not taken with any one letter changed', () => {
    const key = newPairingKey();
    for (let i = 0; i < key.length; i++) {
      if (key[i] === '-') continue;
      const wrong = `${key.slice(0, i)}${key[i] === 'A' ? 'B' : 'A'}${key.slice(i + 1)}`;
      assert.deepEqual(parsePairingKey(wrong), { problem: 'a letter or digit of the pairing key is wrong' });
    }
  });
});

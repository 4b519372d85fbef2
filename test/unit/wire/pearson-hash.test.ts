import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { HASH_BUCKETS, countBuckets, firstBuckets, hasBucket, otherBuckets, parseHex, pearsonHash, toHashMap } from '../../../src/wire/index.ts';

const octets = (hex: string): Uint8Array => parseHex(hex) ?? assert.fail(hex);

/** By the program in C that stands in RFC 3074 section 6, compiled as it is. */
const BY_THE_PROGRAM_OF_THE_RFC = [
  ['00', 175],
  ['ff', 234],
  ['000100012a2b2c2d02005e100001', 131],
  ['00030001020000000001', 174],
  ['00030001020000000002', 47],
  ['0002000000091122334455', 124],
  ['0004275e4e99511040a298412d76a4589b07', 108],
  ['00'.repeat(130), 97],
  [`0004${Array.from({ length: 128 }, (_, i) => i.toString(16).padStart(2, '0')).join('')}`, 43],
] as const;

describe("Pearson's hash (RFC 3074 section 6)", () => {
  it('[O-41] is that of the program in the RFC', () => {
    assert.deepEqual(BY_THE_PROGRAM_OF_THE_RFC.map(([key]) => pearsonHash(octets(key))), BY_THE_PROGRAM_OF_THE_RFC.map(([, hash]) => hash));
  });

  it('[O-41] mixes by a table that has each value once: keys of one octet are all in different buckets', () => {
    const buckets = new Set(Array.from({ length: HASH_BUCKETS }, (_, octet) => pearsonHash(Uint8Array.of(octet))));
    assert.equal(buckets.size, HASH_BUCKETS);
  });

  it('[O-41] divides clients whose addresses follow each other about evenly', () => {
    const counts = new Uint32Array(HASH_BUCKETS);
    const clients = 256 * 64;
    for (let n = 0; n < clients; n++) {
      const bucket = pearsonHash(Uint8Array.of(0, 3, 0, 1, 2, 0, 0, 0, n >> 8, n & 0xff));
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    const half = counts.subarray(0, 128).reduce((sum, count) => sum + count, 0);
    assert.ok(Math.abs(half / clients - 0.5) < 0.02, `${String(half)} of ${String(clients)} are in the first half`);
  });
});

describe('Hash Bucket Assignments (RFC 3074 section 5.2)', () => {
  it('[O-41] are a bit for each bucket, the least significant for the smallest', () => {
    const example = toHashMap(octets(`${'ff'.repeat(6)}0000${'ff'.repeat(8)}${'00'.repeat(16)}`)) ?? assert.fail();
    const served = Array.from({ length: HASH_BUCKETS }, (_, bucket) => bucket).filter((bucket) => hasBucket(example, bucket));
    assert.deepEqual(served, [...Array.from({ length: 48 }, (_, i) => i), ...Array.from({ length: 64 }, (_, i) => 64 + i)], 'the example of the RFC');
    assert.equal(countBuckets(example), 112);
    assert.deepEqual([...firstBuckets(11).subarray(0, 3)], [0xff, 0x07, 0]);
  });

  it('[R-LB1] of two servers together are all ones, and no bucket is in both', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const map = toHashMap(bytes) ?? assert.fail();
        const other = otherBuckets(map);
        for (let bucket = 0; bucket < HASH_BUCKETS; bucket++) assert.notEqual(hasBucket(map, bucket), hasBucket(other, bucket));
        assert.equal(countBuckets(map) + countBuckets(other), HASH_BUCKETS);
      }),
    );
  });

  it('[R-LB1] are 32 octets and nothing else', () => {
    for (const length of [0, 1, 31, 33]) assert.equal(toHashMap(new Uint8Array(length)), undefined);
  });
});

/** Hash Bucket Assignments (RFC 3074 section 5.2): which of the 256 buckets a server answers, a bit for each. */

declare const kind: unique symbol;

export const HASH_BUCKETS = 256;
const HASH_MAP_LENGTH = HASH_BUCKETS / 8;

/** 32 octets, never changed after it is made; in each the least significant bit is that of the smallest bucket. */
export type HashMap = Uint8Array & { readonly [kind]: 'HashMap' };

/** Takes 32 octets for a map; undefined when there are not 32. */
export function toHashMap(octets: Uint8Array): HashMap | undefined {
  return octets.length === HASH_MAP_LENGTH ? (octets as HashMap) : undefined;
}

/** The first buckets, so many of them. */
export function firstBuckets(count: number): HashMap {
  const map = new Uint8Array(HASH_MAP_LENGTH) as HashMap;
  for (let bucket = 0; bucket < count; bucket++) map[bucket >> 3] = (map[bucket >> 3] ?? 0) | (1 << (bucket & 7));
  return map;
}

/** All the others. */
export function otherBuckets(map: HashMap): HashMap {
  return map.map((octet) => octet ^ 0xff) as HashMap;
}

export function hasBucket(map: HashMap, bucket: number): boolean {
  return ((map[bucket >> 3] ?? 0) & (1 << (bucket & 7))) !== 0;
}

export function countBuckets(map: HashMap): number {
  let count = 0;
  for (let bucket = 0; bucket < HASH_BUCKETS; bucket++) if (hasBucket(map, bucket)) count++;
  return count;
}

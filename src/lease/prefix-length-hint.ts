/**
 * Groups pools by how well their delegated length suits the length that a client asks for, the best first: that length; then the
 * shorter ones (larger prefixes), the closest first (RFC 8168 3.2); then the longer ones, the closest first, of which
 * RFC 8168 says nothing: a client that gets less than it hoped for is better off than one that gets nothing. In a group
 * the pools keep their order. `lengthOf` gives a pool's delegated length by its number.
 */
export function poolsByLengthHint(pools: readonly number[], lengthOf: (pool: number) => number, hint: number): number[][] {
  const groups = new Map<number, number[]>();
  for (const pool of pools) {
    const length = lengthOf(pool);
    const group = groups.get(length);
    if (group === undefined) groups.set(length, [pool]);
    else group.push(pool);
  }
  return [...groups].sort(([a], [b]) => distance(a, hint) - distance(b, hint)).map(([, group]) => group);
}

function distance(length: number, hint: number): number {
  return length <= hint ? hint - length : 128 + length - hint;
}

/** Pools in tables. */

/** The row of a pool; a range of two long addresses takes two lines. */
export function poolLines(pool: string, cells: readonly string[], width: number): readonly (readonly string[])[] {
  if (pool.length <= width) return [[`  ${pool}`, ...cells]];
  const [first = '', last = ''] = pool.split(' - ');
  return [
    [`  ${first} -`, ...cells.map(() => '')],
    [`  ${last}`, ...cells],
  ];
}

/** Sizes of pools go up to 2^64 and beyond. */
export function formatSize(size: number): string {
  return size <= 1_000_000 ? String(size) : `2^${String(Math.round(Math.log2(size)))}`;
}

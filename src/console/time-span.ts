/** Spans of time in the few characters that a table has for them. */

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

/** `3d4h`, `59m12s`, `0s`: the two largest units. */
export function formatSpan(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const first = UNITS.findIndex(([, size]) => whole >= size);
  if (first < 0) return '0s';
  let left = whole;
  return UNITS.slice(first, first + 2)
    .map(([unit, size]) => {
      const count = Math.floor(left / size);
      left -= count * size;
      return count === 0 ? '' : `${String(count)}${unit}`;
    })
    .join('');
}

/** How long until an ISO time, as seen at `now`; `never` where there is none. */
export function spanUntil(time: string | undefined, now: number): string {
  return time === undefined ? 'never' : formatSpan((Date.parse(time) - now) / 1_000);
}

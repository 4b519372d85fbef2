/** Times as a person types and reads them. */

const TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(Z|[+-]\d{2}:\d{2})?$/i;

/** UTC unless it says otherwise. @returns milliseconds since 1970; undefined where it is no time */
export function parseUtcTime(text: string): number | undefined {
  const found = TIME.exec(text.trim());
  if (found === null) return undefined;
  const [, date = '', minutes = '', seconds = ':00', zone = 'Z'] = found;
  const time = Date.parse(`${date}T${minutes}${seconds}${zone.toUpperCase()}`);
  // 2026-02-30 is no day, though Date.parse knows what would come of it.
  const isDay = !Number.isNaN(time) && new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);
  return isDay ? time : undefined;
}

/** `2026-01-31 12:00:00Z` @param time as the daemon's reports have it: RFC 3339, in UTC */
export function formatUtcTime(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)}Z`;
}

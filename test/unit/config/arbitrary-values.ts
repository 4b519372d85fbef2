// Parts that provisioning files are made of.

import fc from 'fast-check';

/** A map with some of the keys. */
export function some(entries: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(entries, { requiredKeys: [] });
}

/** The same duration in one of the ways that it can be written. */
export function duration(least: number, most: number): fc.Arbitrary<string | number> {
  return fc.integer({ min: least, max: most }).chain((seconds) => {
    const ways: (string | number)[] = [seconds, `${seconds}s`, String(seconds)];
    if (seconds % 60 === 0) ways.push(`${seconds / 60}m`);
    if (seconds % 3600 === 0) ways.push(`${seconds / 3600}h`);
    return fc.constantFrom(...ways);
  });
}

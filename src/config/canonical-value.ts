/** What the canonical form is made of. */

/** Plain data as JSON knows it; keys are as in the file. */
export type CanonicalValue = string | number | boolean | readonly CanonicalValue[] | CanonicalMap;
export interface CanonicalMap {
  readonly [key: string]: CanonicalValue;
}

/** Without the keys that have no value. */
export function present(entries: Readonly<Record<string, CanonicalValue | undefined>>): CanonicalMap {
  return Object.fromEntries(
    Object.entries(entries).filter((entry): entry is [string, CanonicalValue] => entry[1] !== undefined),
  );
}

export function maybe<T>(value: T | undefined, form: (value: T) => CanonicalValue): CanonicalValue | undefined {
  return value === undefined ? undefined : form(value);
}

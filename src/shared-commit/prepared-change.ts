/** What the partner is to prepare: as JSON in the content of PREPARE. It comes from another box, and is looked at before it is used. */

export type PreparedChange =
  | {
      readonly kind: 'change';
      /** Key by key, in the partner's own file. */
      readonly changes: readonly { readonly path: readonly (string | number)[]; readonly value?: unknown }[];
      /** What both agree on now, by its digest; undefined where it is the purpose that they do not. */
      readonly before: string | undefined;
      /** And what they will. */
      readonly after: string;
      /** Seconds after which it is undone on both unless it is confirmed. */
      readonly confirmWithin: number | undefined;
    }
  /** The change that waits to be confirmed stays, on both. */
  | { readonly kind: 'confirm'; readonly of: string };

const PATH_MAX = 32;
const CONFIRM_SECONDS_MAX = 86_400;

/** @returns undefined where it is none of this version */
export function parsePrepared(content: Uint8Array): PreparedChange | undefined {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch {
    return undefined;
  }
  if (!isObject(json)) return undefined;
  const { kind, of, changes, before, after, confirmWithin } = json;
  if (kind === 'confirm') return typeof of === 'string' ? { kind, of } : undefined;
  if (kind !== 'change' || !Array.isArray(changes) || typeof after !== 'string') return undefined;
  if (before !== undefined && typeof before !== 'string') return undefined;
  if (confirmWithin !== undefined && !isSeconds(confirmWithin)) return undefined;
  return changes.every(isChange) ? { kind, changes, before, after, confirmWithin } : undefined;
}

function isChange(value: unknown): value is { readonly path: readonly (string | number)[]; readonly value?: unknown } {
  if (!isObject(value) || !Array.isArray(value['path'])) return false;
  const { path } = value;
  return path.length > 0 && path.length <= PATH_MAX && path.every((key) => typeof key === 'string' || (Number.isSafeInteger(key) && key >= 0));
}

function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 && value <= CONFIRM_SECONDS_MAX;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

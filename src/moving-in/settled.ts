/** From a draft to a provisioning file that `twinlease check` finds right: what it refuses is left out, and said. */
import { Document, isMap, isSeq, visit } from 'yaml';
import type { Node } from 'yaml';
import { loadProvisioning } from '../config/index.ts';
import type { ProvisioningDocument } from '../config/index.ts';
import type { Draft, Origin } from './draft.ts';
import type { Findings } from './findings.ts';
import { formatPlace } from './place.ts';

/** Each round leaves out what the one before it found, twenty faults at most. */
const ROUNDS_MAX = 100;

export interface Settled {
  readonly text: string;
  readonly document: ProvisioningDocument;
}

/** @param heading lines of comment for the top of the file */
export function settled(draft: Draft, heading: readonly string[], findings: Findings): Settled {
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const text = written(draft, heading);
    const loaded = loadProvisioning(Buffer.from(text), 'the provisioning file');
    if ('document' in loaded) return { text, document: loaded.document };
    const left = new Map<Origin, () => void>();
    for (const { path, problem, found, allowed } of loaded.diagnostics) {
      const part = partAt(draft, path);
      if (part === undefined) throw new Error(`what was made of it is no provisioning file: ${path}: ${problem} (found ${found}; allowed ${allowed})`);
      if (left.has(part.origin)) continue;
      left.set(part.origin, part.leaveOut);
      findings.leftOut(part.origin.place, part.origin.what, `${problem} (allowed: ${allowed})`);
    }
    for (const leaveOut of left.values()) leaveOut();
  }
  throw new Error(`more than ${String(ROUNDS_MAX)} rounds of faults in what was made of it: this is not a configuration that serves clients`);
}

interface Part {
  readonly origin: Origin;
  readonly leaveOut: () => void;
}

/** The smallest part with an origin on the way to a key path such as `links.lan.prefix-pools[0].prefix`. */
function partAt(draft: Draft, path: string): Part | undefined {
  let found: Part | undefined;
  let container: unknown = draft.document;
  for (const step of path.matchAll(/\[(\d+)\]|[^.[\]]+/g)) {
    const key = step[1] === undefined ? step[0] : Number(step[1]);
    if (typeof container !== 'object' || container === null) break;
    const holder = container as Record<string | number, unknown>;
    // What was left out has no place in the file: the list is counted without it.
    const at = Array.isArray(container) && typeof key === 'number' ? (presentIndexes(container)[key] ?? -1) : key;
    const origin = draft.originOf(container, at);
    // A hole, so that what stands behind it keeps its index, and with it its origin.
    if (origin !== undefined) found = { origin, leaveOut: () => Reflect.deleteProperty(holder, at) };
    container = holder[at];
  }
  return found;
}

/** Those that are no holes. */
function presentIndexes(list: readonly unknown[]): readonly number[] {
  return Object.keys(list).map(Number);
}

function written(draft: Draft, heading: readonly string[]): string {
  const document = new Document(withoutNothing(draft.document));
  document.commentBefore = heading.map((line) => (line === '' ? '' : ` ${line}`)).join('\n');
  comment(document.contents, draft.document, draft);
  visit(document, {
    Seq(_, node) {
      if (node.items.every((item) => !isMap(item) && !isSeq(item))) node.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** Says beside links, pools and reservations where they come from. */
function comment(node: unknown, source: unknown, draft: Draft): void {
  if (typeof source !== 'object' || source === null) return;
  const say = (key: string | number, child: unknown): void => {
    const origin = draft.originOf(source, key);
    if (origin !== undefined && isMap(child)) (child as Node).commentBefore = ` ${formatPlace(origin.place)}`;
  };
  if (isMap(node)) {
    for (const pair of node.items) {
      const key = String(pair.key);
      say(key, pair.value);
      if (key !== 'options') comment(pair.value, (source as Record<string, unknown>)[key], draft);
    }
  } else if (isSeq(node) && Array.isArray(source)) {
    const indexes = presentIndexes(source);
    for (const [i, item] of node.items.entries()) {
      const index = indexes[i] ?? -1;
      say(index, item);
      comment(item, source[index], draft);
    }
  }
}

/** A copy without holes, and without lists and maps that have nothing in them; links and boxes may have nothing. */
function withoutNothing(value: unknown, ...path: readonly string[]): unknown {
  if (Array.isArray(value)) return Object.values(value).map((item) => withoutNothing(item, ...path, ''));
  if (typeof value !== 'object' || value === null) return value;
  const [section] = path;
  const mayBeEmpty = (key: string): boolean => (path.length === 0 && key === 'links') || (path.length === 1 && (section === 'links' || section === 'appliances'));
  const kept = Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
    const copy = withoutNothing(item, ...path, key);
    const isEmpty = typeof copy === 'object' && copy !== null && Object.keys(copy).length === 0;
    return isEmpty && !mayBeEmpty(key) ? [] : [[key, copy]];
  });
  return Object.fromEntries(kept);
}

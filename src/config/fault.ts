/** Faults of the file as the checks find them, by key path, and the list that gathers them. */
import { type ParsedNode, isMap, isScalar, isSeq } from 'yaml';
import { type Diagnostic, excerpt } from './diagnostic.ts';
import { type KeyPath, type Part, formatKeyPath, locate } from './key-path.ts';
import { withoutKeys } from './secrets.ts';
import type { SourceText } from './source-text.ts';

export interface Fault {
  /** An error unless it says otherwise. */
  readonly severity?: 'warning';
  readonly path: KeyPath;
  /** What the mark is put under: the value, unless said otherwise. */
  readonly part?: Part;
  /** Index into the value's text at which the fault is. */
  readonly offset?: number;
  /** The place in the file, where the path alone does not tell it: a syntax error, a repeated key. */
  readonly at?: Span;
  /** A clause without a capital and without a full stop. */
  readonly problem: string;
  /** When it is not simply what stands there. */
  readonly found?: string;
  readonly allowed: string;
  /** Other places that it clashes with; those that are not in the file, but defaults, are left out. */
  readonly related?: readonly RelatedFault[];
}

/** Offsets into the file: the first character, and the one behind the last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

interface RelatedFault {
  readonly path: KeyPath;
  readonly part?: Part;
  /** A clause that "at LINE:COLUMN" can follow. */
  readonly note: string;
}

/** What the checks report to. */
export type Report = (fault: Fault) => void;

/** @param source what of the file may be shown */
export function diagnose(source: SourceText, root: ParsedNode | null, fault: Fault): Diagnostic {
  const place = locate(root, fault.path, fault.part ?? 'value', fault.offset);
  const [clash, ...others] = fault.related ?? [];
  // A default is not in the file: the mark goes to what it clashes with.
  if (!place.isExact && clash !== undefined) return diagnose(source, root, { ...fault, ...clash, related: others });
  const { start, end } = fault.at ?? place;
  return {
    severity: fault.severity ?? 'error',
    file: source.fileName,
    ...excerpt(source, start, end),
    path: withoutKeys(formatKeyPath(fault.path)),
    problem: withoutKeys(fault.problem),
    found: shortened(
      withoutKeys(fault.found ?? (fault.at === undefined ? describeNode(source, place.node) : written(source, fault.at))),
    ),
    allowed: fault.allowed,
    related: (fault.related ?? []).flatMap(({ path, part, note }) => {
      const other = locate(root, path, part ?? 'value');
      if (!other.isExact) return [];
      return [{ ...excerpt(source, other.start, other.end), path: withoutKeys(formatKeyPath(path)), note }];
    }),
  };
}

/** What stands in the file, as it is written there, or in words. */
function describeNode(source: SourceText, node: ParsedNode | undefined): string {
  if (node === undefined || (isScalar(node) && node.value === null)) return 'nothing';
  if (isSeq(node)) return node.items.length === 0 ? 'an empty list' : 'a list';
  if (isMap(node)) return node.items.length === 0 ? 'an empty map' : 'a map';
  return written(source, { start: node.range[0], end: node.range[1] });
}

function written(source: SourceText, { start, end }: Span): string {
  return source.text
    .slice(start, Math.min(end, start + 10 * FOUND_LENGTH_MAX))
    .replaceAll(/\s+/g, ' ')
    .trim();
}

const FOUND_LENGTH_MAX = 80;

function shortened(text: string): string {
  return text.length <= FOUND_LENGTH_MAX ? text : `${text.slice(0, FOUND_LENGTH_MAX)}...`;
}

/** What valibot found wrong, as faults. The messages follow the convention of `schema-parts.ts`. */
import type { BaseIssue, IssuePathItem } from 'valibot';
import type { Fault } from './fault.ts';
import type { KeyPath } from './key-path.ts';
import { TEXT_FAULT, UNKNOWN_KEY } from './schema-parts.ts';
import { didYouMean } from './suggestion.ts';

type Issue = BaseIssue<unknown>;

export function issueFaults(issue: Issue): Fault[] {
  // Of the shapes that a value may have, only the one that it has is worth talking about.
  const inside = issue.issues?.filter(({ path, type }) => path !== undefined || type === TEXT_FAULT) ?? [];
  if (inside.length > 0) {
    const path = issue.path ?? [];
    return inside.flatMap((inner) => issueFaults(withPath(inner, [...path, ...(inner.path ?? [])])));
  }
  return [issueFault(issue, issue.path ?? [])];
}

function withPath(issue: Issue, path: readonly IssuePathItem[]): Issue {
  const [first, ...rest] = path;
  return first === undefined ? issue : { ...issue, path: [first, ...rest] };
}

function issueFault(issue: Issue, items: readonly IssuePathItem[]): Fault {
  const last = items.at(-1);
  if (issue.type === TEXT_FAULT) {
    const offset = last?.type === 'unknown' && typeof last.key === 'number' ? last.key : undefined;
    const path = keyPath(offset === undefined ? items : items.slice(0, -1));
    const at = offset === undefined ? {} : { offset };
    return { path, ...at, problem: issue.message, allowed: issue.expected ?? '' };
  }
  const path = keyPath(items);
  const allowed = issue.message;
  if (last?.origin === 'key') {
    const name = String(last.key);
    if (issue.expected === UNKNOWN_KEY) {
      const known = Array.isArray(issue.requirement) ? issue.requirement.map(String) : [];
      return { path, part: 'key', problem: `unknown key "${name}"${didYouMean(name, known)}`, found: name, allowed };
    }
    if (issue.input === undefined) return { path, problem: `"${name}" is missing`, found: 'nothing', allowed };
    return { path, part: 'key', problem: `"${name}" is not a name`, found: name, allowed };
  }
  return { path, problem: problemOf(issue), allowed: allowed + quotesHint(issue) };
}

function keyPath(items: readonly IssuePathItem[]): KeyPath {
  return items.map(({ key }) => (typeof key === 'number' ? key : String(key)));
}

function problemOf(issue: Issue): string {
  switch (issue.type) {
    case 'min_value':
      return 'the number is too small';
    case 'max_value':
      return 'the number is too large';
    case 'integer':
      return 'this is not a whole number';
    case 'min_length':
      return 'the list is empty';
    case 'min_entries':
      return 'the map is empty';
    case 'picklist':
    case 'variant':
    case 'literal':
      return issue.input === undefined ? 'the value is missing' : `this is not one of the values${suggestion(issue)}`;
    default:
      return issue.input === null || issue.input === undefined
        ? 'the value is missing'
        : `${kindOf(issue.input)} is not allowed here`;
  }
}

function kindOf(input: unknown): string {
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object') return 'a map';
  if (typeof input === 'boolean') return 'a truth value';
  return typeof input === 'number' ? 'a number' : 'this value';
}

/** The value that was probably meant: valibot says what it expects as `("random" | "sequential")`. */
function suggestion(issue: Issue): string {
  if (typeof issue.input !== 'string') return '';
  const values = [...(issue.expected ?? '').matchAll(/"([^"]*)"/g)].map(([, value]) => value ?? '');
  return didYouMean(issue.input, values);
}

/** Where a text is meant, YAML takes `7` for a number, `true` for a truth value, and `2001:db8::` in a list for a map. */
function quotesHint({ type, input, issues }: Issue): string {
  const wanted = [type, ...(issues ?? []).map((inner) => inner.type)];
  if (!wanted.includes('string') || wanted.includes('number')) return '';
  const isBare = typeof input === 'number' || typeof input === 'boolean';
  return isBare || isKeyWithoutValue(input) ? ' (in quotes, if this is meant)' : '';
}

function isKeyWithoutValue(input: unknown): boolean {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return false;
  const [value, ...others] = Object.values(input) as unknown[];
  return value === null && others.length === 0;
}

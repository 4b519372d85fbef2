/**
 * What the schema is put together from, on top of valibot: maps that name every unknown key, and texts that are read
 * for a value. By convention the message of every valibot schema and validation here says what is *allowed*; only a
 * text's own fault says what is wrong with it (`issue-faults.ts` reads them).
 */
import * as v from 'valibot';
import { type Parsed, isFault } from './parsed.ts';

/** What an issue expects where a key is not known; its requirement is then the list of those that are. */
export const UNKNOWN_KEY = 'never';

/** The type of an issue that says what is wrong with a text; its last path item is an offset into the text. */
export const TEXT_FAULT = 'raw_transform';

/** A text that stands for a value; the pattern is for editors, the reader is the judge. */
export function textValue<T>(
  allowed: string,
  read: (text: string) => Parsed<T>,
  pattern?: string,
): v.GenericSchema<string, T> {
  const hint = { description: allowed, ...(pattern === undefined ? {} : { pattern }) };
  return v.pipe(v.string(allowed), v.metadata(hint), reading(allowed, read));
}

/** The reading itself, for schemas that take more than texts. */
export function reading<I, T>(allowed: string, read: (input: I) => Parsed<T>): v.RawTransformAction<I, T> {
  return v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const parsed = read(dataset.value);
    if (!isFault(parsed)) return parsed.value;
    const offset: v.UnknownPathItem = {
      type: 'unknown',
      origin: 'value',
      input: dataset.value,
      key: parsed.at,
      value: '',
    };
    addIssue({
      message: parsed.problem,
      expected: parsed.allowed ?? allowed,
      ...(parsed.at === undefined ? {} : { path: [offset] }),
    });
    return NEVER;
  });
}

/** A map with these keys and no others. */
export function section<const E extends v.ObjectEntries>(entries: E): v.StrictObjectSchema<E, string> {
  const names = Object.keys(entries);
  const needed = names.filter((name) => entries[name]?.type !== 'optional');
  const others = names.filter((name) => !needed.includes(name));
  const groups = [needed.length === 0 ? '' : `${needed.join(', ')} (needed)`, others.join(', ')];
  const allowed = `a map of ${groups.filter((group) => group !== '').join('; ')}`;
  return strictly(v.strictObject(entries, allowed), (key) =>
    Object.hasOwn(entries, key) ? undefined : { expected: UNKNOWN_KEY, requirement: names },
  );
}

/** A map from names that the operator chooses; `what` says of what they are, `names` what they look like. */
export function named<const S extends v.GenericSchema>(
  what: string,
  names: string,
  namePattern: RegExp,
  value: S,
): v.GenericSchema<Record<string, v.InferInput<S>>, Record<string, v.InferOutput<S>>> {
  const name = v.pipe(v.string(), v.regex(namePattern, names));
  return strictly(v.record(name, value, `a map from names to ${what}`), (key) =>
    UNUSABLE_NAMES.includes(key) ? { expected: names } : undefined,
  );
}

/** Names that valibot leaves out of a record without a word, since they mean something to JavaScript. */
const UNUSABLE_NAMES = ['__proto__', 'constructor', 'prototype'];

type Issue = v.BaseIssue<unknown>;
type KeyFault = Pick<Issue, 'expected' | 'requirement'>;

/** The schema, refusing a list, which valibot takes for a map from "0", "1", ..., and every key that has a fault. */
function strictly<S extends v.GenericSchema & { readonly message: string }>(
  schema: S,
  faultOf: (key: string) => KeyFault | undefined,
): S {
  const run = (dataset: v.UnknownDataset, config: v.Config<Issue>): v.OutputDataset<unknown, Issue> => {
    const input = dataset.value;
    if (Array.isArray(input)) {
      const { type, message } = schema;
      return {
        typed: false,
        value: input,
        issues: [{ kind: 'schema', type, input, expected: 'Object', received: 'Array', message }],
      };
    }
    if (!isMap(input)) return schema['~run'](dataset, config);
    const issues: Issue[] = [];
    for (const key of Object.keys(input)) {
      const fault = faultOf(key);
      if (fault !== undefined) issues.push(keyIssue(schema, input, key, fault));
    }
    const [first, ...rest] = issues;
    if (first === undefined) return schema['~run'](dataset, config);
    const usable = Object.fromEntries(Object.entries(input).filter(([key]) => faultOf(key) === undefined));
    const { issues: others = [] } = schema['~run']({ value: usable }, config);
    return { typed: false, value: input, issues: [first, ...rest, ...others] };
  };
  return { ...schema, '~run': run };
}

function keyIssue(
  schema: { type: string; message: string },
  input: Record<string, unknown>,
  key: string,
  fault: KeyFault,
): Issue {
  const path: [v.ObjectPathItem] = [{ type: 'object', origin: 'key', input, key, value: input[key] }];
  return { kind: 'schema', type: schema.type, input: key, received: key, message: schema.message, path, ...fault };
}

function isMap(input: unknown): input is Record<string, unknown> {
  return typeof input === 'object' && input !== null;
}

/** The schema with a text for editors: what the key is for, in place of what its kind of value looks like. */
export function described<const S extends v.GenericSchema>(
  schema: S,
  text: string,
): v.SchemaWithPipe<readonly [S, v.DescriptionAction<v.InferOutput<S>, string>]> {
  return v.pipe(schema, v.description(text));
}

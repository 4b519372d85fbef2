/**
 * Where a line leads among the commands: each word is a command, an option or a value. Words may be shortened as long as one thing
 * alone can be meant, and options stand without their dashes. Commands come from the same definitions as those of the shell.
 */
import { InvalidArgumentError } from 'commander';
import type { Argument, Command, Option } from 'commander';
import type { Word } from './words.ts';

/** Options that belong to a shell: the console knows its daemon, and `?` is its help. They are understood and not offered. */
const SHELL_OPTIONS = ['--control', '--help', '--json'];

/** The command of the configure mode that has the commands of the show mode below it. */
export const OTHER_MODE = 'run';

export interface Place {
  readonly command: Command;
  /** The full names of the commands that led here. */
  readonly names: readonly string[];
  /** Values of the command's arguments so far, as they were typed where they are many, without quotes where it is one. */
  readonly filled: readonly string[];
  /** The option whose value comes next. */
  readonly awaiting: Option | undefined;
  /** The value may be another one of this option, too. */
  readonly repeating: Option | undefined;
  /** Options that were said, by their long names. */
  readonly given: readonly string[];
  /** What commander takes for options. */
  readonly flags: readonly string[];
}

/** What is wrong with a line, and where: both from the line's beginning. */
export interface Stumble {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Where no mark below the word can be shown. */
export function describeStumble({ start, end, text }: Stumble, line: string): string {
  const word = `"${line.slice(start, end)}"`;
  return text.startsWith(word) ? text : `${word}: ${text}`;
}

export function isStumble(place: Place | Stumble): place is Stumble {
  return 'text' in place;
}

function beginning(program: Command): Place {
  return { command: program, names: [], filled: [], awaiting: undefined, repeating: undefined, given: [], flags: [] };
}

/** As advice has it that is meant for the shell, too: "twinlease clock set" is "clock set" here. */
const SHELL_WORD = 'twinlease';

export function follow(program: Command, words: readonly Word[]): Place | Stumble {
  let place = beginning(program);
  for (const word of words[0]?.text === SHELL_WORD ? words.slice(1) : words) {
    const next = step(place, word);
    if (typeof next === 'string') return { start: word.start, end: word.end, text: next };
    place = next;
  }
  return place;
}

/** @returns what commander is to parse, or what is missing at the end of the line */
export function argumentsOf(place: Place, lineLength: number): readonly string[] | Stumble {
  const missing = missingAt(place);
  if (missing !== undefined) return { start: lineLength + 1, end: lineLength + 2, text: missing };
  return [...place.names, ...place.flags, ...(place.filled.length > 0 ? ['--', ...place.filled] : [])];
}

/** Commands that may come next. */
export function commandsAt({ command, filled }: Place): readonly Command[] {
  return filled.length > 0 ? [] : command.createHelp().visibleCommands(command).filter((known) => known.name() !== 'help' || command.parent === null);
}

/** Options that may come next, by the word that is typed for each. */
export function optionsAt({ command, given }: Place): readonly (readonly [keyword: string, option: Option])[] {
  return command.options
    .filter(({ long, hidden, variadic }) => !hidden && !SHELL_OPTIONS.includes(long ?? '') && (variadic || !given.includes(long ?? '')))
    .map((option) => [keywordOf(option), option]);
}

/** The argument whose value may come next. */
export function argumentAt({ command, filled }: Place): Argument | undefined {
  const known = command.registeredArguments;
  return known[filled.length] ?? (known.at(-1)?.variadic === true ? known.at(-1) : undefined);
}

/** Nothing more has to be said. */
export function isComplete(place: Place): boolean {
  return missingAt(place) === undefined;
}

function missingAt(place: Place): string | undefined {
  const { command, awaiting, filled, given } = place;
  if (awaiting !== undefined) return `here the value of "${keywordOf(awaiting)}" is missing: ${awaiting.description}`;
  const needed = command.registeredArguments.find((argument, i) => argument.required && i >= filled.length);
  if (needed !== undefined) return `here ${needed.name()} is missing: ${needed.description}`;
  const option = command.options.find(({ mandatory, long }) => mandatory && !given.includes(long ?? ''));
  if (option !== undefined) return `here "${keywordOf(option)}" is missing: ${option.description}`;
  const known = commandsAt(place);
  if (known.length > 0 && !hasAction(command)) return `here one of these is missing: ${known.map((next) => next.name()).join(', ')}`;
  return undefined;
}

/** A command with commands of its own that also does something by itself says so with an argument. */
function hasAction(command: Command): boolean {
  return command.registeredArguments.length > 0;
}

/** @returns why the word can't stand here */
function step(place: Place, word: Word): Place | string {
  if (word.isOpen) return 'a quote is opened here and not closed';
  const { awaiting } = place;
  if (awaiting !== undefined) return withValue({ ...place, awaiting: undefined }, awaiting, word);
  const isQuoted = word.raw !== word.text;
  const isDashed = word.text.startsWith('--') && !isQuoted;
  if (!isQuoted && !isDashed) {
    const command = chosen(commandsAt(place).map((next) => [next.name(), next]), word.text);
    if (typeof command === 'string') return command;
    if (command !== undefined) return { ...beginning(command), names: [...place.names, command.name()] };
  }
  const argument = argumentAt(place);
  const isValue = argument?.required === true && place.filled.length < place.command.registeredArguments.length;
  if (isDashed || (!isQuoted && !isValue)) {
    const option = isDashed ? dashedOption(place, word.text) : chosen(optionsAt(place), word.text);
    if (typeof option === 'string') return option;
    if (option !== undefined) return withOption(place, option);
  }
  if (place.repeating !== undefined) return withValue(place, place.repeating, word);
  if (argument === undefined) return strange(place, word.text);
  const faulty = refusal(argument, word.text);
  return faulty ?? { ...place, filled: [...place.filled, argument.variadic ? word.raw : word.text] };
}

function dashedOption(place: Place, text: string): Option | string {
  const option = place.command.options.find(({ long }) => long === text);
  return option ?? strange(place, text);
}

function withOption(place: Place, option: Option): Place {
  const long = option.long ?? '';
  const next = { ...place, given: [...place.given, long], repeating: undefined };
  return option.isBoolean() ? { ...next, flags: [...next.flags, long] } : { ...next, awaiting: option };
}

function withValue(place: Place, option: Option, { text }: Word): Place | string {
  const repeating = option.variadic ? option : undefined;
  return refusal(option, text) ?? { ...place, repeating, flags: [...place.flags, option.long ?? '', text] };
}

/** By the parser and the choices that the command was defined with. */
function refusal(taker: Argument | Option, text: string): string | undefined {
  try {
    (taker.parseArg as ((value: string, previous: unknown) => unknown) | undefined)?.(text, undefined);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidArgumentError) return error.message.replace(/\.$/, '').replace(/^It must/, 'this must');
    throw error;
  }
}

function strange(place: Place, text: string): string {
  const elsewhere = place.command.commands.find((command) => command.name() === OTHER_MODE)?.commands.some((command) => command.name() === text);
  if (elsewhere === true) return `"${text}" is said in the show mode, and here behind "${OTHER_MODE}": "${OTHER_MODE} ${text}"`;
  const known = [...commandsAt(place).map((command) => command.name()), ...optionsAt(place).map(([keyword]) => keyword)];
  if (known.length === 0) return 'nothing more can be said here';
  return `"${text}" can't stand here; ${known.length === 1 ? 'this can' : 'one of these can'}: ${known.join(', ')}`;
}

/** The one that the text names or begins alone. @returns why none, where several do */
function chosen<Item>(known: readonly (readonly [name: string, item: Item])[], text: string): Item | string | undefined {
  const named = known.find(([name]) => name === text);
  if (named !== undefined) return named[1];
  const begun = known.filter(([name]) => name.startsWith(text));
  if (begun.length > 1) return `"${text}" may be one of several: ${begun.map(([name]) => name).join(', ')}`;
  return begun[0]?.[1];
}

function keywordOf({ long }: Option): string {
  return (long ?? '').replace(/^--/, '');
}

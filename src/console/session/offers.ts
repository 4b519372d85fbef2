/** What can be said next: for `?`, which explains it, and for TAB, which types it. */
import type { Argument, Command, Option } from 'commander';
import { wrap } from '../wrap.ts';
import { argumentAt, commandsAt, describeStumble, follow, isComplete, isStumble, optionsAt } from './follow.ts';
import type { Place } from './follow.ts';
import { wordsOf } from './words.ts';

export interface Offer {
  /** A word that can be typed; in angle brackets a kind of words. */
  readonly text: string;
  readonly what: string;
  /** More of this word has to follow, so that no space is put behind it. */
  readonly isOpen?: boolean;
  /** Without it, or another one, the line says nothing. */
  readonly isNeeded?: boolean;
}

/** What is asked for a value: which words a parameter takes at this moment. */
export interface ValueQuestion {
  /** Full names of the commands, with spaces between them. */
  readonly command: string;
  /** The argument, or the option without its dashes. */
  readonly parameter: string;
  /** Values of the command's arguments before it. */
  readonly filled: readonly string[];
  /** What was typed of the value. */
  readonly begun: string;
}

/** @returns none where any word may be right */
export type ValueSource = (question: ValueQuestion) => Promise<readonly Offer[]>;

export interface Completion {
  /** What is typed for the person. */
  readonly insert: string;
  /** What can be said where nothing more is sure; empty where something was typed. */
  readonly list: string;
}

const ENTER: Offer = { text: '<Enter>', what: 'do it' };

/** Every way to go on from the text before the cursor. */
export async function explain(program: Command, values: ValueSource, before: string): Promise<string> {
  const { offers, begun, fault } = await offersFor(program, values, before);
  if (fault !== undefined) return fault;
  return offers.length === 0 ? wrap('', `nothing that can be said here begins with "${begun}"`) : formatOffers(offers);
}

export async function complete(program: Command, values: ValueSource, before: string): Promise<Completion> {
  const { offers, begun, fault } = await offersFor(program, values, before);
  if (fault !== undefined) return { insert: '', list: fault };
  const typed = offers.filter(({ text }) => !text.startsWith('<'));
  const [only, ...others] = typed;
  if (only !== undefined && others.length === 0 && offers.length === 1) {
    return { insert: only.text.slice(begun.length) + (only.isOpen === true ? '' : ' '), list: '' };
  }
  const insert = commonBeginning(typed.map(({ text }) => text)).slice(begun.length);
  return insert !== '' && typed.length === offers.length ? { insert, list: '' } : { insert: '', list: formatOffers(offers) };
}

interface Found {
  readonly offers: readonly Offer[];
  readonly begun: string;
  readonly fault: string | undefined;
}

async function offersFor(program: Command, values: ValueSource, before: string): Promise<Found> {
  const words = wordsOf(before);
  const last = words.at(-1);
  const isBegun = last?.end === before.length;
  const begun = isBegun ? last.raw : '';
  const place = follow(program, isBegun ? words.slice(0, -1) : words);
  if (isStumble(place)) return { offers: [], begun, fault: wrap('', describeStumble(place, before)) };
  const offers = (await offersAt(place, values, begun)).filter(({ text }) => text.startsWith(begun) || (text.startsWith('<') && text !== ENTER.text));
  return { offers, begun, fault: undefined };
}

async function offersAt(place: Place, values: ValueSource, begun: string): Promise<readonly Offer[]> {
  const { awaiting, repeating } = place;
  const ask = async (taker: Option | Argument, parameter: string): Promise<readonly Offer[]> => {
    const known = await values({ command: place.names.join(' '), parameter, filled: place.filled, begun });
    return known.length > 0 ? known : [{ text: `<${placeholder(taker)}>`, what: taker.description }];
  };
  if (awaiting !== undefined) return await ask(awaiting, awaiting.long?.slice(2) ?? '');
  const argument = argumentAt(place);
  const commands = commandsAt(place).map((command): Offer => ({ text: command.name(), what: command.description() }));
  const isValueAlone = argument?.required === true && !argument.variadic;
  const options = isValueAlone ? [] : optionsAt(place).map(([keyword, { description }]): Offer => ({ text: keyword, what: description }));
  const taken = argument === undefined ? [] : await ask(argument, argument.name());
  const isEnough = isComplete(place) && begun === '' && place.names.length > 0 && !taken.some(({ isNeeded }) => isNeeded);
  return [
    ...commands,
    ...taken,
    ...(repeating === undefined ? [] : await ask(repeating, repeating.long?.slice(2) ?? '')),
    ...options,
    ...(isEnough ? [ENTER] : []),
  ];
}

/** `--limit <count>` has a count, an argument its name. */
function placeholder(taker: Option | Argument): string {
  return 'flags' in taker ? (/<([^>]*)>/.exec(taker.flags)?.[1] ?? 'value').replace('...', '') : taker.name();
}

/** @param offers at least one */
function formatOffers(offers: readonly Offer[]): string {
  const width = Math.min(24, Math.max(...offers.map(({ text }) => text.length)));
  return offers
    .map(({ text, what }) => (text.length > width ? `  ${text}\n${wrap(' '.repeat(width + 4), what)}` : wrap(`  ${text.padEnd(width)}  `, what)))
    .join('\n');
}

function commonBeginning(texts: readonly string[]): string {
  const [first = '', ...others] = texts;
  let length = first.length;
  for (const text of others) while (!text.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length);
}

/** One typed line: found among the commands, run, and what came of it. */
import { CommanderError } from 'commander';
import type { Command } from 'commander';
import { within } from '../surroundings.ts';
import type { Surroundings } from '../surroundings.ts';
import { wrap } from '../wrap.ts';
import { argumentsOf, follow, isStumble } from './follow.ts';
import type { Stumble } from './follow.ts';
import { wordsOf } from './words.ts';

/** @returns what is wrong with the line, and where, or undefined when it did what it says; rejects where the command failed */
export async function runLine(program: Command, line: string, control: string, around: Surroundings): Promise<Stumble | undefined> {
  const words = wordsOf(line);
  const place = follow(program, words);
  if (isStumble(place)) return place;
  const found = argumentsOf(place, line.trimEnd().length);
  if ('text' in found) return found;
  const takesControl = place.command.options.some(({ long }) => long === '--control');
  const isNamed = place.flags.includes('--control');
  const [names, others] = [found.slice(0, place.names.length), found.slice(place.names.length)];
  const whole = [...names, ...(takesControl && !isNamed ? ['--control', control] : []), ...others];
  program.configureOutput({ writeOut: around.print, writeErr: () => undefined });
  try {
    await within(around, async () => {
      await program.parseAsync(whole, { from: 'user' });
    });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return undefined;
    throw error;
  }
  return undefined;
}

/** A mark below the word that is wrong, where the line stands on the screen; if it is too long for it, the line's part once more. */
export function formatStumble({ start, end, text }: Stumble, line: string, promptLength: number, columns: number): string {
  const isVisible = promptLength + end <= columns;
  const from = isVisible ? 0 : Math.max(0, start - 20);
  const part = isVisible ? [] : [`  ${from > 0 ? '..' : ''}${line.slice(from, from + columns - 6)}`];
  const indent = isVisible ? promptLength + start : 2 + (from > 0 ? 2 : 0) + start - from;
  const width = Math.max(1, Math.min(end - start, columns - 4 - (isVisible ? 0 : indent)));
  return [...part, ' '.repeat(indent) + '^'.repeat(width), wrap('', text)].join('\n');
}

/** What a command refused is told; where it names a word of the line, with a mark below that word. */
export function stumbleOver(message: string, line: string): Stumble | undefined {
  const named = [...message.matchAll(/"([^"\s]+)"/g)].map(([, word]) => word);
  const word = wordsOf(line).find(({ text }) => named.includes(text));
  return word === undefined ? undefined : { start: word.start, end: word.end, text: message };
}

/** `help` */
import type { Command } from 'commander';
import { print } from '../print.ts';
import { wrap } from '../wrap.ts';
import { describeStumble, follow, isStumble } from './follow.ts';
import { explain } from './offers.ts';
import { wordsOf } from './words.ts';

const KEYS = [
  ['?', 'what can be said next, and what it means'],
  ['TAB', 'types what can only be meant, or lists it'],
  ['Up, Down', 'lines that were typed before'],
  ['Ctrl-C', 'clears the line; ends what runs'],
  ['Ctrl-D', 'leaves, as "exit" does'],
] as const;

export function addHelpCommand(program: Command): void {
  program
    .helpCommand(false)
    .command('help')
    .argument('[command...]', 'what the help is about')
    .description('how the console is used, or what a command does')
    .action(async (words: readonly string[]) => {
      const line = words.join(' ');
      const place = follow(program, wordsOf(line));
      if (isStumble(place)) throw new Error(describeStumble(place, line));
      const next = await explain(program, () => Promise.resolve([]), line === '' ? '' : `${line} `);
      const about = line === '' ? formatKeys() : wrap(`${place.names.join(' ')}: `, place.command.description());
      print({}, {}, () => `${about}\n\n${next}`);
    });
}

function formatKeys(): string {
  return [
    wrap('', 'Words may be shortened while only one thing is meant: "sh st" is "show status".'),
    '',
    ...KEYS.map(([key, what]) => `  ${key.padEnd(10)}${what}`),
  ].join('\n');
}

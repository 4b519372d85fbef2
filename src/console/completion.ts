/**
 * Shell completion: `source <(twinlease complete bash)`, and the same for zsh and fish. Commands and options are
 * known by themselves; the names of links and relationships come from the running daemon, those of boxes from the
 * provisioning file.
 */
import tab from '@bomb.sh/tab/commander';
import type { RootCommand } from '@bomb.sh/tab';
import type { Command } from 'commander';
import { askDaemon } from '../control/index.ts';
import { CONTROL_SOCKET } from '../default-places.ts';
import type { Request } from '../control/index.ts';

/** Must come after every other command: what is added later is not completed. */
export function addCompletion(program: Command): void {
  const completion = tab(program);
  program.commands
    .find((command) => command.name() === 'complete')
    ?.description('print a script that lets a shell complete commands with TAB')
    .hook('preAction', async (_, { args }) => {
      const option = args.at(-2);
      if (option === '--link') offer(completion, 'show leases', 'link', await linkNames(args));
      if (option === '--appliance') offer(completion, 'serve', 'appliance', await boxNames(args));
      const command = args.slice(0, 2).join(' ');
      const relationship = completion.commands.get(command)?.arguments.get('name');
      if (/\b(failover|pair)\b/.test(command) && relationship !== undefined) relationship.handler = offering(await relationshipNames(args));
    });
}

function offer(completion: RootCommand, command: string, option: string, values: readonly string[]): void {
  const known = completion.commands.get(command)?.options.get(option);
  if (known !== undefined) known.handler = offering(values);
}

function offering(values: readonly string[]): (complete: (value: string, description: string) => void) => void {
  return (complete) => {
    for (const value of values) complete(value, '');
  };
}

async function linkNames(words: readonly string[]): Promise<readonly string[]> {
  return namesOf(words, { method: 'links' });
}

async function relationshipNames(words: readonly string[]): Promise<readonly string[]> {
  return namesOf(words, { method: 'failover' });
}

/** None where no daemon answers: a shell that completes has no place for an error. */
async function namesOf(words: readonly string[], request: Request): Promise<readonly string[]> {
  const control = words[words.indexOf('--control') + 1];
  const path = words.includes('--control') && control !== undefined ? control : CONTROL_SOCKET;
  try {
    return ((await askDaemon(path, request)) as readonly { readonly name: string }[]).map(({ name }) => name);
  } catch {
    return [];
  }
}

/** Of the first word that names a file which can be read. */
async function boxNames(words: readonly string[]): Promise<readonly string[]> {
  const { readProvisioning } = await import('../config/index.ts');
  for (const word of words.slice(1, -2).filter((candidate) => !candidate.startsWith('-'))) {
    const loaded = await readProvisioning(word);
    if ('document' in loaded) return Object.keys(loaded.document.appliances);
  }
  return [];
}

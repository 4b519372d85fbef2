/** The configure mode: a candidate of the provisioning file is changed, compared, checked and committed. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { choicesAt, deleteAt, formatKeyPath, keyPathOf, maskSecrets, readValue, setAt, textAt, valueAt, valueFault } from '../../config/index.ts';
import { PRIVILEGED } from '../../default-places.ts';
import { whileWritable } from '../../firmware/index.ts';
import { openRevisions, replaceFile } from '../../revisions/index.ts';
import { print } from '../print.ts';
import { boxState, promptName } from '../session/box-state.ts';
import type { Box } from '../session/box-state.ts';
import { OTHER_MODE } from '../session/follow.ts';
import { addHelpCommand } from '../session/help.ts';
import type { Offer, ValueQuestion, ValueSource } from '../session/offers.ts';
import type { Mode, Session } from '../session/session.ts';
import { surroundings } from '../surroundings.ts';
import { wholeNumber } from '../whole-number.ts';
import { check, followFile, takeFile } from './candidate.ts';
import type { Candidate } from './candidate.ts';
import { abandon, commit } from './commit.ts';
import { differencesText } from '../show-diff.ts';
import { formatDiff } from './diff.ts';
import { END_LINE, readPaste } from './paste.ts';
import { untilReconnected } from './reconnect.ts';

const UNCOMMITTED = 'there are changes that were not committed: "commit" them, or say "exit discard"';
/** Whoever says Ctrl-C must not think that it does not happen. */
const UNDER_WAY = 'It is under way and can\'t be taken back; what comes of it follows.\r\n';
const CONFIRM_DEFAULT = '10m';
const CONFIRM_SECONDS_MAX = 86_400;

interface CommitOptions {
  readonly local?: boolean;
  readonly sync?: boolean;
  readonly abandon?: boolean;
}

export interface ConfigureParts {
  readonly session: Session;
  readonly box: Box;
  readonly stateDirectory: string;
  readonly candidate: Candidate;
  /** Puts the commands of the show mode below one of this mode. */
  readonly addShowMode: (run: Command) => void;
  readonly showValues: ValueSource;
}

export function createConfigureMode(parts: ConfigureParts): Mode {
  const { session, box, candidate } = parts;
  return {
    news: async () => await followFile(candidate),
    async prompt() {
      const level = candidate.level.length === 0 ? '' : ` ${candidate.level.join(' ')}`;
      const mark = candidate.text === candidate.base ? '' : '*';
      return `${promptName(await boxState(box))}${level}${mark}# `;
    },
    commands() {
      const program = new Command('').exitOverride().configureOutput({ writeErr: () => undefined });
      addEditing(program, candidate);
      addLooking(program, parts);
      addCommitting(program, parts);
      addLoading(program, parts);
      parts.addShowMode(program.command(OTHER_MODE).description('a command of the show mode'));
      addHelpCommand(program);
      program
        .command('exit')
        .argument('[discard]', '"discard" drops changes that were not committed', (word: string) => {
          if (word !== 'discard') throw new InvalidArgumentError('Only "discard" can stand here.');
          return word;
        })
        .description('from a key to the top, and from there back to the show mode')
        .action((discard?: string) => {
          if (discard === undefined && candidate.level.length > 0) candidate.level = [];
          else if (discard === undefined && candidate.text !== candidate.base) {
            throw new Error(UNCOMMITTED);
          } else session.leave();
        });
      return program;
    },
    values: async (question) => await valuesOf(parts, question),
    leave() {
      if (candidate.text !== candidate.base) return UNCOMMITTED;
      session.leave();
      return undefined;
    },
  };
}

function addEditing(program: Command, candidate: Candidate): void {
  program
    .command('set')
    .argument('<path...>', 'keys with spaces between them, then the value')
    .description('set a key to a value')
    .action((words: readonly string[]) => {
      const all = [...candidate.level, ...words];
      const place = placeOf(candidate, all);
      const written = all.slice(place.used).join(' ');
      if (written === '') throw new Error(`the value of ${formatKeyPath(place.path)} is missing`);
      const value = readValue(written);
      const fault = value === undefined ? 'brackets or quotes are not closed' : valueFault(place, value);
      if (fault !== undefined) throw new Error(`"${all[place.used] ?? ''}": ${fault}`);
      candidate.text = setAt(candidate.text, place.path, value);
    });
  program
    .command('delete')
    .argument('<path...>', 'keys with spaces between them')
    .description('delete a key, and all below it')
    .action((words: readonly string[]) => {
      const { path } = wholePlace(candidate, words);
      const text = deleteAt(candidate.text, path);
      if (text === undefined) throw new Error(`there is no ${formatKeyPath(path)} in the file`);
      candidate.text = text;
    });
  program
    .command('edit')
    .argument('<path...>', 'keys with spaces between them')
    .description('go to a key: what is typed is then below it')
    .action((words: readonly string[]) => {
      wholePlace(candidate, words);
      candidate.level = [...candidate.level, ...words];
    });
  program
    .command('up')
    .description('one level up')
    .action(() => void (candidate.level = candidate.level.slice(0, -1)));
  program
    .command('top')
    .description('to the top of the file')
    .action(() => void (candidate.level = []));
}

function addLooking(program: Command, { candidate, stateDirectory, session }: ConfigureParts): void {
  const show = program
    .command('show')
    .argument('[path...]', 'keys with spaces between them; all where none is named')
    .description('the candidate, without secrets')
    .action((words: readonly string[]) => {
      const { path } = wholePlace(candidate, words);
      if (path.length === 0) {
        print({}, {}, () => maskSecrets(candidate.text).trimEnd());
        return;
      }
      const value = valueAt(candidate.text, path);
      print({}, {}, () => (value === undefined ? `${formatKeyPath(path)} is not in the file: its default is used` : maskSecrets(textAt(path, value)).trimEnd()));
    });
  show
    .command('diff')
    .argument('[back]', 'compare with what stood there so many commits ago', wholeNumber)
    .option('--partner', 'what both boxes use, where the two must agree')
    .description('what differs from the file as it is')
    .action(async (back: number | undefined, { partner }: { readonly partner?: boolean }) => {
      if (partner === true) {
        const text = await differencesText(session.control);
        print({}, {}, () => text);
        return;
      }
      const other = back === undefined ? candidate.base : await earlier(stateDirectory, back);
      print({}, {}, () => formatDiff(maskSecrets(other), maskSecrets(candidate.text)) || 'nothing differs');
    });
  show
    .command('history')
    .description('what stood in the file before each commit')
    .action(async () => {
      const known = await openRevisions(stateDirectory).list();
      print(known, {}, () =>
        known.length === 0 ? 'nothing was committed yet' : known.map(({ back, replacedAt }) => `${String(back).padStart(4)}  replaced ${replacedAt.toISOString().slice(0, 19)}Z`).join('\n'),
      );
    });
  program
    .command('check')
    .description('all that is wrong with the candidate, or doubtful')
    .action(() => print({}, {}, () => check(candidate).text));
}

function addCommitting(program: Command, { candidate, stateDirectory, box, session }: ConfigureParts): void {
  program
    .command('commit')
    .argument('[confirmed]', '"confirmed": it is undone by itself unless "commit" is said again in time', (word: string) => {
      if (word !== 'confirmed') throw new InvalidArgumentError('Only "confirmed" can stand here.');
      return word;
    })
    .argument('[time]', `how long it waits to be confirmed, ${CONFIRM_DEFAULT} where it is not said`, seconds)
    .option('--local', 'this box alone, whatever its partner has')
    .option('--sync', 'the partner gets all that the two share as it is here')
    .option('--abandon', 'what the partner committed and did not decide does not happen on this box')
    .description('write the candidate into the file and let the daemon use it, on both boxes of a pair or on neither; without changes: confirm the last one')
    .action(async (confirmed: string | undefined, time: number | undefined, { local, sync, abandon: isAbandoned }: CommitOptions) => {
      const live = surroundings().screen();
      live?.enough.addEventListener('abort', () => void live.screen.write(UNDER_WAY), { once: true });
      const state = await boxState(box);
      const confirmedWithin = confirmed === undefined ? undefined : (time ?? seconds(CONFIRM_DEFAULT));
      const scope = local === true ? 'local' : sync === true ? 'sync' : 'both';
      const running = state.kind === 'running' ? state.status : undefined;
      const status = running === undefined || scope === 'local' ? running : await untilReconnected(session.control, running);
      const place = { control: session.control, stateDirectory, status };
      const said = isAbandoned === true ? await abandon(place) : await commit(candidate, place, { scope, confirmedWithin });
      print({}, {}, () => said);
    });
  program
    .command('rollback')
    .argument('[back]', 'how many commits ago; 1 where it is not said', wholeNumber)
    .description('put into the candidate what stood in the file before the last commit, or before earlier ones')
    .action(async (back: number | undefined) => {
      candidate.text = await earlier(stateDirectory, back ?? 1);
      print({}, {}, () => 'it is in the candidate: "show diff" compares, "commit" uses it');
    });
  program
    .command('discard')
    .description('drop all changes that were not committed, and go on from the file as it is')
    .action(async () => await takeFile(candidate));
}

function addLoading(program: Command, { candidate, session }: ConfigureParts): void {
  program
    .command('load')
    .option('--sha256 <digest>', 'of the file, or its first digits, to know that nothing was lost on the way', digits)
    .description('take a whole file that is pasted, up to a line with "." alone')
    .action(async ({ sha256 }: { readonly sha256?: string }) => {
      const live = surroundings().screen();
      if (live === undefined || session.keyboard === undefined) throw new Error('a file is pasted at a terminal only');
      live.screen.write(`paste the file, and end it with a line that has "${END_LINE}" alone; Ctrl-C gives up\r\n`);
      const pasted = await readPaste(session.keyboard, live);
      if (pasted === undefined) throw new Error('nothing was loaded');
      take(candidate, pasted.text, sha256 ?? pasted.sha256);
    });
  program
    .command('restore')
    .argument('<file>', 'what "backup" wrote, or any provisioning file')
    .description('take a whole file into the candidate')
    .action(async (file: string) => {
      take(candidate, await readFile(file, 'utf8'), undefined);
    });
  program
    .command('backup')
    .argument('<file>', 'where to; it may get a pairing key: only its owner can read it, but on a stick whoever has that')
    .description('write the provisioning file as it is to another place')
    .action(async (file: string) => {
      await whileWritable(PRIVILEGED, file, async () => await replaceFile(file, candidate.base));
      print({}, {}, () => `${file}\nSHA-256 ${digestOf(candidate.base)}`);
    });
}

function digits(text: string): string {
  if (!/^[0-9a-f]{8,64}$/i.test(text)) throw new InvalidArgumentError('It must be at least eight hexadecimal digits.');
  return text;
}

function take(candidate: Candidate, text: string, sha256: string | undefined): void {
  const digest = digestOf(text);
  if (sha256 !== undefined && !digest.startsWith(sha256.toLowerCase())) throw new Error(`nothing was loaded: its SHA-256 is ${digest}, something was lost on the way`);
  candidate.text = text;
  candidate.level = [];
  print({}, {}, () => `${String(Buffer.byteLength(text))} octets\nSHA-256 ${digest}\n\n${check(candidate).text}`);
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function earlier(stateDirectory: string, back: number): Promise<string> {
  const text = await openRevisions(stateDirectory).read(back);
  if (text === undefined) throw new Error(`there is nothing "${String(back)}" commits ago: "show history" lists what there is`);
  return text;
}

/** A path that takes all words. */
function wholePlace(candidate: Candidate, words: readonly string[]): ReturnType<typeof placeOf> {
  const all = [...candidate.level, ...words];
  const place = placeOf(candidate, all);
  if (place.used < all.length) throw new Error(`"${all[place.used] ?? ''}" is no key: ${formatKeyPath(place.path)} has none below it`);
  return place;
}

function placeOf({ text }: Candidate, words: readonly string[]): Exclude<ReturnType<typeof keyPathOf>, { problem: string }> {
  const place = keyPathOf(words, valueAt(text, []));
  if ('problem' in place) throw new Error(`"${words[place.at] ?? ''}": ${place.problem}`);
  return place;
}

function seconds(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([smh])$/.exec(text) ?? [];
  const value = Number(count) * (unit === 'h' ? 3_600 : unit === 'm' ? 60 : 1);
  if (count === '' || value < 1 || value > CONFIRM_SECONDS_MAX) throw new InvalidArgumentError('It must be a time such as 90s, 5m or 1h, a day at most.');
  return value;
}

async function valuesOf({ candidate, showValues }: ConfigureParts, question: ValueQuestion): Promise<readonly Offer[]> {
  const { command, parameter, filled } = question;
  if (command.startsWith(`${OTHER_MODE} `)) return await showValues({ ...question, command: command.slice(OTHER_MODE.length + 1) });
  if (parameter === 'path') {
    const known = choicesAt([...candidate.level, ...filled], valueAt(candidate.text, []));
    return known.filter(({ isOpen }) => command === 'set' || isOpen).map(({ text, what }) => ({ text, what, isNeeded: command === 'set' }));
  }
  if (parameter === 'confirmed') return [{ text: 'confirmed', what: 'undone by itself unless "commit" is said again in time' }];
  if (parameter === 'discard') return [{ text: 'discard', what: 'drop changes that were not committed' }];
  return [];
}

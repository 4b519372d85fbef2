/** What the console can do for a daemon that does not run: start it, read its log. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { askDaemon, printable } from '../../control/index.ts';
import type { LogReport } from '../../control/index.ts';
import { print } from '../print.ts';
import { formatLog } from '../report-text.ts';
import { surroundings } from '../surroundings.ts';
import { wholeNumber } from '../whole-number.ts';
import { wrap } from '../wrap.ts';
import { earlierLog } from '../kept-log.ts';
import { boxState } from './box-state.ts';
import type { Box } from './box-state.ts';

const run = promisify(execFile);

const INIT_SCRIPTS = '/etc/init.d';
const SYSTEM_LOGS = ['/var/log/twinlease.log', '/var/log/messages', '/var/log/syslog'];
/** The end of a log is what matters. */
const LOG_OCTETS_MAX = 256 * 1_024;
const START_MS = 30_000;
/** A slow box has opened its database by then. */
const ANSWER_MS = 15_000;
const LOOK_MS = 250;

export function addDaemonCommands(program: Command, box: Box): void {
  program
    .command('start')
    .description('start the daemon where it does not run, by its init script or unit')
    .action(async () => {
      if ((await boxState(box)).kind === 'running') throw new Error('the daemon runs already');
      const said = await startDaemon(box);
      surroundings().screen()?.screen.write(`${said}\r\nwaiting for its answer (Ctrl-C: not any longer) ...\r\n`);
      const end = (await answersSoon(box)) ? 'it answers' : 'it does not answer yet: "log" shows what it says';
      print({ said }, {}, () => end);
    });

  program
    .command('log')
    .option('--lines <count>', 'so many lines, up to 500', wholeNumber, 100)
    .option('--earlier <count>', 'of the start of this box before this one (1), or the one before that (2): what an appliance keeps of it', wholeNumber, 0)
    .description('the daemon\'s log, also where it does not run')
    .action(async ({ lines, earlier }: { readonly lines: number; readonly earlier: number }) => {
      const text = earlier > 0 ? await logOfEarlierStart(box, earlier, lines) : (await boxState(box)).kind === 'running' ? await logOfDaemon(box.control, lines) : await logOfSystem(box, lines);
      print(text.split('\n'), {}, () => text);
    });
}

/** @returns what was done; rejects where nothing could be */
export async function startDaemon(box: Box): Promise<string> {
  const command = await startCommand(box);
  if (command === undefined) {
    throw new Error(`nothing here can start it: there is no init script in ${INIT_SCRIPTS} and no unit called twinlease, and --start names no command`);
  }
  const said = await runCommand(command);
  return [`started: ${command.join(' ')}`, ...(said === '' ? [] : [said])].join('\n');
}

/** Until it does, or the person has had enough. */
async function answersSoon(box: Box): Promise<boolean> {
  const enough = surroundings().screen()?.enough;
  const end = performance.now() + ANSWER_MS;
  while (enough?.aborted !== true && performance.now() < end) {
    if ((await boxState(box)).kind === 'running') return true;
    await wait(LOOK_MS, undefined, enough === undefined ? {} : { signal: enough }).catch(() => undefined);
  }
  return false;
}

async function startCommand({ startCommand: said }: Box): Promise<readonly string[] | undefined> {
  if (said !== undefined) return ['/bin/sh', '-c', said];
  const scripts = existsSync(INIT_SCRIPTS) ? readdirSync(INIT_SCRIPTS) : [];
  const script = scripts.find((name) => /^(S\d\d)?twinlease$/.test(name));
  if (script !== undefined) return [join(INIT_SCRIPTS, script), 'start'];
  try {
    await run('systemctl', ['cat', 'twinlease.service']);
    return ['systemctl', 'start', 'twinlease.service'];
  } catch {
    return undefined;
  }
}

async function runCommand([file = '', ...words]: readonly string[]): Promise<string> {
  try {
    const { stdout, stderr } = await run(file, words, { timeout: START_MS });
    return `${stdout}${stderr}`.trimEnd();
  } catch (error) {
    const { stderr = '', message = '' } = error as { readonly stderr?: string; readonly message?: string };
    throw new Error(`it could not be started: ${stderr.trim() || message}`);
  }
}

async function logOfDaemon(control: string, lines: number): Promise<string> {
  return formatLog((await askDaemon(control, { method: 'log', lines })) as readonly LogReport[], surroundings().isRead);
}

/** Where init writes what the daemon says: a file of its own, or the system's, in which its lines are picked out. */
async function logOfSystem({ logFile }: Box, lines: number): Promise<string> {
  const file = logFile ?? SYSTEM_LOGS.find((path) => existsSync(path));
  if (file === undefined) return await journal(lines);
  const all = (await endOf(file)).split('\n').filter(Boolean);
  const isOwn = logFile !== undefined || file.endsWith('twinlease.log');
  const kept = (isOwn ? all : all.filter((line) => line.includes('twinlease'))).slice(-lines);
  return kept.length === 0 ? `${file} has nothing of it` : kept.map((line) => lineText(printable(line))).join('\n');
}

/** Everybody's lines, as the daemon may not be to blame. @param earlier how many starts ago */
async function logOfEarlierStart({ keptLog }: Box, earlier: number, lines: number): Promise<string> {
  const file = earlierLog(keptLog, earlier);
  if (!existsSync(file)) throw new Error(`there is no ${file}: nothing was kept of that start`);
  const kept = (await endOf(file)).split('\n').filter(Boolean).slice(-lines);
  return kept.map((line) => lineText(printable(line))).join('\n');
}

/** On a screen what does not fit goes on below what was said. */
function lineText(line: string): string {
  if (!surroundings().isRead) return line;
  const [, head = '', said = line] = /^(\S+Z\?? (?:info|warning|error) +)(.*)$/.exec(line) ?? [];
  return wrap(head, said);
}

async function journal(lines: number): Promise<string> {
  try {
    const { stdout } = await run('journalctl', ['-u', 'twinlease', '-n', String(lines), '--no-pager', '-q']);
    if (stdout.trim() !== '') return stdout.trimEnd();
  } catch {
    // There is no journal here.
  }
  throw new Error(`no log was found: not in ${SYSTEM_LOGS.join(', ')}, nor in a journal; --log names the file`);
}

async function endOf(path: string): Promise<string> {
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  const length = Math.min(size, LOG_OCTETS_MAX);
  const { buffer } = await file.read(new Uint8Array(length), 0, length, size - length);
  return new TextDecoder().decode(buffer);
}

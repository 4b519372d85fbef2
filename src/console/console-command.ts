/** `twinlease console`: what a person gets on the serial line. */
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import type { Command } from 'commander';
import { CONTROL_SOCKET, KEPT_LOG, PROVISIONING_FILE, STATE_DIRECTORY } from '../default-places.ts';
import { formatTrust } from './clock-text.ts';
import { surroundings } from './surroundings.ts';
import { boxState, ownName } from './session/box-state.ts';
import type { Box } from './session/box-state.ts';
import { openCommandHistory } from './session/command-history.ts';
import { openKeyboard } from './session/keyboard.ts';
import { formatStumble, runLine } from './session/run-line.ts';
import { createScreen, letLinesBeEdited, written } from './session/screen.ts';
import { converse, createSession, formatFailure } from './session/session.ts';
import { createShowMode } from './session/show-mode.ts';
import { SETUP, setUp } from './setup/setup.ts';
import { wrap } from './wrap.ts';

const COLUMNS = 80;

interface Options {
  readonly control: string;
  readonly state: string;
  readonly file: string;
  readonly appliance?: string;
  readonly start?: string;
  readonly log?: string;
  readonly keptLog?: string;
}

export function addConsoleCommand(program: Command): void {
  program
    .command('console')
    .option('--control <socket>', 'the control socket of the daemon', CONTROL_SOCKET)
    .option('--state <directory>', 'where the state of this box is kept, and the lines that were typed', STATE_DIRECTORY)
    .option('--file <file>', 'the provisioning file, where no daemon says which it is', PROVISIONING_FILE)
    .option('--appliance <name>', 'what this box is called while no daemon says so')
    .option('--start <command>', 'what starts the daemon, where it has no init script or unit')
    .option('--log <file>', 'where the daemon\'s log is, for when it does not run')
    .option('--kept-log <file>', 'where an appliance keeps the log, for its later starts', KEPT_LOG)
    .description('talk to this box line by line, with help at every word; from a file or pipe: runs its lines')
    .action(async (options: Options) => {
      const box = boxOf(options);
      if (process.stdin.isTTY) await atTerminal(box, options);
      else await fromLines(box);
    });
}

/** The first-boot dialogue, for those who are not at the console. */
export function addSetupCommand(program: Command): void {
  program
    .command('setup')
    .option('--control <socket>', 'the control socket of the daemon', CONTROL_SOCKET)
    .option('--state <directory>', 'where the state of this box is kept', STATE_DIRECTORY)
    .option('--file <file>', 'where the provisioning file is, or is to be', PROVISIONING_FILE)
    .option('--start <command>', 'what starts the daemon, where it has no init script or unit')
    .description(SETUP)
    .action(async (options: Options) => {
      await setUp(boxOf(options));
    });
}

function boxOf({ control, file, state, appliance, start, log, keptLog = KEPT_LOG }: Options): Box {
  return { control, file, stateDirectory: state, name: ownName(appliance), startCommand: start, logFile: log, keptLog };
}

async function atTerminal(box: Box, { state }: Options): Promise<void> {
  const desk = {
    keyboard: openKeyboard(process.stdin),
    screen: createScreen(process.stdout),
    history: openCommandHistory(join(state, 'console', 'history')),
  };
  letLinesBeEdited(desk.screen);
  const session = createSession(box.control, desk);
  session.enter(createShowMode(session, box));
  try {
    await written(desk.screen, `${await welcome(box)}\n`);
    await converse(session, desk);
  } finally {
    desk.keyboard.close();
  }
}

async function welcome(box: Box): Promise<string> {
  const state = await boxState(box);
  const help = 'Type ? for what can be said, TAB to have it typed, "help" for more.';
  if (state.kind === 'running') {
    const { appliance, version } = state.status;
    return [`${appliance}, twinlease ${version}. It is ${formatTrust(state.status)}.`, help].map((text) => wrap('', text)).join('\n');
  }
  if (state.kind === 'down' && !existsSync(box.file)) {
    return [`This box has no provisioning file yet (${box.file}). "setup" asks what must be known to make it one of a pair.`, help].map((text) => wrap('', text)).join('\n');
  }
  const trouble = state.kind === 'down' ? 'The daemon does not run: nobody is served. "start" starts it, "log" shows what it said.' : 'The daemon does not answer. "log" shows what it said.';
  return [trouble, help].map((text) => wrap('', text)).join('\n');
}

/** For scripts: no prompt, no pages; the first line that fails ends it. */
async function fromLines(box: Box): Promise<void> {
  const session = createSession(box.control, undefined);
  session.enter(createShowMode(session, box));
  for await (const line of createInterface({ input: process.stdin })) {
    const mode = session.mode();
    if (mode === undefined) return;
    if (line.trim() === '' || line.startsWith('#')) continue;
    try {
      const stumble = await runLine(mode.commands(), line, box.control, surroundings());
      if (stumble === undefined) continue;
      process.stderr.write(`${line}\n${formatStumble(stumble, line, 0, COLUMNS)}\n`);
    } catch (error) {
      process.stderr.write(`${line}\n${formatFailure(error, line, 0, COLUMNS)}`);
    }
    process.exitCode = 1;
    return;
  }
}

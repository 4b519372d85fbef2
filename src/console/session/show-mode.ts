/** The first mode of the console: what the shell's commands show and do, without their first word. */
import { readdirSync } from 'node:fs';
import { Command } from 'commander';
import { askDaemon } from '../../control/index.ts';
import type { Request } from '../../control/index.ts';
import { addClassifyCommand } from '../classify/classify-command.ts';
import { addClockCommands, askForClock } from '../clock-commands.ts';
import { addDiagCommands } from '../diag/diag-commands.ts';
import { addFailoverCommands } from '../failover-commands.ts';
import { addFactoryResetCommand } from '../factory-reset.ts';
import { addLeaseCommands } from '../lease-commands.ts';
import { addPairCommands } from '../pair-commands.ts';
import { print } from '../print.ts';
import { addReloadCommand } from '../reload.ts';
import { addShowCommands } from '../show.ts';
import { SETUP, setUp } from '../setup/setup.ts';
import { addStoreCommands } from '../store-commands.ts';
import { addUpgradeCommands } from '../upgrade/upgrade-commands.ts';
import { addWatchCommands } from '../watch/watch-commands.ts';
import { addHelpCommand } from './help.ts';
import type { Offer, ValueQuestion } from './offers.ts';
import { boxState, promptName } from './box-state.ts';
import type { Box } from './box-state.ts';
import { addDaemonCommands } from './daemon-commands.ts';
import { addPairShow } from './pair-show.ts';
import type { Mode, Session } from './session.ts';

export function createShowMode(session: Session, box: Box): Mode {
  return {
    prompt: async () => `${promptName(await boxState(box))}> `,
    commands() {
      const program = newProgram();
      addSharedCommands(program, box);
      addConfigureCommand(program, session, box);
      program
        .command('setup')
        .description(SETUP)
        .action(async () => await setUp(box));
      addPagingCommand(program, session);
      addHelpCommand(program);
      program
        .command('exit')
        .description('leave the console')
        .action(() => session.leave());
      return program;
    },
    values: async (question) => await valuesOf(session.control, question),
    leave() {
      session.leave();
      return undefined;
    },
  };
}

/** What can be shown and done in each mode. */
function addSharedCommands(program: Command, box: Box): void {
  addShowCommands(program);
  addLeaseCommands(program);
  addClassifyCommand(program);
  addFailoverCommands(program);
  addPairShow(addPairCommands(program), box);
  addClockCommands(program);
  addStoreCommands(program);
  addWatchCommands(program);
  addReloadCommand(program);
  addDaemonCommands(program, box);
  addDiagCommands(program, box);
  addUpgradeCommands(program, box);
  addFactoryResetCommand(program, box);
}

function addConfigureCommand(program: Command, session: Session, box: Box): void {
  program
    .command('configure')
    .description('change the provisioning file')
    .action(async () => {
      const { createConfigureMode } = await import('../configure/configure-mode.ts');
      const { openCandidate } = await import('../configure/candidate.ts');
      const state = await boxState(box);
      const { file, stateDirectory } = state.kind === 'running' ? { file: state.status.configuration.file, stateDirectory: state.status.storage.directory } : box;
      session.enter(
        createConfigureMode({
          session,
          box,
          stateDirectory,
          candidate: await openCandidate(file),
          addShowMode: (run) => addSharedCommands(run, box),
          showValues: async (question) => await valuesOf(session.control, question),
        }),
      );
    });
}

/** Commands that tell of their faults instead of ending the process. */
function newProgram(): Command {
  return new Command('').exitOverride().configureOutput({ writeErr: () => undefined });
}

function addPagingCommand(program: Command, session: Session): void {
  const paging = program.command('paging').description('whether long output waits for a key at the end of each screen');
  for (const [word, isPaged, what] of [['on', true, 'it waits'], ['off', false, 'it does not, as for a program that reads along']] as const) {
    paging
      .command(word)
      .description(what)
      .action(() => {
        session.isPaged = isPaged;
        print({ paging: isPaged }, {}, () => `long output ${isPaged ? 'waits for a key' : 'is written at once'}`);
      });
  }
}

/** Names that the running daemon knows; none where it does not run. */
async function valuesOf(control: string, { command, parameter }: ValueQuestion): Promise<readonly Offer[]> {
  if (parameter === 'port' && command === 'diag capture') return readdirSync('/sys/class/net').map((name) => ({ text: name, what: 'a port' }));
  if (parameter === 'link') return await namesOf(control, { method: 'links' }, 'a link');
  if (parameter === 'name' && /\b(failover|pair)\b/.test(command)) return await namesOf(control, { method: 'failover' }, 'a relationship');
  if (parameter === 'time' && /\bclock\b/.test(command)) return await timesOf(control);
  return [];
}

/** What the clocks show, to be confirmed or put right. */
async function timesOf(control: string): Promise<readonly Offer[]> {
  try {
    const { now, system } = await askForClock(control);
    return [
      { text: 'system', what: `what the system's clock shows: ${system.now}` },
      { text: now.slice(0, 11), what: `a time in UTC; by this box it is ${now}`, isOpen: true },
    ];
  } catch {
    return [];
  }
}

async function namesOf(control: string, request: Request, what: string): Promise<readonly Offer[]> {
  try {
    return ((await askDaemon(control, request)) as readonly { readonly name: string }[]).map(({ name }) => ({ text: name, what }));
  } catch {
    return [];
  }
}

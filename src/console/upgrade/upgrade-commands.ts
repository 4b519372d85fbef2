/** `upgrade ...`: another version into the slot that does not run, and what becomes of it. */
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { CONTROL_SOCKET, PRIVILEGED } from '../../default-places.ts';
import { askRoot, askSlots } from '../../firmware/index.ts';
import { confirm, mustBeMeant } from '../confirm.ts';
import { print } from '../print.ts';
import { surroundings } from '../surroundings.ts';
import { wrap } from '../wrap.ts';
import { fetchTelling, isRemote } from './fetch-update.ts';
import { formatPairUpdate } from './pair-update-text.ts';
import { createProgress } from './progress.ts';
import { formatSlots } from './slots-text.ts';
import { askForPairUpdate, stopPair, upgradePair } from './upgrade-pair.ts';
import { missingFromService } from './verify.ts';

interface Options {
  readonly privileged: string;
  readonly control: string;
  readonly json?: boolean;
  readonly yes?: boolean;
}

const MINUTES_TO_AGREE = 10;

/** @param stateDirectory has room for an update that is fetched */
export function addUpgradeCommands(program: Command, { stateDirectory }: { readonly stateDirectory: string }): void {
  const withRoot = (command: Command): Command => command.option('--privileged <folder>', 'where root of this appliance is asked', PRIVILEGED);
  const upgrade = withRoot(program.command('upgrade'))
    .argument('[file]', 'an update: a file, such as /media/sda1/update.raucb, or http://...')
    .option('--yes', 'start it without asking')
    .option('--control <socket>', 'the control socket of the daemon', CONTROL_SOCKET)
    .description('put another version of everything onto this box; the one that runs stays, and comes back where the new one does not work')
    .action(async (file: string | undefined, options: Options) => {
      if (file === undefined) await showSlots(options);
      else await install(file, options);
    });

  upgrade
    .command('status')
    .option('--json', 'print JSON, for programs')
    .description('both slots: what runs, what is started next, what is known to work; how far an update of both boxes is')
    .action(async (_own: unknown, command: Command) => await showSlots(command.optsWithGlobals<Options>()));

  upgrade
    .command('pair')
    .argument('<file>', 'an update: a file, such as /media/sda1/update.raucb, or http://...')
    .description('put another version onto this box and its partner, one after the other; clients are served all the time')
    .action(async (file: string, _own: unknown, command: Command) => await upgradePair(file, command.optsWithGlobals<Options>()));

  upgrade
    .command('stop')
    .description('an update of both boxes: finish what is under way, and begin nothing more')
    .action(async (_own: unknown, command: Command) => await stopPair(command.optsWithGlobals<Options>()));

  upgrade
    .command('keep')
    .description('this version stays, also where the partner has not agreed')
    .action(async (_own: unknown, command: Command) => {
      await askRoot(command.optsWithGlobals<Options>().privileged, 'keep');
      print({ kept: true }, {}, () => 'This version is known to work now.');
    });

  upgrade
    .command('verify')
    .description('whether the daemon serves and its partners agree; fails where not, and says why')
    .action(async (_own: unknown, command: Command) => {
      const missing = await missingFromService(command.optsWithGlobals<Options>().control);
      if (missing.length > 0) throw new Error(missing.join('; '));
      print({ works: true }, {}, () => 'It works.');
    });

  withRoot(program.command('reboot'))
    .option('--yes', 'do it without asking')
    .description('end everything on this box in order, and start it anew')
    .action(async ({ privileged, yes }: Options) => {
      if (yes !== true) await mustBeMeant(wrap('', 'This box starts anew. Its partner serves meanwhile, where it has one; without one nobody does, for about a minute.'), surroundings().terminal);
      await askRoot(privileged, 'restart');
    });

  async function install(file: string, { privileged, yes }: Options): Promise<void> {
    const isFetched = isRemote(file);
    const place = isFetched ? join(stateDirectory, 'update.raucb') : resolve(file);
    const progress = createProgress();
    try {
      if (isFetched) await fetchTelling(file, place, progress);
      await askRoot(privileged, 'install', place, (line) => {
        if (/^ *\d+% /.test(line)) progress(line.trim());
      });
    } finally {
      if (isFetched) await rm(place, { force: true });
    }
    const next = (await askSlots(privileged)).find(({ isNext }) => isNext);
    if (next === undefined || next.isRunning) throw new Error('it was written, but the boot loader does not take it: see "upgrade status"');
    print({ next }, {}, () => wrap('', `${next.version ?? 'The new version'} is in slot ${next.name}, and is started next.`));
    const stake = `Start it now? Its partner serves meanwhile, where this box has one. Where the new version does not serve, or does not come to terms with the partner within ${String(MINUTES_TO_AGREE)} minutes, this one comes back by itself.`;
    if (yes !== true && (await confirm(wrap('', stake), surroundings().terminal)) !== true) {
      print({}, {}, () => 'Not now: "reboot" starts it.');
      return;
    }
    await askRoot(privileged, 'restart');
  }
}

async function showSlots({ privileged, control, json }: Pick<Options, 'privileged' | 'control' | 'json'>): Promise<void> {
  const found = await askSlots(privileged);
  // A daemon that does not run is no reason to say nothing of the slots.
  const pair = await askForPairUpdate(control);
  const text = (): string => [formatSlots(found), ...(pair === undefined ? [] : ['', formatPairUpdate(pair)])].join('\n');
  print({ slots: found, pair }, { json: json === true }, text);
}

/** `twinlease factory-reset`: what it is about to do, said and asked before it is done. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { askDaemon } from '../control/index.ts';
import { CONTROL_SOCKET, PRIVILEGED } from '../default-places.ts';
import type { PairingReport, StatusReport } from '../control/index.ts';
import { askRoot } from '../firmware/index.ts';
import { mustBeMeant } from './confirm.ts';
import { surroundings } from './surroundings.ts';
import { wrap } from './wrap.ts';

/** What is wiped. */
interface Wiped {
  readonly stateDirectory: string;
  readonly provisioningFile: string;
  readonly named: readonly string[];
}

/** In the console of an appliance, which can't remove what it runs from: root does it, at the next start. */
export function addFactoryResetCommand(program: Command, { file, stateDirectory }: { readonly file: string; readonly stateDirectory: string }): void {
  program
    .command('factory-reset')
    .option('--privileged <folder>', 'where root of this appliance is asked', PRIVILEGED)
    .option('--control <socket>', 'the control socket of the daemon', CONTROL_SOCKET)
    .option('--yes', 'do it without asking')
    .description('start this box anew, as it came from the factory: key, partners, leases, configuration and password are gone')
    .action(async ({ privileged, control, yes }: { readonly privileged: string; readonly control: string; readonly yes?: boolean }) => {
      if (yes !== true) {
        const stake = resetStake(await askBeforeReset(control), [file, stateDirectory], await pairedIn(stateDirectory));
        await mustBeMeant(`${stake}\n${wrap('', 'So is the password of this line: whoever is at it chooses a new one. The box starts anew.')}`, surroundings().terminal);
      }
      await askRoot(privileged, 'reset');
    });
}

/** Rejects where it is not meant, or where nobody is there to say so. */
export async function makeSureOfReset(control: string, { stateDirectory, provisioningFile, named }: Wiped): Promise<void> {
  const paths = [provisioningFile, ...named, stateDirectory];
  const stake = resetStake(await askBeforeReset(control), paths, await pairedIn(stateDirectory));
  await mustBeMeant(stake, { input: process.stdin, output: process.stderr });
}

/** What the daemon says before its end; undefined where none runs. */
interface BeforeReset {
  readonly status: StatusReport;
  readonly pairings: readonly PairingReport[];
}

async function askBeforeReset(control: string): Promise<BeforeReset | undefined> {
  try {
    const status = (await askDaemon(control, { method: 'status' })) as StatusReport;
    return { status, pairings: (await askDaemon(control, { method: 'pairings' })) as readonly PairingReport[] };
  } catch {
    return undefined;
  }
}

/** The relationships that a box which is off remembers. */
async function pairedIn(stateDirectory: string): Promise<readonly string[]> {
  const names = await readdir(join(stateDirectory, 'pairing')).catch(() => []);
  return names.flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -'.json'.length)] : []));
}

/**
 * @param paths all that is wiped, the provisioning file first
 * @param remembered relationships, where no daemon runs
 */
function resetStake(before: BeforeReset | undefined, paths: readonly string[], remembered: readonly string[]): string {
  const facts = [
    before === undefined ? 'This box becomes as it came from the factory.' : `This box, ${before.status.appliance}, becomes as it came from the factory. It stops serving first, and tells its partners.`,
    `Gone for good are its key, whom it knows, its leases, and its configuration: ${paths.join(', ')}.`,
    ...leasesOf(before),
    ...partnersOf(before, remembered),
  ];
  return facts.map((text) => wrap('', text)).join('\n');
}

function leasesOf(before: BeforeReset | undefined): readonly string[] {
  if (before === undefined) return ['Clients that have a lease of this box keep using it.'];
  const active = before.status.leases['ACTIVE'] ?? 0;
  const partners = before.status.failover.map(({ partner, state }) => `${partner} (this box is in ${state})`);
  if (partners.length > 0) return [`Its ${String(active)} leases go on with ${partners.join(' and ')}, as far as that knows them.`];
  return [`Nobody else knows its ${String(active)} leases: clients keep using them, and another server may give the same addresses to others.`];
}

function partnersOf(before: BeforeReset | undefined, remembered: readonly string[]): readonly string[] {
  const names = before === undefined ? remembered : before.pairings.map(({ relationship }) => relationship);
  if (names.length === 0) return [];
  return [`To its partners it is another box afterwards. To be taken again it needs a new pairing key, and ${names.map((name) => `"twinlease pair replace ${name}"`).join(', ')} on the partner.`];
}

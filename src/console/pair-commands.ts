/** `twinlease pair ...`: how two boxes come to know each other. */
import type { Command } from 'commander';
import { askDaemon } from '../control/index.ts';
import type { PairingAction, PairingReport } from '../control/index.ts';
import { askForNow } from './clock-commands.ts';
import { mustBeMeant } from './confirm.ts';
import { withControlOptions } from './control-option.ts';
import type { ControlOptions } from './control-option.ts';
import { addPairNew } from './pair-new.ts';
import { addPairPaste } from './pair-paste.ts';
import { formatPairing, pairingStake } from './pair-text.ts';
import { print } from './print.ts';
import { surroundings } from './surroundings.ts';

interface ActionOptions extends ControlOptions {
  readonly yes?: boolean;
}

const COMMANDS: readonly (readonly [action: PairingAction, what: string])[] = [
  ['reset', 'forget the partner: it is a stranger until it is paired again, with a new key'],
  ['replace', 'forget the partner, and be paired with another box by the new key in the provisioning file'],
];

export function addPairCommands(program: Command): Command {
  const pair = program.command('pair').description('make two boxes known to each other by a one-time key');
  addPairNew(pair);
  addPairPaste(pair);

  pair
    .command('key')
    .option('--json', 'print JSON, for programs')
    .description('make a pairing key, for a relationship of a provisioning file')
    .action(async (options: { readonly json?: boolean }) => {
      const { newPairingKey } = await import('../identity/index.ts');
      const pairingKey = newPairingKey();
      print({ pairingKey }, options, () => pairingKey);
    });

  withControlOptions(pair.command('status'))
    .argument('[name]', 'of one relationship, to leave out the others')
    .description('what this box and its partner know each other by')
    .action(async (name: string | undefined, options: ControlOptions) => {
      const reports = name === undefined ? await askForPairings(options.control) : [await askForPairing(options.control, name)];
      const now = await askForNow(options.control);
      print(reports, options, () =>
        reports.length === 0 ? NO_PARTNER : reports.map((report) => formatPairing(report, now)).join('\n\n'),
      );
    });

  addPairRotate(pair);

  for (const [action, what] of COMMANDS) {
    withControlOptions(pair.command(action))
      .argument('<name>', 'of the relationship, as the provisioning file has it')
      .option('--yes', 'do it without asking')
      .description(what)
      .action(async (relationship: string, options: ActionOptions) => {
        await act(action, relationship, options);
      });
  }
  return pair;
}

function addPairRotate(pair: Command): void {
  withControlOptions(pair.command('rotate'))
    .option('--cancel', 'stay with the certificate that is in use, where no partner has seen the new one used')
    .description('make a new key and certificate for this box; used when its partners keep the certificate, without an interruption')
    .action(async (options: ControlOptions & { readonly cancel?: boolean }) => {
      await askDaemon(options.control, { method: 'certificate-rotation', action: options.cancel === true ? 'cancel' : 'begin' });
      const reports = await askForPairings(options.control);
      const now = await askForNow(options.control);
      print(reports, options, () => reports.map((report) => formatPairing(report, now)).join('\n\n'));
    });
}

const NO_PARTNER = 'this box has no partner: the provisioning file names it in no relationship';

async function act(action: PairingAction, relationship: string, options: ActionOptions): Promise<void> {
  if (options.yes !== true) await makeSure(action, relationship, options);
  await askDaemon(options.control, { method: 'pairing-command', relationship, action });
  const after = await askForPairing(options.control, relationship);
  const now = await askForNow(options.control);
  print(after, options, () => `done\n\n${formatPairing(after, now)}`);
}

/** Rejects where it is not meant, or where nobody is there to say so. */
async function makeSure(action: PairingAction, relationship: string, options: ActionOptions): Promise<void> {
  const stake = pairingStake(action, await askForPairing(options.control, relationship));
  // Who wants JSON is a program.
  await mustBeMeant(stake, options.json === true ? undefined : surroundings().terminal);
}

async function askForPairings(control: string): Promise<readonly PairingReport[]> {
  return (await askDaemon(control, { method: 'pairings' })) as readonly PairingReport[];
}

/** Rejects where the box has no such relationship. */
async function askForPairing(control: string, name: string): Promise<PairingReport> {
  const reports = await askForPairings(control);
  const report = reports.find(({ relationship }) => relationship === name);
  if (report !== undefined) return report;
  const known = reports.map(({ relationship }) => relationship);
  throw new Error(known.length === 0 ? NO_PARTNER : `there is no relationship "${name}", only: ${known.join(', ')}`);
}

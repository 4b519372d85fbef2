/** `twinlease failover ...` */
import type { Command } from 'commander';
import { askDaemon } from '../control/index.ts';
import type { FailoverAction, OutlookReport, RelationshipReport } from '../control/index.ts';
import { askForNow } from './clock-commands.ts';
import { mustBeMeant } from './confirm.ts';
import { withControlOptions } from './control-option.ts';
import type { ControlOptions } from './control-option.ts';
import { print } from './print.ts';
import { stakeOf } from './stake-text.ts';
import { surroundings } from './surroundings.ts';

interface ActionOptions extends ControlOptions {
  readonly yes?: boolean;
  readonly all?: boolean;
}

const COMMANDS: readonly (readonly [action: FailoverAction, what: string])[] = [
  ['partner-down', 'declare the partner down: this box serves alone from now on'],
  ['force-partner-down', 'the same while this box lacks leases: for a partner that is gone for good'],
  ['resync', 'ask the partner again for what this box has not acknowledged'],
  ['pause', 'leave the partner until "resume" or a restart: both serve, each what is its own'],
  ['resume', 'end a pause or a handover'],
  ['handover', 'let the partner serve the clients, and answer nobody until "resume" or a restart'],
];

export function addFailoverCommands(program: Command): void {
  const failover = program.command('failover').description('steer the relationship with a partner (failover, RFC 8156)');
  for (const [action, what] of COMMANDS) {
    const command = withControlOptions(failover.command(action))
      .argument('<name>', 'of the relationship, as the provisioning file has it')
      .option('--yes', 'do it without asking')
      .description(what);
    if (action === 'resync') command.option('--all', 'ask for every lease');
    command.action(async (relationship: string, options: ActionOptions) => {
      await act(options.all === true ? 'resync-all' : action, relationship, options);
    });
  }
}

async function act(action: FailoverAction, relationship: string, options: ActionOptions): Promise<void> {
  if (options.yes !== true) await makeSure(action, relationship, options);
  await askDaemon(options.control, { method: 'failover-command', relationship, action });
  const after = await askForRelationship(options.control, relationship);
  print(after, options, () => `done: ${relationship} is in ${after.state} (${after.why})`);
}

/** Rejects where it is not meant, or where nobody is there to say so. */
async function makeSure(action: FailoverAction, relationship: string, options: ActionOptions): Promise<void> {
  const report = await askForRelationship(options.control, relationship);
  const outlook = (await askDaemon(options.control, { method: 'failover-outlook', relationship })) as OutlookReport;
  const stake = stakeOf(action, report, outlook, await askForNow(options.control));
  // Who wants JSON is a program.
  await mustBeMeant(stake, options.json === true ? undefined : surroundings().terminal);
}

/** Rejects where the box has no such relationship. */
export async function askForRelationship(control: string, name: string): Promise<RelationshipReport> {
  const reports = await askForFailover(control);
  const report = reports.find((relationship) => relationship.name === name);
  if (report !== undefined) return report;
  const known = reports.map((relationship) => relationship.name);
  throw new Error(
    known.length === 0
      ? 'this box has no partner: the provisioning file names it in no relationship'
      : `there is no relationship "${name}", only: ${known.join(', ')}`,
  );
}

export async function askForFailover(control: string): Promise<readonly RelationshipReport[]> {
  return (await askDaemon(control, { method: 'failover' })) as readonly RelationshipReport[];
}

/** `twinlease show failover` */
import type { Command } from 'commander';
import { askDaemon } from '../control/index.ts';
import type { OutlookReport, RelationshipReport, StateReport, TransitionReport } from '../control/index.ts';
import { askForNow } from './clock-commands.ts';
import { withControlOptions } from './control-option.ts';
import type { ControlOptions } from './control-option.ts';
import { askForFailover, askForRelationship } from './failover-commands.ts';
import { formatRelationship } from './failover-text.ts';
import { formatHistory } from './history-text.ts';
import { print } from './print.ts';
import { formatStates } from './state-text.ts';

interface Options extends ControlOptions {
  readonly diagram?: boolean;
  readonly history?: boolean;
}

export function addShowFailover(show: Command): void {
  withControlOptions(show.command('failover'))
    .argument('[name]', 'of one relationship, to leave out the others')
    .option('--diagram', 'the states that a box can be in, and what leads from one to another')
    .option('--history', 'the states that it went through, over restarts, as a time line')
    .description('the partner, what both boxes know, and what would be if it died now')
    .action(async (name: string | undefined, options: Options) => {
      const chosen = name === undefined ? await askForFailover(options.control) : [await askForRelationship(options.control, name)];
      if (options.history === true) await printHistory(chosen, options);
      else if (options.diagram === true) await printStates(chosen, options);
      else await printRelationships(chosen, options);
    });
}

async function printRelationships(reports: readonly RelationshipReport[], options: Options): Promise<void> {
  const shown: (RelationshipReport & { readonly outlook: OutlookReport })[] = [];
  for (const report of reports) {
    const outlook = (await askDaemon(options.control, { method: 'failover-outlook', relationship: report.name })) as OutlookReport;
    shown.push({ ...report, outlook });
  }
  const now = await askForNow(options.control);
  print(shown, options, () =>
    shown.length === 0
      ? 'this box has no partner: the provisioning file names it in no relationship'
      : shown.map((report) => formatRelationship(report, report.outlook, now)).join('\n\n'),
  );
}

async function printStates(reports: readonly RelationshipReport[], options: Options): Promise<void> {
  const shown: { relationship: string; states: readonly StateReport[] }[] = [];
  for (const { name } of reports) {
    const states = (await askDaemon(options.control, { method: 'failover-states', relationship: name })) as readonly StateReport[];
    shown.push({ relationship: name, states });
  }
  print(shown, options, () => shown.map(({ relationship, states }) => `${relationship}:\n\n${formatStates(states)}`).join('\n\n'));
}

async function printHistory(reports: readonly RelationshipReport[], options: Options): Promise<void> {
  const all = (await askDaemon(options.control, { method: 'failover-history' })) as readonly TransitionReport[];
  const shown = reports.map(({ name }) => ({ relationship: name, transitions: all.filter(({ relationship }) => relationship === name) }));
  const now = await askForNow(options.control);
  print(shown, options, () => shown.map(({ relationship, transitions }) => formatHistory(relationship, transitions, now)).join('\n\n'));
}

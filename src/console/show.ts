/** `twinlease show ...` */
import type { Command } from 'commander';
import { askDaemon, formatMetrics } from '../control/index.ts';
import type { CountersReport, LeasePage, LeaseQuery, LinkReport, LogReport, StatusReport } from '../control/index.ts';
import { askForNow } from './clock-commands.ts';
import { addShowDiff } from './show-diff.ts';
import { addShowDns } from './show-dns.ts';
import { addShowFailover } from './show-failover.ts';
import { addShowLeasequery } from './show-leasequery.ts';
import { addShowLoad } from './show-load.ts';
import { withControlOptions } from './control-option.ts';
import type { ControlOptions } from './control-option.ts';
import { print } from './print.ts';
import { formatCounters, formatLeases, formatLinks, formatLog, formatStatus } from './report-text.ts';
import { surroundings } from './surroundings.ts';
import { wholeNumber } from './whole-number.ts';

interface LeaseOptions extends ControlOptions {
  readonly limit: number;
  readonly after?: string;
  readonly active?: boolean;
  readonly all?: boolean;
  readonly duid?: string;
  readonly link?: string;
}

export function addShowCommands(program: Command): void {
  const show = program.command('show').description('what the running daemon does and holds');

  withControlOptions(show.command('status'))
    .description('this box: its leases in numbers, its storage, its alarms')
    .action(async (options: ControlOptions) => {
      const report = (await askDaemon(options.control, { method: 'status' })) as StatusReport;
      print(report, options, () => formatStatus(report));
    });

  withControlOptions(show.command('leases'))
    .description('leases in the order of their addresses, a page at a time')
    .option('--limit <count>', 'leases of a page, up to 1000; one with fewer is the last', wholeNumber, 20)
    .option('--after <lease>', 'begin behind this address or prefix')
    .option('--active', 'only those that a client holds now')
    .option('--all', 'also free prefixes that no client ever had')
    .option('--duid <duid>', 'only those of this client')
    .option('--link <name>', 'only those of this link')
    .action(async (options: LeaseOptions) => {
      const page = await askForLeases(options.control, options);
      const now = await askForNow(options.control);
      print(page.leases, options, () => formatLeases(page, now));
    });

  addShowFailover(show);
  addShowDiff(show);
  addShowLoad(show);
  addShowDns(show);
  addShowLeasequery(show);

  withControlOptions(show.command('links'))
    .description('links with their interfaces and pools')
    .action(async (options: ControlOptions) => {
      const report = (await askDaemon(options.control, { method: 'links' })) as readonly LinkReport[];
      print(report, options, () => formatLinks(report));
    });

  withControlOptions(show.command('config'))
    .description('the provisioning file as it is used, with every default')
    .action(async (options: ControlOptions) => {
      const text = (await askDaemon(options.control, { method: 'config' })) as string;
      const value = options.json === true ? (await import('../config/index.ts')).valueAt(text, []) : undefined;
      print(value, options, () => text.trimEnd());
    });

  withControlOptions(show.command('log'))
    .description('what the daemon said last, the latest at the end')
    .option('--lines <count>', 'so many lines, up to 500', wholeNumber, 20)
    .action(async (options: ControlOptions & { readonly lines: number }) => {
      const report = (await askDaemon(options.control, { method: 'log', lines: options.lines })) as readonly LogReport[];
      print(report, options, () => formatLog(report, surroundings().isRead));
    });

  withControlOptions(show.command('counters'))
    .description('what was received, sent, discarded and shed since the daemon started')
    .option('--all', 'also those that are 0')
    .action(async (options: ControlOptions & { readonly all?: boolean }) => {
      const report = (await askDaemon(options.control, { method: 'counters' })) as CountersReport;
      print(report, options, () => formatCounters(report, options.all === true ? 'all' : 'counted'));
    });

  withControlOptions(show.command('metrics'))
    .description('what is counted, in the text format of Prometheus')
    .action(async (options: ControlOptions) => {
      const status = (await askDaemon(options.control, { method: 'status' })) as StatusReport;
      const links = (await askDaemon(options.control, { method: 'links' })) as readonly LinkReport[];
      const counters = (await askDaemon(options.control, { method: 'counters' })) as CountersReport;
      print({ status, links, counters }, options, () => formatMetrics(status, links, counters).trimEnd());
    });
}

export async function askForLeases(control: string, query: LeaseQuery): Promise<LeasePage> {
  const { after, limit, active, all, name, duid, link } = query;
  return (await askDaemon(control, { method: 'leases', query: { after, limit, active, all, name, duid, link } })) as LeasePage;
}

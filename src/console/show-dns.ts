/** `show dns`: what is due in the DNS, and how its servers take it. */
import type { Command } from 'commander';
import { askDaemon } from '../control/index.ts';
import type { DnsStatusReport } from '../control/index.ts';
import { askForNow } from './clock-commands.ts';
import { withControlOptions } from './control-option.ts';
import type { ControlOptions } from './control-option.ts';
import { print } from './print.ts';
import { formatSpan, spanUntil } from './time-span.ts';
import { wrap } from './wrap.ts';

const TAKEN_SHOWN = 10;

export function addShowDns(show: Command): void {
  withControlOptions(show.command('dns'))
    .description('what is due in the DNS, zone by zone')
    .action(async (options: ControlOptions) => {
      const report = (await askDaemon(options.control, { method: 'dns' })) as DnsStatusReport;
      const now = await askForNow(options.control);
      print(report, options, () => formatDns(report, now));
    });
}

export function formatDns(report: DnsStatusReport, now: number): string {
  const { zones, due, removals, later, held, taken } = report;
  const lines = [
    wrap('due        ', due === 0 ? 'nothing: the zones are as the leases are' : `${addresses(due)}${removals === 0 ? '' : `; of ${String(removals)} of them former names are to be removed`}`),
    ...(later === 0 ? [] : [wrap('later      ', `${addresses(later)} of these ${later === 1 ? 'is' : 'are'} tried again`)]),
    ...(held === 0 ? [] : [wrap('held       ', `${addresses(held)} of these ${held === 1 ? 'waits' : 'wait'} until it is known what the partner does, or a zone is configured`)]),
  ];
  for (const { zone, servers, key, state, waiting, asking, failingSince, nextTry, lastError } of zones) {
    lines.push('', wrap('', `${zone}: ${servers.join(', ')}${key === undefined ? ', NOT SIGNED' : `, signed with "${key}"`}`));
    lines.push(wrap('  state      ', state === 'failing' ? `FAILING for ${span(failingSince, now)}, tried again in ${spanUntil(nextTry, now)}` : state));
    if (waiting + asking > 0) lines.push(wrap('  waiting    ', `${String(waiting)}, and ${String(asking)} asked for`));
    if (lastError !== undefined) lines.push(wrap('  last error ', lastError));
  }
  if (taken.length > 0) lines.push('', 'names that somebody else has:', ...taken.slice(0, TAKEN_SHOWN).map(({ name, address }) => wrap('  ', `${name} (for ${address})`)));
  if (taken.length > TAKEN_SHOWN) lines.push(`  and ${String(taken.length - TAKEN_SHOWN)} more`);
  return lines.join('\n');
}

function addresses(count: number): string {
  return count === 1 ? '1 address' : `${String(count)} addresses`;
}

function span(since: string | undefined, now: number): string {
  return since === undefined ? '0s' : formatSpan((now - Date.parse(since)) / 1_000);
}

/** `twinlease clock ...` */
import type { Command } from 'commander';
import { askDaemon } from '../control/index.ts';
import type { ClockReport } from '../control/index.ts';
import { clockStake, formatClock } from './clock-text.ts';
import { mustBeMeant } from './confirm.ts';
import { withControlOptions } from './control-option.ts';
import type { ControlOptions } from './control-option.ts';
import { print } from './print.ts';
import { surroundings } from './surroundings.ts';
import { parseUtcTime } from './utc-time.ts';

export function addClockCommands(program: Command): void {
  const clock = program.command('clock').description('what time it is by this box, and who says so');

  withControlOptions(clock.command('show'))
    .description('the time, whether it is trusted, and what the system\'s clock shows')
    .action(async (options: ControlOptions) => {
      const report = await askForClock(options.control);
      print(report, options, () => formatClock(report));
    });

  withControlOptions(clock.command('set'))
    .argument('<time>', 'in UTC, such as 2026-01-31T12:00, or "system": what the system\'s clock shows is right')
    .option('--yes', 'do it without asking')
    .description('say what time it is, where neither NTP nor a partner does; the system\'s clock stays as it is')
    .action(async (time: string, options: ControlOptions & { readonly yes?: boolean }) => {
      await set(time, options);
    });
}

async function set(text: string, options: ControlOptions & { readonly yes?: boolean }): Promise<void> {
  const typedAt = performance.now();
  const typed = text === 'system' ? undefined : parseUtcTime(text);
  if (typed === undefined && text !== 'system') throw new Error(`"${text}" is no time: say it in UTC, such as 2026-01-31T12:00:30, or say "system"`);
  const before = await askForClock(options.control);
  if (options.yes !== true) {
    const stake = clockStake(before, typed ?? Date.parse(before.system.now));
    // Who wants JSON is a program.
    await mustBeMeant(stake, options.json === true ? undefined : surroundings().terminal);
  }
  // It was that late when it was typed: to read what is at stake takes its time.
  const time = typed === undefined ? 'system' : Math.round((typed + performance.now() - typedAt) / 1_000);
  await askDaemon(options.control, { method: 'clock-set', time });
  const after = await askForClock(options.control);
  print(after, options, () => formatClock(after));
}

export async function askForClock(control: string): Promise<ClockReport> {
  return (await askDaemon(control, { method: 'clock' })) as ClockReport;
}

/** What time it is by the box that is asked, in milliseconds since 1970: a console on it must not reckon by another clock. */
export async function askForNow(control: string): Promise<number> {
  return Date.parse((await askForClock(control)).now);
}

/** `show load`: how busy the box was in the last hour, as rows of characters. */
import type { Command } from 'commander';
import { askDaemon } from '../control/index.ts';
import type { LoadReport, PoolLoadReport } from '../control/index.ts';
import { withControlOptions } from './control-option.ts';
import type { ControlOptions } from './control-option.ts';
import { formatSize } from './pool-lines.ts';
import { print } from './print.ts';
import { sparkline, takesBlocks, thinned } from './sparkline.ts';
import { formatSpan } from './time-span.ts';
import { wrap } from './wrap.ts';

const COLUMNS = 60;

export function addShowLoad(show: Command): void {
  withControlOptions(show.command('load'))
    .description('requests in the last hour, and how full the pools were')
    .action(async (options: ControlOptions) => {
      const report = (await askDaemon(options.control, { method: 'load' })) as LoadReport;
      print(report, options, () => formatLoad(report, takesBlocks(process.env)));
    });
}

export function formatLoad({ everySeconds, received, pools }: LoadReport, blocks: boolean): string {
  if (received.length === 0) return `nothing was sampled yet: look again in ${formatSpan(everySeconds)}`;
  const rates = thinned(received, COLUMNS).map((count) => count / everySeconds);
  const most = Math.max(...received) / everySeconds;
  const now = (received.at(-1) ?? 0) / everySeconds;
  return [
    `the last ${formatSpan(received.length * everySeconds)}, now at the right`,
    '',
    wrap('', `requests: ${rateText(now)} a second now, ${rateText(most)} at most`),
    row(rates, Math.max(...rates), blocks),
    ...pools.flatMap((pool) => ['', wrap('', useText(pool)), row(thinned(pool.active, COLUMNS), pool.size, blocks)]),
  ].join('\n');
}

function row(values: readonly number[], top: number, blocks: boolean): string {
  return `  |${sparkline(values, top, blocks).padStart(COLUMNS)}|`;
}

function useText({ link, pool, size, active }: PoolLoadReport): string {
  const held = active.at(-1) ?? 0;
  return `${link}, ${pool}: ${String(held)} of ${formatSize(size)} held (${percentText(held, size)}), ${String(Math.max(...active))} at most`;
}

function percentText(part: number, whole: number): string {
  const percent = whole === 0 ? 0 : (100 * part) / whole;
  return percent > 0 && percent < 1 ? 'under 1%' : `${String(Math.round(percent))}%`;
}

function rateText(rate: number): string {
  return rate >= 100 ? String(Math.round(rate)) : rate.toFixed(1);
}

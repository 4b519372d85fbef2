import { alternateWarm, sayRound, series, type Part } from '../bench.ts';
import { offerExchanges, type ExchangesResult } from '../load-programs.ts';
import { perfdhcp } from '../perfdhcp.ts';

/**
 * A window in which everything happens that happens now and then: every 58 000 leases LevelDB merges its tables, and for 0.1 s commits
 * wait for its writes. A short window has all of that or nothing.
 */
const seconds = 30;

/** Node.js compiles the code of the packet path while it runs; the kernel and Kea have nothing to learn. */
const runInSeconds = 6;

function percentile(result: ExchangesResult, name: 'p50' | 'p99' | 'p999'): number {
  return result.exchangeMicroseconds[name] ?? NaN;
}

export const latency: Part = async (bench) => {
  const rate = bench.highestRates().kea / 2;
  const results = await alternateWarm(bench, async (_server, subject, round) => {
    const runIn = await offerExchanges(rate, runInSeconds);
    const result = await offerExchanges(rate, seconds);
    const beside = await perfdhcp(rate, 2);
    const p99 = `p99 ${percentile(result, 'p99').toFixed(0)} us, ${percentile(runIn, 'p99').toFixed(0)} us before that`;
    sayRound(bench, subject, round, `p50 ${percentile(result, 'p50').toFixed(0)} us, ${p99}`);
    return { ...result, runIn, perfdhcp: beside };
  });
  const at = `at ${rate.toFixed(0)}/s`;
  return {
    method:
      `load/exchanges.c for ${String(seconds)} s at half of Kea's highest rate, after ${String(runInSeconds)} s of the same (a row of its own): both answers of an exchange together with the client's turn between them, ` +
      "from the sending system call to the kernel's receive stamp (perfdhcp gives no percentiles; its mean is in the raw results beside it)",
    findings: [
      { figure: `latency of an exchange ${at}, p50`, unit: 'us', ...series(results, (result) => percentile(result, 'p50')) },
      {
        figure: `latency of an exchange ${at}, p99`,
        unit: 'us',
        ...series(results, (result) => percentile(result, 'p99')),
        target: { of: 'ratio', comparison: '<=', limit: 1 },
      },
      { figure: `latency of an exchange ${at}, p99.9`, unit: 'us', ...series(results, (result) => percentile(result, 'p999')) },
      {
        figure: `latency in the first ${String(runInSeconds)} s of that rate, p99`,
        unit: 'us',
        ...series(results, ({ runIn }) => percentile(runIn, 'p99')),
      },
    ],
    raw: results,
  };
};

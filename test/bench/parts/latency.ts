import { alternateWarm, sayRound, series, type Bench, type Part } from '../bench.ts';
import { freshDirectory, serverInterface } from '../lab.ts';
import { loadProgram, offerExchanges, type ExchangesResult } from '../load-programs.ts';
import { perfdhcp } from '../perfdhcp.ts';
import { startProgram } from '../subjects/subject.ts';

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

/** What the disk allows: a responder that syncs before it answers, and does nothing else. */
async function responderLatency(bench: Bench, rate: number): Promise<ExchangesResult> {
  const directory = freshDirectory(bench.workDirectory, 'responder');
  const command = [loadProgram('ceiling'), serverInterface, `${directory}/records`];
  const responder = await startProgram('responder', command, {}, `${directory}/log`);
  const result = await offerExchanges(rate, seconds);
  await responder.stop();
  return result;
}

export const latency: Part = async (bench) => {
  const rate = bench.highestRates().kea / 2;
  const responder: ExchangesResult[] = [];
  const results = await alternateWarm(bench, async (_server, subject, round) => {
    const runIn = await offerExchanges(rate, runInSeconds);
    const result = await offerExchanges(rate, seconds);
    const beside = await perfdhcp(rate, 2);
    const p99 = `p99 ${percentile(result, 'p99').toFixed(0)} us, ${percentile(runIn, 'p99').toFixed(0)} us before that`;
    sayRound(bench, subject, round, `p50 ${percentile(result, 'p50').toFixed(0)} us, ${p99}`);
    return { ...result, runIn, perfdhcp: beside };
  });
  for (let round = 0; round < bench.rounds; round++) {
    const result = await responderLatency(bench, rate);
    responder.push(result);
    bench.progress(`  round ${String(round + 1)}/${String(bench.rounds)} responder p50 ${percentile(result, 'p50').toFixed(0)} us, p99 ${percentile(result, 'p99').toFixed(0)} us`);
  }
  const at = `at ${rate.toFixed(0)}/s`;
  return {
    method:
      `load/exchanges.c for ${String(seconds)} s at half of Kea's highest rate, after ${String(runInSeconds)} s of the same (a row of its own): both answers of an exchange together with the client's turn between them, ` +
      "from the sending system call to the kernel's receive stamp (perfdhcp gives no percentiles; its mean is in the raw results beside it). " +
      'The responder is load/ceiling.c, which appends 300 octets for a Request and syncs them before it answers, and does nothing else',
    findings: [
      { figure: `latency of an exchange ${at}, p50`, unit: 'us', ...series(results, (result) => percentile(result, 'p50')) },
      {
        figure: `latency of an exchange ${at}, p99`,
        unit: 'us',
        ...series(results, (result) => percentile(result, 'p99')),
        target: { of: 'ratio', comparison: '<=', limit: 1 },
      },
      { figure: `latency of an exchange ${at}, p99.9`, unit: 'us', ...series(results, (result) => percentile(result, 'p999')) },
      ...(['p50', 'p99', 'p999'] as const).map((name) => ({
        figure: `latency of an exchange ${at} of a responder that only syncs, ${name.replace('p999', 'p99.9')}`,
        unit: 'us',
        responder: responder.map((result) => percentile(result, name)),
      })),
      {
        figure: `latency in the first ${String(runInSeconds)} s of that rate, p99`,
        unit: 'us',
        ...series(results, ({ runIn }) => percentile(runIn, 'p99')),
      },
    ],
    raw: { ...results, responder },
  };
};

import { alternateWarm, sayRound, series, type Part } from '../bench.ts';
import { offerExchanges } from '../load-programs.ts';

const seconds = 4;

export const overload: Part = async (bench) => {
  const highest = bench.highestRates();
  const results = await alternateWarm(bench, async (_server, subject, round) => {
    const rate = highest[subject.name];
    const result = await offerExchanges(2 * rate, seconds);
    const share = (100 * result.rate) / rate;
    const p99 = (result.exchangeMicroseconds.p99 ?? NaN) / 1000;
    sayRound(bench, subject, round, `${share.toFixed(0)} % of ${rate.toFixed(0)}/s, p99 ${p99.toFixed(1)} ms`);
    return { share, p99, result };
  });
  return {
    method:
      `load/exchanges.c for ${String(seconds)} s: new clients at twice the server's own highest rate, whatever it answers and without retransmission; ` +
      'whole exchanges within that time against the highest rate, and the 99th percentile from Solicit to Reply of those that were completed',
    findings: [
      {
        figure: 'given at twice its own highest rate, share of that',
        unit: '%',
        ...series(results, (result) => result.share),
        target: { of: 'twinlease', comparison: '>=', limit: 90 },
      },
      {
        figure: 'latency of an exchange then, p99',
        unit: 'ms',
        ...series(results, (result) => result.p99),
        target: { of: 'twinlease', comparison: '<', limit: 100 },
      },
    ],
    raw: results,
  };
};

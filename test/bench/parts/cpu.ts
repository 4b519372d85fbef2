import { alternateWarm, sayRound, series, type Part } from '../bench.ts';
import { perfdhcp } from '../perfdhcp.ts';
import { cpuMicroseconds } from '../process-figures.ts';

const seconds = 4;

export const cpu: Part = async (bench) => {
  const highest = bench.highestRates();
  const rate = 0.75 * Math.min(highest.twinlease, highest.kea);
  const results = await alternateWarm(bench, async (server, subject, round) => {
    const before = cpuMicroseconds(server.pid);
    const run = await perfdhcp(rate, seconds);
    const perExchange = (cpuMicroseconds(server.pid) - before) / run.exchanges;
    sayRound(bench, subject, round, `${perExchange.toFixed(1)} us CPU an exchange at ${run.rate.toFixed(0)}/s`);
    return { perExchange, run };
  });
  return {
    method:
      `perfdhcp for ${String(seconds)} s at one rate for both: three quarters of the lower of the two highest rates`,
    findings: [
      { figure: `CPU time at ${rate.toFixed(0)}/s`, unit: 'us/exchange', ...series(results, (result) => result.perExchange) },
    ],
    raw: results,
  };
};

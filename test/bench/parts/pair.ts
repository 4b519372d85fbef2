import { alternate, sayRound, series, type Part } from '../bench.ts';
import { freshDirectory } from '../lab.ts';
import { openPartnerLab } from '../partner-lab.ts';
import { startPair } from '../subjects/pair.ts';
import { start } from '../subjects/subject.ts';
import { bindingCost, measured, warmUp } from './binding-cost.ts';

export const pair: Part = async (bench) => {
  openPartnerLab();
  const results = await alternate(bench, async (subject, round) => {
    const single = await start(subject, freshDirectory(bench.workDirectory, subject.name));
    const alone = await bindingCost(single);
    await single.stop();
    const both = await startPair(subject, bench.workDirectory, 'server');
    const paired = await bindingCost(both.server);
    await both.stop();
    sayRound(bench, subject, round, `alone ${alone.cpu.toFixed(0)} us, ${alone.rate.toFixed(0)}/s; paired ${paired.cpu.toFixed(0)} us, ${paired.rate.toFixed(0)}/s`);
    return { alone, paired };
  });
  return {
    method:
      `load/exchanges.c, closed loop with 128 clients under way: ${measured.toLocaleString('en')} exchanges, after ${warmUp.toLocaleString('en')} unmeasured ones, by one box alone, and by the first of a pair with both boxes on core 0; ` +
      'Twinlease over TLS 1.3, Kea with its HA hook (hot-standby, plain HTTP); CPU time is that of the first box',
    findings: [
      {
        figure: 'CPU time of the first box, paired over alone',
        unit: 'times',
        ...series(results, ({ alone, paired }) => paired.cpu / alone.cpu),
        target: { of: 'twinlease', comparison: '<=', limit: 1.5 },
      },
      { figure: 'CPU time of the first box, paired', unit: 'us/exchange', ...series(results, ({ paired }) => paired.cpu) },
      { figure: 'rate of a pair, both boxes on one core', unit: 'exchanges/s', ...series(results, ({ paired }) => paired.rate) },
      { figure: 'rate of a box alone in the same round', unit: 'exchanges/s', ...series(results, ({ alone }) => alone.rate) },
    ],
    raw: results,
  };
};

import { alternateWarm, sayRound, series, type Part } from '../bench.ts';
import { findHighestRate, searchMethod } from '../highest-rate.ts';

const firstGuess = { twinlease: 12_000, kea: 8000 };

export const rate: Part = async (bench) => {
  const guess = { ...firstGuess };
  const results = await alternateWarm(bench, async (server, subject, round) => {
    const found = await findHighestRate(guess[subject.name], server.pid);
    guess[subject.name] = found.rate;
    sayRound(bench, subject, round, `${found.rate.toFixed(0)} exchanges/s, ${found.cpu.toFixed(1)} us CPU each`);
    return found;
  });
  return {
    method: searchMethod,
    findings: [
      {
        figure: 'highest rate',
        unit: 'exchanges/s',
        ...series(results, (result) => result.rate),
        target: { of: 'ratio', comparison: '>', limit: 1 },
      },
      {
        figure: 'CPU time at its own highest rate',
        unit: 'us/exchange',
        ...series(results, (result) => result.cpu),
        target: { of: 'ratio', comparison: '<=', limit: 0.6 },
      },
    ],
    raw: results,
  };
};

import type { Part } from '../bench.ts';
import { findHighestRate, searchMethod, type HighestRate } from '../highest-rate.ts';
import { freshDirectory, serverInterface } from '../lab.ts';
import { loadProgram } from '../load-programs.ts';
import { startProgram } from '../subjects/subject.ts';

export const ceiling: Part = async (bench) => {
  const log = `${freshDirectory(bench.workDirectory, 'ceiling')}/log`;
  const results: HighestRate[] = [];
  for (let round = 0; round < bench.rounds; round++) {
    const server = await startProgram('ceiling', [loadProgram('ceiling'), serverInterface], {}, log);
    const found = await findHighestRate(results.at(-1)?.rate ?? 17_000, server.pid);
    await server.stop();
    results.push(found);
    bench.progress(
      `  round ${String(round + 1)}/${String(bench.rounds)} ${found.rate.toFixed(0)} exchanges/s, ${found.cpu.toFixed(1)} us CPU each`,
    );
  }
  return {
    method: `load/ceiling.c, which answers and keeps nothing, in the place of a server; ${searchMethod}`,
    findings: [
      { figure: "perfdhcp's own ceiling", unit: 'exchanges/s', responder: results.map((result) => result.rate) },
      { figure: 'CPU time of the trivial responder', unit: 'us/exchange', responder: results.map((result) => result.cpu) },
    ],
    raw: results,
  };
};

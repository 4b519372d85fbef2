import { readFileSync } from 'node:fs';
import { sayRound, type Part } from '../bench.ts';
import { fill, offerExchanges, type ExchangesResult } from '../load-programs.ts';
import { openPartnerLab } from '../partner-lab.ts';
import { startPair } from '../subjects/pair.ts';
import { twinlease } from '../subjects/twinlease.ts';

const leases = 100_000;
const rate = 500;
const secondsBefore = 8;
/** Short ones, so that few end after the resync. */
const secondsMeanwhile = 2;

interface Figures {
  readonly before: ExchangesResult;
  /** One after another, while the resync went on. */
  readonly meanwhile: readonly ExchangesResult[];
  readonly resyncSeconds: number;
}

/** Whether a box that lost its disk has every lease, by its log. */
function resynced(logFile: string): boolean {
  return /RECOVER -> RECOVER-WAIT/.test(readFileSync(logFile, 'utf8'));
}

function p99(result: ExchangesResult): number {
  return result.exchangeMicroseconds.p99 ?? NaN;
}

/** The 99th percentile of them all can't be had from theirs; the worst of them is no less. */
function worst({ meanwhile }: Figures): number {
  return Math.max(...meanwhile.map(p99));
}

export const resync: Part = async (bench) => {
  openPartnerLab();
  const results: Figures[] = [];
  for (let round = 0; round < bench.rounds; round++) {
    const both = await startPair(twinlease, bench.workDirectory, 'load');
    await fill(leases);
    await both.untilQuiet();
    await offerExchanges(rate, secondsMeanwhile);
    const before = await offerExchanges(rate, secondsBefore);
    const start = performance.now();
    const logFile = await both.losePartner();
    const meanwhile: ExchangesResult[] = [];
    while (!resynced(logFile)) meanwhile.push(await offerExchanges(rate, secondsMeanwhile));
    const figures = { before, meanwhile, resyncSeconds: (performance.now() - start) / 1000 };
    await both.stop();
    sayRound(
      bench,
      twinlease,
      round,
      `p99 ${p99(before).toFixed(0)} us before, ${worst(figures).toFixed(0)} us in the worst ${String(secondsMeanwhile)} s of a resync of ${figures.resyncSeconds.toFixed(0)} s`,
    );
    results.push(figures);
  }
  return {
    method: `a pair with ${leases.toLocaleString('en')} leases, each box on a core of its own; the second box loses its disk and fetches every lease, while load/exchanges.c brings ${String(rate)} new clients a second to the first`,
    findings: [
      { figure: `latency of an exchange at ${String(rate)}/s by the first of a pair, p99`, unit: 'us', twinlease: results.map(({ before }) => p99(before)) },
      { figure: `the same in the worst ${String(secondsMeanwhile)} s of the resync`, unit: 'us', twinlease: results.map(worst) },
      {
        figure: 'p99 of clients in the worst 2 s of the resync, over that before',
        unit: 'times',
        twinlease: results.map((figures) => worst(figures) / p99(figures.before)),
        target: { of: 'twinlease', comparison: '<=', limit: 2 },
      },
      { figure: `resync of ${leases.toLocaleString('en')} leases, from the start of the empty box`, unit: 's', twinlease: results.map(({ resyncSeconds }) => resyncSeconds) },
    ],
    raw: results,
  };
};

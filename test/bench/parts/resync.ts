import { readFileSync } from 'node:fs';
import { sayRound, type Part } from '../bench.ts';
import { fill, timeWaits } from '../load-programs.ts';
import { openPartnerLab } from '../partner-lab.ts';
import { quantile } from '../statistics.ts';
import { startPair } from '../subjects/pair.ts';
import { twinlease } from '../subjects/twinlease.ts';

const leases = 100_000;
const rate = 500;
/** Clients come in windows of this, so that few come after the resync. */
const windowSeconds = 2;
/** As long as a resync takes at the most. */
const windowsBefore = 8;

/** How long each client waited for its two answers, by window. */
type Windows = (readonly number[])[];

interface Figures {
  /** Equally long. */
  readonly before: Windows;
  readonly meanwhile: Windows;
  readonly resyncSeconds: number;
}

/** Whether a box that lost its disk has every lease, by its log. */
function resynced(logFile: string): boolean {
  return /RECOVER -> RECOVER-WAIT/.test(readFileSync(logFile, 'utf8'));
}

function p99(windows: Windows): number {
  return quantile(windows.flat(), 0.99);
}

function worst(windows: Windows): number {
  return Math.max(...windows.map((window) => p99([window])));
}

async function offer(): Promise<readonly number[]> {
  return await timeWaits(rate, windowSeconds);
}

export const resync: Part = async (bench) => {
  openPartnerLab();
  const results: Figures[] = [];
  for (let round = 0; round < bench.rounds; round++) {
    const both = await startPair(twinlease, bench.workDirectory, 'load');
    await fill(leases);
    await both.untilQuiet();
    await offer();
    const all: Windows = [];
    while (all.length < windowsBefore) all.push(await offer());
    const start = performance.now();
    const logFile = await both.losePartner();
    const meanwhile: Windows = [];
    while (!resynced(logFile)) meanwhile.push(await offer());
    const figures = { before: all.slice(-meanwhile.length), meanwhile, resyncSeconds: (performance.now() - start) / 1000 };
    await both.stop();
    const ms = (microseconds: number): string => (microseconds / 1000).toFixed(1);
    sayRound(
      bench,
      twinlease,
      round,
      `p99 ${ms(p99(figures.before))} ms before (${ms(worst(figures.before))} in the worst ${String(windowSeconds)} s), ` +
        `${ms(p99(meanwhile))} ms (${ms(worst(meanwhile))}) in a resync of ${figures.resyncSeconds.toFixed(0)} s`,
    );
    results.push(figures);
  }
  const inWorst = `in the worst ${String(windowSeconds)} s`;
  return {
    method: `a pair with ${leases.toLocaleString('en')} leases, each box on a core of its own; the second box loses its disk and fetches every lease, while load/exchanges.c brings ${String(rate)} new clients a second to the first; all exchanges until that box has every lease, against as many of just before; a wait is that for both answers together, without the client's own turn between them, since the second box shares the load's core`,
    findings: [
      { figure: `wait for both answers at ${String(rate)}/s from the first of a pair, p99`, unit: 'us', twinlease: results.map(({ before }) => p99(before)) },
      { figure: `the same ${inWorst} of as long as the resync takes`, unit: 'us', twinlease: results.map(({ before }) => worst(before)) },
      { figure: 'the same in the resync', unit: 'us', twinlease: results.map(({ meanwhile }) => p99(meanwhile)) },
      { figure: `the same ${inWorst} of the resync`, unit: 'us', twinlease: results.map(({ meanwhile }) => worst(meanwhile)) },
      {
        figure: 'p99 of clients in the resync, over that before',
        unit: 'times',
        twinlease: results.map(({ before, meanwhile }) => p99(meanwhile) / p99(before)),
        target: { of: 'twinlease', comparison: '<=', limit: 2 },
      },
      { figure: `resync of ${leases.toLocaleString('en')} leases, from the start of the empty box`, unit: 's', twinlease: results.map(({ resyncSeconds }) => resyncSeconds) },
    ],
    raw: results.map(({ before, meanwhile, resyncSeconds }) => ({
      before: before.map((window) => p99([window])),
      meanwhile: meanwhile.map((window) => p99([window])),
      resyncSeconds,
    })),
  };
};

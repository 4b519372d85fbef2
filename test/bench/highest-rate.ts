import { perfdhcp, type PerfdhcpResult } from './perfdhcp.ts';
import { cpuMicroseconds } from './process-figures.ts';

/** A run counts as carried when fewer of its exchanges than this were dropped. */
const dropsAllowed = 0.005;
const searchSeconds = 2;
const confirmSeconds = 4;
const step = 1.15;
const stepsMax = 8;

export const searchMethod =
  `perfdhcp; bracketed by steps of 15 %, halved twice (runs of ${String(searchSeconds)} s), then carried for ${String(confirmSeconds)} s with ` +
  `under ${String(dropsAllowed * 100)} % of the exchanges dropped (else 3 % less, and again); CPU time is that of the last run`;

export interface HighestRate {
  /** Exchanges a second of the confirming run. */
  readonly rate: number;
  /** The server's CPU time in that run, microseconds an exchange. */
  readonly cpu: number;
  readonly tried: readonly PerfdhcpResult[];
}

/** The highest rate that perfdhcp sees carried by the server with that pid, searched from a first guess. */
export async function findHighestRate(guess: number, pid: number): Promise<HighestRate> {
  const tried: PerfdhcpResult[] = [];
  const carried = async (rate: number): Promise<boolean> => {
    const result = await perfdhcp(rate, searchSeconds);
    tried.push(result);
    // Asked for more than perfdhcp can send, it sends less: more would tell nothing.
    return result.dropped < dropsAllowed && result.sentRate > 0.95 * rate;
  };

  let low = guess;
  let high = guess * step;
  if (await carried(low)) {
    for (let i = 0; i < stepsMax && (await carried(high)); i++) [low, high] = [high, high * step];
  } else {
    [low, high] = [low / step, low];
    for (let i = 0; i < stepsMax && !(await carried(low)); i++) [low, high] = [low / step, low];
  }
  for (let i = 0; i < 2; i++) {
    const middle = Math.sqrt(low * high);
    if (await carried(middle)) low = middle;
    else high = middle;
  }

  for (let i = 0, rate = low; i < 12; i++) {
    const before = cpuMicroseconds(pid);
    const result = await perfdhcp(rate, confirmSeconds);
    tried.push(result);
    if (result.dropped < dropsAllowed)
      return { rate: result.rate, cpu: (cpuMicroseconds(pid) - before) / result.exchanges, tried };
    rate *= i < 4 ? 0.97 : 0.9;
  }
  throw new Error(`no rate near ${low.toFixed(0)}/s was carried for ${String(confirmSeconds)} s: is the machine busy?`);
}

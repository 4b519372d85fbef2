import { fill } from '../load-programs.ts';
import { cpuMicroseconds } from '../process-figures.ts';
import type { RunningServer } from '../subjects/subject.ts';

/** V8 compiles what is hot while it runs, for some 30 000 exchanges: on other threads, but it is CPU time, and that of a pair's program is more. */
export const warmUp = 30_000;
export const measured = 40_000;

export interface BindingCost {
  /** Microseconds an exchange. */
  readonly cpu: number;
  /** Exchanges a second, as many as it can. */
  readonly rate: number;
}

/** @param sayMore see `fill` */
export async function bindingCost(server: RunningServer, sayMore = false): Promise<BindingCost> {
  await fill(warmUp, sayMore);
  const before = cpuMicroseconds(server.pid);
  const { rate } = await fill(measured, sayMore);
  return { cpu: (cpuMicroseconds(server.pid) - before) / measured, rate };
}

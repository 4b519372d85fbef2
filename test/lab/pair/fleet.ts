// The fleet program in the lab's clients' namespace.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EndEvent, FleetEvent } from '../fleet/event.ts';
import type { FleetPlan } from '../fleet/plan.ts';
import type { Machine } from '../network/lab.ts';
import { startProgram } from '../process/program.ts';
import type { PairLab } from './lab.ts';

export interface Fleet {
  readonly events: readonly FleetEvent[];
  /** Resolves when all residents have their leases. */
  settled(withinMs: number): Promise<void>;
  /** Resolves to its last words. */
  end(): Promise<EndEvent>;
}

const program = fileURLToPath(new URL('../fleet/fleet-process.ts', import.meta.url));

/** @param where with whose ports; by default the clients' own namespace */
export function startFleet(lab: PairLab, plan: FleetPlan, where: Machine = { namespace: lab.clients, directory: lab.directory }): Fleet {
  const command = where.namespace.inside([process.execPath, program, JSON.stringify(plan)]);
  const fleet = startProgram('the fleet', command, join(where.directory, 'fleet.jsonl'));
  const events: FleetEvent[] = [];
  fleet.log.listen((line) => {
    if (line.startsWith('{')) events.push(JSON.parse(line) as FleetEvent);
  });
  const heard = (kind: FleetEvent['event'], withinMs: number): Promise<void> =>
    fleet.log.next({
      what: `'${kind}'`,
      withinMs,
      match: (line) => (line.startsWith(`{"event":"${kind}"`) ? (true as const) : undefined),
    }).then(() => undefined);
  return {
    events,
    settled: (withinMs) => heard('settled', withinMs),
    async end() {
      const last = heard('end', 20_000);
      fleet.signal('SIGTERM');
      await last;
      const end = events.at(-1);
      if (end?.event !== 'end') throw new Error('the fleet has ended without last words');
      return end;
    },
  };
}

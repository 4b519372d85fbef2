/** What the schedules of a process exercised: changes of endpoint states, cells of the table of conflicts. */
import { endpointStateName } from '../../src/failover/index.ts';
import type { EndpointState } from '../../src/failover/index.ts';
import { BindingStatus } from '../../src/lease/index.ts';

export interface Coverage {
  readonly transition: (from: EndpointState, to: EndpointState) => void;
  /** An update with this status met a lease with that one (RFC 8156 figure 4); 0: no record. */
  readonly update: (own: number, received: number) => void;
  /** What others exercised. */
  readonly add: (transitions: ReadonlyMap<string, number>, cells: ReadonlyMap<string, number>) => void;
  readonly transitions: ReadonlyMap<string, number>;
  readonly cells: ReadonlyMap<string, number>;
}

export function createCoverage(): Coverage {
  const transitions = new Map<string, number>();
  const cells = new Map<string, number>();
  const count = (counts: Map<string, number>, name: string, times = 1): void => {
    counts.set(name, (counts.get(name) ?? 0) + times);
  };
  return {
    transitions,
    cells,
    transition(from, to) {
      count(transitions, `${endpointStateName(from)} -> ${endpointStateName(to)}`);
    },
    update(own, received) {
      count(cells, `${statusName(own)} <- ${statusName(received)}`);
    },
    add(otherTransitions, otherCells) {
      for (const [name, times] of otherTransitions) count(transitions, name, times);
      for (const [name, times] of otherCells) count(cells, name, times);
    },
  };
}

const names = new Map<number, string>(Object.entries(BindingStatus).map(([name, status]) => [status, name.replaceAll('_', '-')]));

function statusName(status: number): string {
  return names.get(status) ?? 'no record';
}

/** All counters, the largest first. */
export function describeCoverage({ transitions, cells }: Coverage): string {
  const lines = (title: string, counts: ReadonlyMap<string, number>): readonly string[] => [
    title,
    ...[...counts].sort(([, a], [, b]) => b - a).map(([name, number]) => `  ${String(number).padStart(8)}  ${name}`),
  ];
  return [...lines('changes of state', transitions), ...lines('updates received, by the status that they met', cells)].join('\n');
}

// Clients on the LAN of a guest, that hold leases and ask for more while something happens to it.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { FleetEvent, ReplyEvent } from '../../lab/fleet/event.ts';
import type { FleetPlan } from '../../lab/fleet/plan.ts';
import type { Machine } from '../../lab/network/lab.ts';

const program = fileURLToPath(new URL('../../lab/fleet/fleet-process.ts', import.meta.url));

export interface Fleet {
  /** Resolves with each Reply that is used, until the fleet ends. */
  readonly replies: AsyncIterable<ReplyEvent>;
  /** What clients that extend their leases had, and lost, as far as `replies` were read. */
  readonly lost: readonly string[];
  end(): void;
}

/** @param residents clients that extend their leases; every `newcomerEveryMs` there is another one besides */
export function startFleet({ namespace }: Machine, residents = 100, newcomerEveryMs = 100): Fleet {
  const plan: FleetPlan = { places: [{ name: 'lan', interface: 'eth0', residents, newcomerEveryMs }], newcomersAfterMs: 2_000 };
  const [file = '', ...words] = namespace.inside([process.execPath, program, JSON.stringify(plan)]);
  const fleet = spawn(file, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lost: string[] = [];
  async function* replies(): AsyncGenerator<ReplyEvent> {
    for await (const line of createInterface({ input: fleet.stdout })) {
      const event = JSON.parse(line) as FleetEvent;
      if (event.event === 'reply' && event.used) yield event;
      else if (event.event === 'expired' && event.stream === 'resident') lost.push(event.lease);
    }
  }
  return { replies: replies(), lost, end: () => void fleet.kill('SIGTERM') };
}

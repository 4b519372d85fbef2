// A host on the LAN, on the secondary's side, with an address and a delegated prefix of its own, whose traffic to the upstream router and
// back is watched. It knows its default routers by the kernel's own reading of router advertisements, and nothing else.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Machine } from '../network/lab.ts';
import { startProgram } from '../process/program.ts';
import { startFleet } from './fleet.ts';
import type { PairLab } from './lab.ts';
import { upstreamAddress } from './routing.ts';
import type { AskPlan, Gap, TrafficEvent } from './traffic-event.ts';

export interface Traffic {
  /** Ends it. @returns all the time in which something was not answered */
  end(): Promise<readonly Gap[]>;
}

/** What flows are named by: from the host's address, and from its delegated prefix. */
export type Flow = 'host' | 'prefix';

const program = fileURLToPath(new URL('traffic-process.ts', import.meta.url));
const echoPort = 4713;

/** Resolves when both flows work. */
export async function startTraffic(lab: PairLab, upstream: Machine): Promise<Traffic> {
  const host = await lab.addMachine('host', 'lan-b');
  const plan = { places: [{ name: 'host', interface: 'eth0', residents: 1 }], newcomersAfterMs: 0, firstClient: 1_000_000 };
  const client = startFleet(lab, plan, host);
  await client.settled(30_000);
  const leases = client.events.flatMap((event) => (event.event === 'reply' && event.used ? event.leases : []));
  const address = leases.find(({ kind }) => kind === 'address')?.name;
  const prefix = leases.find(({ kind }) => kind === 'prefix')?.name;
  if (address === undefined || prefix === undefined) throw new Error('the host has no leases');
  const inPrefix = prefix.replace(/0\/\d+$/, '1');
  await host.namespace.ip([`address add ${address}/128 dev eth0`, `address add ${inPrefix}/128 dev lo`]);

  const echo = startProgram('the echo', upstream.namespace.inside([process.execPath, program, 'echo', upstreamAddress, String(echoPort)]), join(upstream.directory, 'echo.jsonl'));
  await echo.log.next({ what: 'the echo to be ready', withinMs: 10_000, match: (line) => (line.includes('"ready"') ? true : undefined) });
  const flows = [{ name: 'host', from: address }, { name: 'prefix', from: inPrefix }] satisfies { name: Flow; from: string }[];
  const asked: AskPlan = { to: upstreamAddress, port: echoPort, flows };
  const ask = startProgram('the traffic', host.namespace.inside([process.execPath, program, 'ask', JSON.stringify(asked)]), join(host.directory, 'traffic.jsonl'));
  for (const { name } of flows) {
    await ask.log.next({ what: `the traffic of the ${name}`, withinMs: 60_000, match: (line) => (line === `{"event":"works","flow":"${name}"}` ? true : undefined) });
  }
  return {
    async end() {
      ask.signal('SIGTERM');
      const last = await ask.log.next({ what: 'the last words of the traffic', match: endOf });
      await Promise.all([echo.end(), client.end()]);
      return last.gaps;
    },
  };
}

function endOf(line: string): (TrafficEvent & { event: 'end' }) | undefined {
  if (!line.startsWith('{"event":"end"')) return undefined;
  return JSON.parse(line) as TrafficEvent & { event: 'end' };
}

/** Seconds: the longest that a flow failed from this time on; Infinity where it failed to the end. */
export function longestGap(gaps: readonly Gap[], flow: Flow, from: number): number {
  const lengths = gaps.filter((gap) => gap.flow === flow && (gap.to ?? Infinity) > from).map((gap) => ((gap.to ?? Infinity) - gap.from) / 1_000);
  return Math.max(0, ...lengths);
}

// The clients of the demonstration: each asks for what it needs, and how long that took is told.

import { clients, whenAll, type ClientName, type Held, type LabClient, type Wish } from '../clients/index.ts';
import type { PairLab } from '../pair/lab.ts';
import type { Narrator } from './narrator.ts';

export interface Role {
  readonly who: string;
  readonly client: ClientName;
  readonly lan: Parameters<PairLab['addMachine']>[1];
  readonly wishes: readonly Wish[];
}

export interface Served {
  readonly who: string;
  readonly client: LabClient;
  readonly held: Held;
}

const servedWithinMs = 15_000;

/** Plugs the client in, and waits until it has its leases; rejects, in words, if it does not get them. */
export async function serve(lab: PairLab, { who, client: name, lan, wishes }: Role, { step, detail }: Narrator): Promise<Served> {
  const machine = await lab.addMachine(who.replaceAll(' ', '-'), lan);
  const began = performance.now();
  const client = clients[name](machine, wishes);
  let held: Held;
  try {
    held = await whenAll(client, 'bound', wishes, { withinMs: servedWithinMs });
  } catch (error) {
    throw new Error(`the ${who} (${name}) was not served`, { cause: error });
  }
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  const way = lan === 'remote' ? ', through the relay' : '';
  step(`The ${who} (${name}) has its lease${wishes.length > 1 ? 's' : ''} ${seconds} s after its start${way}:`);
  if (held.address !== undefined) detail(`address ${held.address}`);
  if (held.prefix !== undefined) detail(`prefix  ${held.prefix}, for networks of its own`);
  return { who, client, held };
}

export function leasesOf(served: readonly Served[]): string[] {
  return served.flatMap(({ held }) => [held.address, held.prefix].filter((lease) => lease !== undefined));
}

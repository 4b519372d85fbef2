// The life of a client: it gets its leases, keeps them once, and gives them back.

import type { Machine } from '../network/lab.ts';
import { clients, whenAll, type ClientName, type Held, type Wish } from './index.ts';

export interface Life {
  readonly got: Held;
  readonly renewed: Held;
}

/** Clients wait up to a second before they ask, and a retransmission takes a few. */
const boundWithinMs = 15_000;
/** T1 in the lab is three seconds. */
const renewedWithinMs = 15_000;

export async function liveThrough(name: ClientName, machine: Machine, wishes: readonly Wish[]): Promise<Life> {
  const client = clients[name](machine, wishes);
  const got = await whenAll(client, 'bound', wishes, { withinMs: boundWithinMs });
  const renewed = await whenAll(client, 'renewed', wishes, { withinMs: renewedWithinMs });
  await client.release();
  return { got, renewed };
}

/** How clients should be off when nothing has gone wrong for long enough. */
import type { Client } from '../client/client.ts';
import { leaseKey, leaseName } from '../world/lease-key.ts';
import { Violation } from './violation.ts';

export interface Expected {
  /** There is a lease for everybody. */
  readonly isAmple: boolean;
  /** What carries times of a clock that was hours off can't be put in order, and two clients may keep what they have. */
  readonly timesTrusted: boolean;
}

export function checkClients(clients: readonly Client[], { isAmple, timesTrusted }: Expected): void {
  const holders = new Map<string, Client>();
  for (const client of clients) {
    if (!client.isOn) continue;
    for (const { iaid, lease, hasDeclined } of client.ias) {
      if (lease === undefined) {
        // Who finds its address in use asks again when it renews the rest.
        if (!isAmple || hasDeclined) continue;
        throw new Violation('client-without-lease', `client ${String(client.number)} has nothing for its IA ${String(iaid)} long after all is well`);
      }
      const other = holders.get(leaseKey(lease));
      if (other !== undefined && timesTrusted) {
        throw new Violation('two-clients-one-lease', `${leaseName(lease)} is still held by clients ${String(other.number)} and ${String(client.number)} long after all is well`);
      }
      holders.set(leaseKey(lease), client);
    }
  }
}

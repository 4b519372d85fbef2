// What the lab asks of a real DHCPv6 client, whichever it is. Each driver beside this file starts one in a
// machine's namespace with files of its own, and tells what it does as client events.

import type { Machine } from '../network/lab.ts';
import type { Journal } from '../process/journal.ts';
import type { Program } from '../process/program.ts';

export type Wish = 'address' | 'prefix';

/** One thing that the client told of its leases. It may tell of each lease by itself, or of several at once. */
export interface ClientEvent {
  /** 'bound' for a new lease, 'renewed' when a later Reply kept it, 'lost' when it has gone. */
  readonly kind: 'bound' | 'renewed' | 'lost';
  /** As the client printed them: `2001:db8::5`. */
  readonly addresses: readonly string[];
  /** As the client printed them: `2001:db8:100::/56`. */
  readonly prefixes: readonly string[];
}

export interface LabClient {
  readonly pid: number;
  readonly events: Journal<ClientEvent>;
  /** Sends a Release for all it has and ends; resolves when its process is gone. */
  release(): Promise<void>;
  /** Ends it on the spot, telling the server nothing. */
  kill(): Promise<void>;
}

/** Starts the client on the machine's `eth0`. */
export type StartClient = (machine: Machine, wishes: readonly Wish[]) => LabClient;

/** What each driver returns for the program that it started. */
export function labClient(program: Program, events: Journal<ClientEvent>, release: () => Promise<unknown>): LabClient {
  void program.gone.then((how) => {
    events.close(how);
  });
  return {
    pid: program.pid,
    events,
    async release() {
      await release();
      await program.gone;
    },
    async kill() {
      await program.end('SIGKILL');
    },
  };
}

export interface Held {
  readonly address: string | undefined;
  readonly prefix: string | undefined;
}

/** Waits until the client has told `kind` of everything wished for, and says which leases those were. */
export function whenAll(
  client: LabClient,
  kind: ClientEvent['kind'],
  wishes: readonly Wish[],
  { from = 0, withinMs }: { from?: number; withinMs: number },
): Promise<Held> {
  let address: string | undefined;
  let prefix: string | undefined;
  return client.events.next({
    what: `${kind}: ${wishes.join(' and ')}`,
    from,
    withinMs,
    match(event) {
      if (event.kind !== kind) return undefined;
      address = event.addresses[0] ?? address;
      prefix = event.prefixes[0] ?? prefix;
      const missing = wishes.some((wish) => (wish === 'address' ? address : prefix) === undefined);
      return missing ? undefined : { address, prefix };
    },
  });
}

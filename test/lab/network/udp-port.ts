// A UDP port on a machine of the lab, for packets that no well-behaved client sends.
// Behind it is a process of its own in the machine's namespace: udp-port-process.ts.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createJournal, type Journal } from '../process/journal.ts';
import type { Flood } from './flood.ts';
import type { Namespace } from './namespace.ts';

export interface UdpPort {
  readonly received: Journal<Received>;
  /** To All_DHCP_Relay_Agents_and_Servers, port 547, unless `to` says otherwise. */
  send(bytes: Uint8Array, to?: Destination): Promise<void>;
  /** As `send`, but the UDP header names this source port, which no socket can be bound to if it is 0. */
  sendRaw(bytes: Uint8Array, sourcePort: number): Promise<void>;
  flood(flood: Flood): Promise<void>;
  close(): void;
}

export interface Destination {
  readonly address: string;
  readonly port: number;
}

export interface Received {
  readonly bytes: Uint8Array;
  readonly from: Destination;
}

/** What the process is asked; it answers each with `{ done: id }` when that has been sent, or `{ failed: ... }`. */
export type Order =
  | { readonly id: number; readonly what: 'send'; readonly bytes: Uint8Array; readonly to: Destination }
  | { readonly id: number; readonly what: 'send raw'; readonly bytes: Uint8Array; readonly sourcePort: number }
  | { readonly id: number; readonly what: 'flood'; readonly flood: Flood };
export type Answer = { readonly done: number } | { readonly failed: number; readonly why: string } | { readonly received: Received };

export const serversAndRelays: Destination = { address: 'ff02::1:2', port: 547 };

/** Opens `port` on the namespace's interface `eth0`, or on the one named. */
export async function openUdpPort(namespace: Namespace, port: number, interfaceName = 'eth0'): Promise<UdpPort> {
  const [enter = '', ...entering] = namespace.inside([process.execPath]);
  const child = fork(new URL('./udp-port-process.ts', import.meta.url), [interfaceName, String(port)], {
    execPath: enter,
    execArgv: entering,
    serialization: 'advanced',
  });
  const received = createJournal<Received>(`port ${port} in ${namespace.name}`);
  const waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  child.on('message', (answer: Answer) => {
    if ('received' in answer) {
      received.add(answer.received);
    } else if ('done' in answer) {
      waiting.get(answer.done)?.resolve();
      waiting.delete(answer.done);
    } else {
      waiting.get(answer.failed)?.reject(new Error(answer.why));
      waiting.delete(answer.failed);
    }
  });
  child.once('exit', () => {
    received.close('closed');
    for (const { reject } of waiting.values()) reject(new Error(`port ${port} in ${namespace.name} has closed`));
  });
  let orders = 0;
  const order = (make: (id: number) => Order): Promise<void> => {
    orders += 1;
    const id = orders;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      child.send(make(id));
    });
  };
  const gone = once(child, 'exit').then(() => {
    throw new Error(`port ${port} in ${namespace.name} can't be opened`);
  });
  await Promise.race([once(child, 'message'), gone]);
  gone.catch(() => undefined);
  return {
    received,
    send: (bytes, to = serversAndRelays) => order((id) => ({ id, what: 'send', bytes, to })),
    sendRaw: (bytes, sourcePort) => order((id) => ({ id, what: 'send raw', bytes, sourcePort })),
    flood: (flood) => order((id) => ({ id, what: 'flood', flood })),
    close: () => child.disconnect(),
  };
}

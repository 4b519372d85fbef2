// A requestor on a machine of the lab that asks by TCP (RFC 5460, RFC 7653). Behind it is a process in the machine's namespace.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { repliesAtFront, framed } from '../../conformance/leasequery/frames.ts';
import { leasequery, type Asked, type Reply } from '../../conformance/leasequery/requestor.ts';
import type { Namespace } from '../network/namespace.ts';
import { createJournal, type Journal } from '../process/journal.ts';

export interface TcpRequestor {
  readonly replies: Journal<Reply>;
  ask(asked: Asked): void;
  /** All that is said to a request, up to the message of this type. */
  until(transactionId: number, type: number): Promise<readonly Reply[]>;
  close(): void;
}

export type Told = { readonly opened: true } | { readonly closed: true } | { readonly received: Uint8Array };

const withinMs = 10_000;

export interface Place {
  readonly address: string;
  readonly port: number;
}

/** @param identity files with its key and certificate: it asks for TLS */
export async function openTcpRequestor(namespace: Namespace, { address, port }: Place, identity?: { readonly key: string; readonly certificate: string }): Promise<TcpRequestor> {
  const [enter = '', ...entering] = namespace.inside([process.execPath]);
  const files = identity === undefined ? [] : [identity.key, identity.certificate];
  const child = fork(new URL('./tcp-requestor-process.ts', import.meta.url), [address, String(port), ...files], { execPath: enter, execArgv: entering, serialization: 'advanced', stdio: ['ignore', 'inherit', 'ignore', 'ipc'] });
  const replies = createJournal<Reply>(`the requestor in ${namespace.name}`);
  let rest: Uint8Array = new Uint8Array();
  child.on('message', (told: Told) => {
    if ('closed' in told) replies.close('the connection was closed');
    if (!('received' in told)) return;
    const front = repliesAtFront(Buffer.concat([rest, told.received]));
    ({ rest } = front);
    for (const reply of front.replies) replies.add(reply);
  });
  child.once('exit', () => replies.close('the requestor is gone'));
  const gone = once(child, 'exit').then(() => {
    throw new Error(`the requestor in ${namespace.name} can't connect`);
  });
  await Promise.race([once(child, 'message'), gone]);
  gone.catch(() => undefined);
  return {
    replies,
    ask: (asked) => void child.send(framed(leasequery(asked))),
    async until(transactionId, type) {
      await replies.next({ what: `message type ${type} of transaction ${transactionId}`, withinMs, match: (reply) => (reply.transactionId === transactionId && reply.type === type ? true : undefined) });
      return replies.entries.filter((reply) => reply.transactionId === transactionId);
    },
    close: () => child.disconnect(),
  };
}

// A client that gets an address, and declines it or gives it back at once.

import { formatAddress, type Address } from '../../../src/wire/index.ts';
import { MessageType, readAnswer, writeMessage, type Answer, type Outgoing } from '../fleet/message.ts';
import type { Machine } from '../network/lab.ts';
import { openUdpPort } from '../network/udp-port.ts';

const End = { released: 8, declined: 9 } as const;
const answersWithinMs = 10_000;

/** @param client its number, which is in its DUID @returns the address that it had */
export async function livesShortly({ namespace }: Machine, client: number, end: keyof typeof End): Promise<string> {
  const port = await openUdpPort(namespace, 546);
  const exchange = async (outgoing: Omit<Outgoing, 'client' | 'elapsed'>, type: number = outgoing.type): Promise<Answer> => {
    const bytes = writeMessage({ ...outgoing, client, elapsed: 0 });
    bytes.writeUInt8(type, 0);
    await port.send(bytes);
    return await port.received.next({
      what: `an answer to message ${type}`,
      withinMs: answersWithinMs,
      match: (received) => {
        const answer = readAnswer(Buffer.from(received.bytes));
        return answer?.transactionId === outgoing.transactionId ? answer : undefined;
      },
    });
  };
  try {
    const wishes = ['address'] as const;
    const { server } = await exchange({ type: MessageType.SOLICIT, transactionId: 1, server: undefined, wishes, leases: [] });
    const { associations } = await exchange({ type: MessageType.REQUEST, transactionId: 2, server, wishes, leases: [] });
    const leases = associations.flatMap((association) => association.leases);
    const [lease] = leases;
    if (lease === undefined) throw new Error('the client got no address');
    await exchange({ type: MessageType.REQUEST, transactionId: 3, server, wishes, leases }, End[end]);
    return formatAddress(lease.octets as Uint8Array as Address);
  } finally {
    port.close();
  }
}

/** A client of the tests at one end of a cable, whose other end the daemon serves. */
import { createSocket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { MessageType, OptionCode, decodeMessage, encodeMessage, optionValue } from '../../../src/wire/index.ts';
import type { Duid, PlainMessage } from '../../../src/wire/index.ts';
import { iaNa, message, readMessage } from '../../conformance/server/client.ts';
import type { Answer, MessageParts } from '../../conformance/server/client.ts';

export interface DhcpClient {
  /** Sends an Information-request; resolves when it is answered. */
  inform(client: Duid): Promise<void>;
  /** Asks for an address as a new client does; resolves to the address. */
  bind(client: Duid): Promise<string>;
  /** Sends a Solicit and does not wait. */
  solicit(client: Duid): void;
  readonly heard: readonly Answer[];
  close(): void;
}

export async function openClient(interfaceName: string): Promise<DhcpClient> {
  const own = networkInterfaces()[interfaceName]?.find(({ address }) => address.startsWith('fe80:'))?.address ?? '';
  const socket = createSocket('udp6');
  const heard: Answer[] = [];
  const waiting = new Map<number, (answer: Answer) => void>();
  let lastId = 0;
  await new Promise<void>((resolve) => socket.bind(546, `${own}%${interfaceName}`, resolve));
  socket.on('message', (bytes) => {
    const decoded = decodeMessage(bytes);
    if (decoded.error !== undefined) throw new Error('the daemon sent what is no message');
    const answer = readMessage(decoded);
    heard.push(answer);
    waiting.get(answer.transactionId)?.(answer);
    waiting.delete(answer.transactionId);
  });

  const send = (type: PlainMessage['type'], ias: Parameters<typeof message>[1], parts: MessageParts): number => {
    const transactionId = ++lastId;
    socket.send(encodeMessage(message(type, ias, { ...parts, transactionId })), 547, `ff02::1:2%${interfaceName}`);
    return transactionId;
  };

  const ask = (...what: Parameters<typeof send>): Promise<Answer> =>
    new Promise((resolve) => waiting.set(send(...what), resolve));

  return {
    heard,
    async inform(client) {
      await ask(MessageType.INFORMATION_REQUEST, [], { client });
    },
    async bind(client) {
      const offer = await ask(MessageType.SOLICIT, [iaNa(1)], { client });
      const server = optionValue(offer.options, OptionCode.SERVERID);
      const offered = offer.ias[0]?.leases[0]?.name;
      if (offered === undefined) throw new Error('no address was offered');
      const reply = await ask(MessageType.REQUEST, [iaNa(1, offered)], { client, server });
      return reply.ias[0]?.leases[0]?.name ?? '';
    },
    solicit(client) {
      send(MessageType.SOLICIT, [iaNa(1)], { client });
    },
    close() {
      socket.close();
    },
  };
}

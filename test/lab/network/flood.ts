// Messages of clients by the million, cheaply: each has a DUID and a transaction-id of its own.

import { MessageType, OptionCode } from '../../../src/wire/index.ts';
import { association, duidOf, message, option } from './datagram.ts';

export interface Flood {
  /** The number of the first of these clients. */
  readonly first: number;
  readonly count: number;
  /** What each of them sends: a Solicit for an address, or a Request to this server for a prefix. */
  readonly sends: 'solicit' | { readonly requestTo: Uint8Array };
}

/** Gives the message of each client by its number; the octets are a new Buffer each time. */
export function messagesOf({ sends }: Flood): (client: number) => Buffer {
  const clientId = option(OptionCode.CLIENTID, duidOf(0));
  const rest =
    sends === 'solicit'
      ? [association(OptionCode.IA_NA, 1)]
      : [option(OptionCode.SERVERID, sends.requestTo), association(OptionCode.IA_PD, 1)];
  const type = sends === 'solicit' ? MessageType.SOLICIT : MessageType.REQUEST;
  const template = message(type, 0, clientId, option(OptionCode.ELAPSED_TIME, Buffer.alloc(2)), ...rest);
  const headerLength = 4;
  const clientNumber = headerLength + clientId.length - 4;
  return (client) => {
    const copy = Buffer.from(template);
    copy.writeUIntBE(client & 0xffffff, 1, 3);
    copy.writeUInt32BE(client, clientNumber);
    return copy;
  };
}

// Solicits of clients by the million, cheaply: each has a DUID and a transaction-id of its own.

import { MessageType, OptionCode } from '../../../src/wire/index.ts';

const iaid = 1;
const duidLength = 14;
const template = makeTemplate();
const duidEnd = 8 + duidLength;

/** The Solicit of client number `client`, for an address. */
export function floodSolicit(client: number): Buffer {
  const message = Buffer.from(template);
  message.writeUIntBE(client & 0xffffff, 1, 3);
  message.writeUInt32BE(client, duidEnd - 4);
  return message;
}

function makeTemplate(): Buffer {
  const duid = Buffer.alloc(duidLength);
  duid.writeUInt16BE(2, 0); // DUID-EN
  duid.writeUInt32BE(32473, 2); // the enterprise number for documentation, RFC 5612
  const association = Buffer.alloc(12);
  association.writeUInt32BE(iaid, 0);
  return Buffer.concat([
    Buffer.from([MessageType.SOLICIT, 0, 0, 0]),
    option(OptionCode.CLIENTID, duid),
    option(OptionCode.ELAPSED_TIME, Buffer.alloc(2)),
    option(OptionCode.IA_NA, association),
  ]);
}

function option(code: number, data: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(code, 0);
  header.writeUInt16BE(data.length, 2);
  return Buffer.concat([header, data]);
}

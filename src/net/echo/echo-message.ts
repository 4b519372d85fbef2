/** ICMPv6 Echo Request and Echo Reply (RFC 4443 sections 4.1, 4.2). The kernel fills in the checksum (RFC 3542 section 3.1). */

const ECHO_REQUEST = 128;
export const ECHO_REPLY = 129;
const HEADER_LENGTH = 8;

/** What tells an answer to us from one to anybody else on this box. */
export interface EchoMark {
  /** 16 bits. */
  readonly identifier: number;
  /** Comes back as it was. */
  readonly data: Uint8Array;
}

/** @param sequence 16 bits of it are sent */
export function encodeEchoRequest({ identifier, data }: EchoMark, sequence: number): Buffer {
  const message = Buffer.alloc(HEADER_LENGTH + data.length);
  message.writeUInt8(ECHO_REQUEST, 0);
  message.writeUInt16BE(identifier, 4);
  message.writeUInt16BE(sequence & 0xffff, 6);
  message.set(data, HEADER_LENGTH);
  return message;
}

/** The sequence number of an Echo Reply with this mark; undefined for anything else. */
export function sequenceOfReply(message: Buffer, { identifier, data }: EchoMark): number | undefined {
  if (message.length !== HEADER_LENGTH + data.length || message.readUInt8(0) !== ECHO_REPLY) return undefined;
  if (message.readUInt16BE(4) !== identifier || !message.subarray(HEADER_LENGTH).equals(data)) return undefined;
  return message.readUInt16BE(6);
}

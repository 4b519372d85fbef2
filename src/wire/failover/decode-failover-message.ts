import { MESSAGE_HEADER_LENGTH } from '../decode-client-message.ts';
import { u8, u24, u32 } from '../octets.ts';
import type { EpochSeconds } from '../units.ts';
import { type Decoded, failure } from '../wire-error.ts';
import { fromWireTime } from '../wire-time.ts';
import { decodeBindingUpdate } from './decode-binding-update.ts';
import { decodeConnect, decodeRemarks, decodeState } from './decode-connection-message.ts';
import type { FailoverMessage, StartTlsReplyMessage } from './message.ts';
import { FailoverMessageType as Type } from './message-type.ts';

/** Type, transaction-id, sent-time (RFC 8156 5.2). */
const FAILOVER_HEADER_LENGTH = 8;

/** The size in front of a message has 16 bits (RFC 5460 5.1). */
export const FAILOVER_MESSAGE_LENGTH_MAX = 0xffff;

/**
 * Decodes one message as a FrameReader gives it, without its size. `receivedAt` settles which of the times that are 2^32 s
 * apart is meant. Unknown options are skipped. All octets in the result are views into `bytes`, which must not change
 * afterwards; who keeps them for long had better copy them. Never throws; the time it takes grows with the number of octets.
 */
export function decodeFailoverMessage(bytes: Uint8Array, receivedAt: EpochSeconds): Decoded<FailoverMessage> {
  const end = bytes.length;
  if (end > FAILOVER_MESSAGE_LENGTH_MAX) return failure('message-too-long', FAILOVER_MESSAGE_LENGTH_MAX);
  if (end < MESSAGE_HEADER_LENGTH) return failure('truncated-header', 0);
  const type = u8(bytes, 0);
  const transactionId = u24(bytes, 1);
  if (type === Type.STARTTLS) return { type, transactionId };
  if (type === Type.REPLY) return decodeStartTlsReply(bytes, transactionId);
  if (type < Type.BNDUPD || type > Type.CONTACT) return failure('unknown-message-type', 0);
  if (end < FAILOVER_HEADER_LENGTH) return failure('truncated-header', 0);
  const sentTime = fromWireTime(u32(bytes, MESSAGE_HEADER_LENGTH), receivedAt);
  const start = FAILOVER_HEADER_LENGTH;
  switch (type) {
    case Type.BNDUPD:
    case Type.BNDREPLY: {
      const content = decodeBindingUpdate(bytes, start, end, receivedAt);
      return content.error === undefined ? { type, transactionId, sentTime, binding: content.binding } : content;
    }
    case Type.CONNECT:
    case Type.CONNECTREPLY: {
      const content = decodeConnect(bytes, start, end);
      return content.error === undefined ? { type, transactionId, sentTime, ...content } : content;
    }
    case Type.STATE: {
      const content = decodeState(bytes, start, end, receivedAt);
      return content.error === undefined ? { type, transactionId, sentTime, ...content } : content;
    }
    default: {
      const content = decodeRemarks(bytes, start, end);
      if (content.error !== undefined) return content;
      if (type === Type.DISCONNECT) return { type, transactionId, sentTime, status: content.status };
      if (type === Type.CONTACT) return { type, transactionId, sentTime, vendor: content.vendor };
      return { type: type as typeof Type.POOLREQ, transactionId, sentTime };
    }
  }
}

/**
 * The REPLY to STARTTLS has the header of RFC 9915 8 (RFC 7653 6.1), but a partner may have put a sent-time into it as into
 * all other messages (RFC 8156 5.2). Where both readings are possible, the one that refuses counts.
 */
function decodeStartTlsReply(bytes: Uint8Array, transactionId: number): Decoded<StartTlsReplyMessage> {
  const type = Type.REPLY;
  const plain = decodeRemarks(bytes, MESSAGE_HEADER_LENGTH, bytes.length);
  if (plain.error === undefined && plain.status !== undefined) return { type, transactionId, status: plain.status };
  if (bytes.length >= FAILOVER_HEADER_LENGTH) {
    const stamped = decodeRemarks(bytes, FAILOVER_HEADER_LENGTH, bytes.length);
    if (stamped.error === undefined && (stamped.status !== undefined || plain.error !== undefined)) {
      return { type, transactionId, status: stamped.status };
    }
  }
  return plain.error === undefined ? { type, transactionId, status: undefined } : plain;
}

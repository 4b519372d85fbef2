/**
 * Messages that wait for the socket. They wait as objects, because a message says when it was sent: the frame is made when
 * the socket takes it, so that a slow partner does not read as one whose clock is wrong (RFC 8156 sections 5.2, 7.1).
 *
 * A BNDUPD lets everything else pass: however many there are, STATE, CONTACT, BNDREPLY and DISCONNECT are not held up
 * (the purpose of OPTION_F_MAX_UNACKED_BNDUPD, RFC 8156 section 5.5.5).
 */
import { encodeFailoverMessage, FailoverMessageType } from '../../wire/index.ts';
import type { EpochSeconds, FailoverMessage } from '../../wire/index.ts';

/** The windows of both partners fit in it; more means that the partner has stopped reading. */
export const QUEUE_MAX = 8192;

/** One write of so many octets or a few more: some 300 updates. */
const BATCH_OCTETS = 65_536;

export interface OutgoingQueue {
  readonly length: number;
  /** @returns false where the queue is full */
  put(message: FailoverMessage): boolean;
  /** The next frames in one piece, sent now; undefined where nothing waits. */
  nextBatch(now: EpochSeconds): Uint8Array | undefined;
  /** The connection is about to be closed: updates will be asked for again on the next one. */
  dropUpdates(): void;
}

export function createOutgoingQueue(): OutgoingQueue {
  const urgent: FailoverMessage[] = [];
  const updates: FailoverMessage[] = [];

  /** A sign of life that was not sent yet is worth nothing beside a newer one; one that says more than that stays. */
  const replacesLast = ({ type }: FailoverMessage): boolean => {
    const last = urgent.at(-1);
    return type === FailoverMessageType.CONTACT && last?.type === FailoverMessageType.CONTACT && last.vendor.length === 0;
  };

  const next = (): FailoverMessage | undefined => urgent.shift() ?? updates.shift();

  return {
    get length() {
      return urgent.length + updates.length;
    },
    put(message) {
      if (urgent.length + updates.length >= QUEUE_MAX) return false;
      if (message.type === FailoverMessageType.BNDUPD) updates.push(message);
      else if (replacesLast(message)) urgent[urgent.length - 1] = message;
      else urgent.push(message);
      return true;
    },
    nextBatch(now) {
      const frames: Uint8Array[] = [];
      let octets = 0;
      while (octets < BATCH_OCTETS) {
        const message = next();
        if (message === undefined) break;
        const frame = encodeFailoverMessage(message, now);
        frames.push(frame);
        octets += frame.length;
      }
      return frames.length > 1 ? Buffer.concat(frames, octets) : frames[0];
    },
    dropUpdates() {
      updates.length = 0;
    },
  };
}

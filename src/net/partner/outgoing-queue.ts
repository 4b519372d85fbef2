/**
 * Messages that wait for the socket. They are written as soon as they come, and say when they were sent only when the socket takes
 * them, so that a slow partner does not read as one whose clock is wrong (RFC 8156 sections 5.2, 7.1).
 *
 * A BNDUPD lets everything else pass: however many there are, STATE, CONTACT, BNDREPLY and DISCONNECT are not held up
 * (the purpose of OPTION_F_MAX_UNACKED_BNDUPD, RFC 8156 section 5.5.5).
 */
import { FailoverMessageType, FrameWriter } from '../../wire/index.ts';
import type { EpochSeconds, FailoverMessage } from '../../wire/index.ts';

/** The windows of both partners fit in it; more means that the partner has stopped reading. */
export const QUEUE_MAX = 8192;

/** One write of so many octets or a few more: some 300 updates. */
const BATCH_OCTETS = 65_536;

export interface OutgoingQueue {
  length(): number;
  /** @returns false where the queue is full */
  put(message: FailoverMessage): boolean;
  /** The next frames in one piece, sent now; undefined where nothing waits. */
  nextBatch(now: EpochSeconds): Uint8Array | undefined;
  /** The connection is about to be closed: updates will be asked for again on the next one. */
  dropUpdates(): void;
}

export function createOutgoingQueue(): OutgoingQueue {
  const urgent = new FrameWriter(BATCH_OCTETS);
  const updates = new FrameWriter(BATCH_OCTETS);
  /** Behind the urgent ones: a sign of life, which is worth nothing beside a newer one, or one that says more than that. */
  let signOfLife: FailoverMessage | undefined;

  const writeSignOfLife = (): void => {
    if (signOfLife !== undefined) urgent.write(signOfLife);
    signOfLife = undefined;
  };

  const putUrgent = (message: FailoverMessage): void => {
    const isContact = message.type === FailoverMessageType.CONTACT;
    if (!isContact) writeSignOfLife();
    signOfLife = undefined;
    if (isContact && message.vendor.length === 0) signOfLife = message;
    else urgent.write(message);
  };

  const length = (): number => urgent.length + updates.length + (signOfLife === undefined ? 0 : 1);

  return {
    length,
    put(message) {
      if (length() >= QUEUE_MAX) return false;
      if (message.type === FailoverMessageType.BNDUPD) updates.write(message);
      else putUrgent(message);
      return true;
    },
    nextBatch(now) {
      writeSignOfLife();
      return urgent.take(now) ?? updates.take(now);
    },
    dropUpdates() {
      updates.clear();
    },
  };
}

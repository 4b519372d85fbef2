/**
 * Reads requests from a connection one by one (RFC 5460 section 5.1), and none that nobody is ready for (section 7.3): what is not
 * read stays with the kernel, whose window then stops the requestor.
 */
import type { Socket } from 'node:net';
import { FailoverMessageType, encodeFailoverMessage, epochSeconds, u24 } from '../../wire/index.ts';
import type { FailoverStatus } from '../../wire/index.ts';

/** STARTTLS and its REPLY are those of failover, of which RFC 7653 section 8 has them. */
export function isStartTls(frame: Uint8Array): boolean {
  return frame[0] === FailoverMessageType.STARTTLS && frame.length >= 4;
}

/** The answer to a STARTTLS: without a status it lets TLS begin. */
export function startTlsReply(frame: Uint8Array, status?: FailoverStatus): Uint8Array {
  return encodeFailoverMessage({ type: FailoverMessageType.REPLY, transactionId: u24(frame, 1), status }, epochSeconds(0));
}

/** A request with the longest identifiers that there are has less. */
const FRAME_OCTETS_MAX = 4_096;

export interface RequestFrames {
  /** Calls `onFrame` once, with the next frame without its size; or `onBad`, where there can be none. */
  next(): void;
}

export function readRequestFrames(socket: Socket, onFrame: (frame: Uint8Array) => void, onBad: (why: string) => void): RequestFrames {
  let isWanted = false;
  let size: number | undefined;

  const look = (): void => {
    if (!isWanted) return;
    if (size === undefined) {
      const prefix = socket.read(2) as Buffer | null;
      if (prefix?.length !== 2) return;
      size = prefix.readUInt16BE(0);
    }
    if (size === 0 || size > FRAME_OCTETS_MAX) {
      isWanted = false;
      onBad(`a message of ${size} octets`);
      return;
    }
    const frame = socket.read(size) as Buffer | null;
    if (frame?.length !== size) return;
    [isWanted, size] = [false, undefined];
    onFrame(frame);
  };

  socket.on('readable', look);
  return {
    next() {
      isWanted = true;
      look();
    },
  };
}

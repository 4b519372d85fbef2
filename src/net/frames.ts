/**
 * Reads frames, with a size of two octets in front of each (RFC 5460 section 5.1, RFC 8156 section 5.1), one by one, and no octet beyond them:
 * what nobody is ready for stays with the kernel, whose window then stops the other side, or is for whoever gets the socket next.
 */
import type { Socket } from 'node:net';

/** A size that no frame may have. */
export interface BadSize {
  readonly octets: number;
}

export interface Frames {
  /** The next frame, without its size, goes to `onFrame`: once, and at once where it is here already. */
  next(onFrame: (frame: Uint8Array | BadSize) => void): void;
  /** Nothing is read any more. */
  release(): void;
}

/** @param octetsMax what a frame has at most */
export function readFrames(socket: Socket, octetsMax: number): Frames {
  let wanted: ((frame: Uint8Array | BadSize) => void) | undefined;
  let size: number | undefined;

  const look = (): void => {
    if (wanted === undefined) return;
    if (size === undefined) {
      const prefix = socket.read(2) as Buffer | null;
      if (prefix?.length !== 2) return;
      size = prefix.readUInt16BE(0);
    }
    const isBad = size === 0 || size > octetsMax;
    const frame = isBad ? { octets: size } : (socket.read(size) as Buffer | null);
    if (frame === null || (frame instanceof Uint8Array && frame.length !== size)) return;
    const onFrame = wanted;
    [wanted, size] = [undefined, undefined];
    onFrame(frame);
  };

  socket.on('readable', look);
  return {
    next(onFrame) {
      wanted = onFrame;
      look();
    },
    release: () => void socket.off('readable', look),
  };
}

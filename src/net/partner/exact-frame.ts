/**
 * Reads one frame from a socket and no octet beyond it: what follows STARTTLS and its REPLY belongs to TLS, which gets
 * the socket with all that is still in it (RFC 7653 sections 8.2, 9.1).
 */
import type { Socket } from 'node:net';

/** STARTTLS and its REPLY have 4 octets and a status; nothing that may come here is near this. */
const FRAME_OCTETS_MAX = 1024;

/**
 * @param onFrame called once, with the frame without its size (RFC 8156 section 5.1), or with why there is none, as a
 *   sentence without a full stop. Not called where the connection ends first.
 */
export function readExactFrame(socket: Socket, onFrame: (frame: Uint8Array | { readonly error: string }) => void): void {
  let size: number | undefined;

  const readable = (): void => {
    if (size === undefined) {
      const prefix = socket.read(2) as Buffer | null;
      if (prefix?.length !== 2) return;
      size = prefix.readUInt16BE(0);
      if (size === 0 || size > FRAME_OCTETS_MAX) {
        done({ error: `its first message would have ${size} octets` });
        return;
      }
    }
    const frame = socket.read(size) as Buffer | null;
    if (frame?.length === size) done(frame);
  };

  const done = (result: Uint8Array | { readonly error: string }): void => {
    socket.off('readable', readable);
    onFrame(result);
  };

  socket.on('readable', readable);
}

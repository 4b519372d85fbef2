/**
 * Reads one frame from a socket and no octet beyond it: what follows STARTTLS and its REPLY belongs to TLS, which gets
 * the socket with all that is still in it (RFC 7653 sections 8.2, 9.1).
 */
import type { Socket } from 'node:net';
import { readFrames } from '../frames.ts';

/** STARTTLS and its REPLY have 4 octets and a status; nothing that may come here is near this. */
const FRAME_OCTETS_MAX = 1024;

/**
 * @param onFrame called once, with the frame without its size (RFC 8156 section 5.1), or with why there is none, as a
 *   sentence without a full stop. Not called where the connection ends first.
 */
export function readExactFrame(socket: Socket, onFrame: (frame: Uint8Array | { readonly error: string }) => void): void {
  const frames = readFrames(socket, FRAME_OCTETS_MAX);
  frames.next((frame) => {
    frames.release();
    onFrame(frame instanceof Uint8Array ? frame : { error: `its first message would have ${frame.octets} octets` });
  });
}

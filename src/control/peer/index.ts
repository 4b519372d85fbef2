/** Who is at the other end of a Unix socket, as the kernel knows it (SO_PEERCRED, unix(7)). */
import type { Socket } from 'node:net';
import { loadNativeAddon } from '../../native-addon.ts';

/** The process that connected, and whom it ran as at that moment. A client cannot forge them. */
export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

interface NativePeer {
  /** Throws when `fd` is no connected Unix socket. */
  credentials(fd: number): readonly [pid: number, uid: number, gid: number];
}

const native = loadNativeAddon('peer') as NativePeer;

/**
 * The credentials of a connected Unix stream socket's peer. Undefined where there are none to be had, as when
 * the socket is closed already or not a Unix socket: then the peer is to be refused.
 */
export function peerCredentials(socket: Socket): PeerCredentials | undefined {
  const fd = descriptorOf(socket);
  // The kernel answers -1, -1 for a socket that was never connected, and 0 for the pid of a process outside of our view.
  try {
    const [pid, uid, gid] = native.credentials(fd);
    return uid === 0xffff_ffff ? undefined : { pid, uid, gid };
  } catch {
    return undefined;
  }
}

/** Node keeps the descriptor in its handle and has no public name for it; -1 when there is none. */
function descriptorOf(socket: Socket): number {
  const handle: unknown = Reflect.get(socket, '_handle');
  const fd: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : undefined;
  return typeof fd === 'number' ? fd : -1;
}

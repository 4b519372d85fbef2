/**
 * The client-facing UDP sockets of this process: one receiving memory, one outgoing queue, one call of
 * JavaScript a batch. A socket is bound to one interface, so the scope of every address that it hears
 * or answers is that interface.
 */
import { getSystemErrorName } from 'node:util';
import { DATAGRAM_LENGTH_MAX } from '../../wire/index.ts';
import type { Address } from '../../wire/index.ts';
import { nativeUdp } from './native.ts';
import type { NativeSocket } from './native.ts';
import { outgoingQueue, receivedBatch } from './shared-memory.ts';
import type { ReceivedBatch } from './shared-memory.ts';

/**
 * The kernel took the socket from us (`ss --kill`), and with it the interface that it was bound to: it must not
 * be used any more. Whether a send or a receive hears of it first is chance, and the other then does not.
 */
const ABORTED = 'ECONNABORTED';

export interface UdpSocketOptions {
  readonly interfaceName: string;
  /** Local port. */
  readonly port: number;
  /** Multicast addresses to join. */
  readonly groups: readonly Address[];
  /** Wanted size of the kernel's receive buffer; without CAP_NET_ADMIN net.core.rmem_max limits it. */
  readonly receiveBufferBytes: number;
  /**
   * Wanted size of the kernel's send buffer. It is the only queue in front of the interface: what comes
   * when it is full is dropped and counted as EAGAIN.
   */
  readonly sendBufferBytes: number;
}

export interface UdpSocketHandlers {
  /** Called once a batch; the batch is valid until this returns. */
  onBatch(batch: ReceivedBatch): void;
  /** The socket is of no use any more and has been closed. `code`: the errno's name. */
  onFailed(code: string): void;
}

/** Numbers since the socket was opened. */
export interface UdpCounters {
  /** Datagrams handed to `onBatch`. */
  readonly received: number;
  /** Datagrams that the kernel dropped: nearly always because the receive buffer was full. */
  readonly kernelDrops: number;
  /** Datagrams given to the kernel, or still in the queue. */
  readonly sent: number;
  /** Datagrams that could not be sent, by the errno's name. */
  readonly sendErrors: ReadonlyMap<string, number>;
}

export interface UdpSocket {
  readonly interfaceName: string;
  readonly ifindex: number;
  /** What the kernel granted. */
  readonly receiveBufferBytes: number;
  /**
   * Puts one datagram into the outgoing queue; the octets are copied. It is sent before the event
   * loop next sleeps, or at once when the queue is full.
   */
  queue(payload: Uint8Array, to: Address, port: number): void;
  counters(): UdpCounters;
  /** Sends what is queued, then closes. Closing twice does nothing. */
  close(): void;
}

/** `code`: the errno's name; `reason`: the step that failed and what the kernel says. */
export type OpenResult =
  | { readonly ok: true; readonly socket: UdpSocket }
  | { readonly ok: false; readonly code: string; readonly reason: string };

export interface UdpHub {
  open(options: UdpSocketOptions, handlers: UdpSocketHandlers): OpenResult;
  /** Sends the queue now. Needed only where the event loop won't turn again, as before process.exit(). */
  flush(): void;
  /** Closes every socket and frees the memory; batches and queue are empty afterwards. */
  close(): void;
}

/** What the hub knows of one socket. */
interface SocketState {
  readonly native: NativeSocket;
  readonly handlers: UdpSocketHandlers;
  readonly errors: Map<string, number>;
  received: number;
  queued: number;
  failed: number;
  open: boolean;
  /** Last known; exact once closed. */
  kernelDrops: number;
}

/**
 * `onDrained` is called once after each poll of the event loop that handed over at least one batch:
 * every readable socket has had its turn (at most 512 datagrams each), and what they said can be
 * committed together. What it queues goes out right after it.
 */
export function createUdpHub(onDrained: () => void): UdpHub {
  /** By the addon's socket id. A closed socket stays until its id is used again. */
  const sockets: SocketState[] = [];
  let open = true;

  const { hub, memory } = nativeUdp.createHub(
    (id, count) => {
      const state = sockets[id];
      if (state === undefined) return;
      if (count < 0) {
        fail(state, getSystemErrorName(count));
        return;
      }
      state.received += count;
      batch.count = count;
      state.handlers.onBatch(batch);
    },
    onDrained,
    countErrors,
  );
  const batch = receivedBatch(memory, nativeUdp.layout);
  const queue = outgoingQueue(memory, nativeUdp.layout);

  /** Looks through the records of a flush, which stay as they are until the next `add`. */
  function countErrors(records: number): void {
    const aborted = new Set<SocketState>();
    for (let i = 0; i < records; i++) {
      const error = queue.error(i);
      const state = error === 0 ? undefined : sockets[queue.socket(i)];
      if (state === undefined) continue;
      const code = getSystemErrorName(-error);
      countError(state, code);
      if (code === ABORTED) aborted.add(state);
    }
    for (const state of aborted) fail(state, ABORTED);
  }

  function countError(state: SocketState, code: string): void {
    state.failed++;
    state.errors.set(code, (state.errors.get(code) ?? 0) + 1);
  }

  function flush(): void {
    const records = queue.length();
    if (records !== 0 && nativeUdp.flush(hub) !== 0) countErrors(records);
  }

  function fail(state: SocketState, code: string): void {
    if (!state.open) return;
    closeSocket(state);
    state.handlers.onFailed(code);
  }

  function closeSocket(state: SocketState): void {
    if (!state.open) return;
    state.open = false;
    flush();
    state.kernelDrops = nativeUdp.kernelDrops(hub, state.native.id);
    nativeUdp.closeSocket(hub, state.native.id);
  }

  function queueDatagram(state: SocketState, payload: Uint8Array, to: Address, port: number): void {
    state.queued++;
    if (!state.open) countError(state, 'EBADF');
    else if (payload.length > DATAGRAM_LENGTH_MAX) countError(state, 'EMSGSIZE');
    else {
      if (!queue.hasRoom(payload.length)) flush();
      queue.add(state.native.id, payload, to, port);
    }
  }

  function counters(state: SocketState): UdpCounters {
    if (state.open) state.kernelDrops = nativeUdp.kernelDrops(hub, state.native.id);
    return {
      received: state.received,
      kernelDrops: state.kernelDrops,
      sent: state.queued - state.failed,
      sendErrors: new Map(state.errors),
    };
  }

  return {
    open(options, handlers) {
      let native: NativeSocket;
      try {
        native = nativeUdp.openSocket(
          hub,
          options.interfaceName,
          options.port,
          options.receiveBufferBytes,
          options.sendBufferBytes,
          Uint8Array.from(options.groups.flatMap((group) => [...group])),
        );
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        const code = 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN';
        return { ok: false, code, reason: error.message };
      }
      const state: SocketState = {
        native,
        handlers,
        errors: new Map(),
        received: 0,
        queued: 0,
        failed: 0,
        open: true,
        kernelDrops: 0,
      };
      sockets[native.id] = state;
      const socket: UdpSocket = {
        interfaceName: options.interfaceName,
        ifindex: native.ifindex,
        receiveBufferBytes: native.receiveBufferBytes,
        queue: (payload, to, port) => {
          queueDatagram(state, payload, to, port);
        },
        counters: () => counters(state),
        close: () => {
          closeSocket(state);
        },
      };
      return { ok: true, socket };
    },
    flush,
    close() {
      if (!open) return;
      open = false;
      sockets.forEach(closeSocket);
      nativeUdp.closeHub(hub);
    },
  };
}

/** The shape of the compiled addon; the C files beside this one say what each function does. */
import { loadNativeAddon } from '../../native-addon.ts';

/** What only the addon can make and read. */
declare const hubBrand: unique symbol;
export interface NativeHub {
  readonly [hubBrand]: true;
}

/** Byte offsets and sizes in the shared memory (`struct shared` in udp.h). */
export interface SharedLayout {
  readonly slots: number;
  readonly slotBytes: number;
  readonly received: number;
  readonly outgoing: number;
  readonly outgoingBytes: number;
  readonly queued: number;
  readonly queuedCount: number;
}

export interface NativeSocket {
  readonly id: number;
  /** Of the interface that the socket is bound to. */
  readonly ifindex: number;
  /** What the kernel granted. */
  readonly receiveBufferBytes: number;
}

/** Every function throws an `Error` with the errno's name in `code` when it can't do its part. */
export interface NativeUdp {
  readonly layout: SharedLayout;
  /**
   * `onBatch` gets a socket's id and the number of datagrams, or a negative errno after which the
   * socket reads no more. `onSendErrors` gets the number of records that a flush by itself went
   * through, when at least one of them failed.
   */
  createHub(
    onBatch: (socket: number, count: number) => void,
    onDrained: () => void,
    onSendErrors: (count: number) => void,
  ): { readonly hub: NativeHub; readonly memory: ArrayBuffer };
  /** `groups`: multicast addresses to join, 16 octets each. */
  openSocket(
    hub: NativeHub,
    interfaceName: string,
    port: number,
    receiveBufferBytes: number,
    sendBufferBytes: number,
    groups: Uint8Array,
  ): NativeSocket;
  closeSocket(hub: NativeHub, socket: number): void;
  /** Datagrams that the kernel dropped on the socket since it was opened. */
  kernelDrops(hub: NativeHub, socket: number): number;
  /** Sends the queue now; the number of datagrams that failed. */
  flush(hub: NativeHub): number;
  /** Closes every socket of the hub and empties the shared memory's views. */
  closeHub(hub: NativeHub): void;
}

export const nativeUdp = loadNativeAddon('udp') as NativeUdp;

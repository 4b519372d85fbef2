/** What the tests of the UDP addon share: a hub that writes down what happens. */
import assert from 'node:assert/strict';
import { createUdpHub } from '../../../src/net/udp/hub.ts';
import type { UdpHub, UdpSocket } from '../../../src/net/udp/hub.ts';
import type { ReceivedBatch } from '../../../src/net/udp/shared-memory.ts';
import { ALL_DHCP_RELAY_AGENTS_AND_SERVERS, ALL_DHCP_SERVERS } from '../../../src/wire/index.ts';
import type { Address } from '../../../src/wire/index.ts';
import { copyOf, waiter } from './veth.ts';

export const SERVER_PORT = 547;
export const CLIENT_PORT = 546;

interface Heard {
  readonly bytes: Uint8Array;
  readonly peer: Address;
  readonly peerPort: number;
  readonly isMulticast: boolean;
  readonly isTruncated: boolean;
}

function copyBatch(batch: ReceivedBatch): Heard[] {
  return Array.from({ length: batch.count }, (_, i) => ({
    bytes: batch.payload(i).slice(),
    peer: copyOf(batch.peer(i)),
    peerPort: batch.peerPort(i),
    isMulticast: batch.isMulticast(i),
    isTruncated: batch.isTruncated(i),
  }));
}

/** A hub that writes down what happens, and lets a test wait for it. */
export class Recorder {
  readonly events: string[] = [];
  readonly heard = new Map<string, Heard[]>();
  readonly hub: UdpHub = createUdpHub(() => {
    this.events.push('drained');
    this.#waiter.wake();
  });
  readonly #waiter = waiter();
  readonly until = this.#waiter.until;

  open(interfaceName: string, port: number, options: { receive?: number; send?: number; name?: string } = {}): UdpSocket {
    const name = options.name ?? interfaceName;
    const heard: Heard[] = [];
    this.heard.set(name, heard);
    const result = this.hub.open(
      {
        interfaceName,
        port,
        groups: port === SERVER_PORT ? [ALL_DHCP_RELAY_AGENTS_AND_SERVERS, ALL_DHCP_SERVERS] : [],
        receiveBufferBytes: options.receive ?? 4 << 20,
        sendBufferBytes: options.send ?? 1 << 20,
      },
      {
        onBatch: (batch) => {
          this.events.push(`${name}:${batch.count}`);
          heard.push(...copyBatch(batch));
        },
        onFailed: (code) => this.events.push(`${name}:${code}`),
      },
    );
    assert.ok(result.ok, result.ok ? '' : result.reason);
    return result.socket;
  }

  heardBy(name: string): Heard[] {
    return this.heard.get(name) ?? [];
  }
}

/** A datagram that is told from the 65 535 others. */
export function numbered(i: number, length = 100): Uint8Array {
  return new Uint8Array(length).fill(i & 0xff).fill(i >> 8, 0, 1);
}

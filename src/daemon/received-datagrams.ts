/** Datagrams out of the memory that the sockets use again for the next batch. */
import type { ReceivedDatagram } from '../appliance/index.ts';
import type { ReceivedBatch } from '../net/index.ts';
import { ADDRESS_LENGTH, view } from '../wire/index.ts';
import type { Address } from '../wire/index.ts';

/**
 * A batch of more is copied one by one: a datagram that waits in a queue keeps all that was copied with it in memory.
 */
const COPIED_TOGETHER_MAX = 32_768;

/** Copies a batch with as few allocations as can be: each would cost the garbage collector more than the copying. */
export function copyBatch(batch: ReceivedBatch, interfaceName: string): readonly ReceivedDatagram[] {
  const payloads: Uint8Array[] = [];
  let size = 0;
  for (let i = 0; i < batch.count; i++) {
    const payload = batch.payload(i);
    payloads.push(payload);
    size += payload.length + ADDRESS_LENGTH;
  }
  const together = size <= COPIED_TOGETHER_MAX ? new Uint8Array(size) : undefined;
  let at = 0;
  return payloads.map((payload, i) => {
    const room = payload.length + ADDRESS_LENGTH;
    const copy = together ?? new Uint8Array(room);
    const start = together === undefined ? 0 : at;
    at += room;
    copy.set(batch.peer(i), start);
    copy.set(payload, start + ADDRESS_LENGTH);
    return {
      source: view(copy, start, start + ADDRESS_LENGTH) as Address,
      bytes: view(copy, start + ADDRESS_LENGTH, start + room),
      interfaceName,
      sourcePort: batch.peerPort(i),
      destination: batch.isMulticast(i) ? 'multicast' : 'unicast',
    };
  });
}

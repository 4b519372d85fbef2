import type { HashKey } from '../lease/index.ts';

/** @param bytes eight of them, random */
export function hashKeyFrom(bytes: Uint8Array): HashKey {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return { k0: view.getUint32(0), k1: view.getUint32(4) };
}

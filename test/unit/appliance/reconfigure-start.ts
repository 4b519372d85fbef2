/** Reconfigure for appliances in tests: keys that count up, and the digest that clients check. */
import { createHmac } from 'node:crypto';
import type { ReconfigureStart } from '../../../src/appliance/index.ts';
import { epochSeconds } from '../../../src/wire/index.ts';

/** @param now values are reserved from then on */
export function reconfigureStart(now: number): ReconfigureStart {
  let keys = 0;
  return {
    replay: { used: epochSeconds(0), reservedUntil: epochSeconds(now + 600) },
    newKey: () => new Uint8Array(16).fill(++keys),
    hmacMd5,
    hasFormer: false,
  };
}

export function hmacMd5(key: Uint8Array, message: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac('md5', key).update(message).digest());
}

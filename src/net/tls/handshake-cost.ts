/** What a TLS handshake takes of this box's time. */
import { createPrivateKey, sign } from 'node:crypto';
import type { BoxIdentity } from '../../identity/index.ts';

/** The first one also makes what later ones use again. */
const SIGNATURES = 3;
/** Agreement on a key, the partner's signature, and the rest take no longer than the own signature does. */
const PER_SIGNATURE = 2;
const LEAST_MS = 1;

/** @returns milliseconds, measured here and now */
export function handshakeCost({ privateKeyPem }: BoxIdentity): number {
  const key = createPrivateKey(privateKeyPem);
  let shortest = Infinity;
  for (let left = SIGNATURES; left > 0; left--) {
    const begin = performance.now();
    sign(null, new Uint8Array(64), key);
    // What interrupted one is not its cost.
    shortest = Math.min(shortest, performance.now() - begin);
  }
  return Math.max(LEAST_MS, PER_SIGNATURE * shortest);
}

/**
 * Whoever proved a wrong key waits before its next proof is looked at: a second, then twice as long each time, at most a
 * minute. It is known by its certificate, not by its address: so a stranger in the partner's place, however often it
 * tries, keeps nobody out but itself.
 */
import { LatestEntries } from '../../bounded/index.ts';

const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;
/** A stranger may have any number of certificates; those that tried last are remembered. */
const REMEMBERED_MAX = 64;

export interface LockOut {
  /** How long this certificate has to wait yet, in milliseconds; 0 where it need not. */
  remaining(certificate: string): number;
  failed(certificate: string): void;
  clear(): void;
}

export function createLockOut(monotonicMs: () => number): LockOut {
  const failures = new LatestEntries<string, { readonly waitMs: number; readonly until: number }>(REMEMBERED_MAX);
  return {
    remaining: (certificate) => Math.max(0, (failures.get(certificate)?.until ?? 0) - monotonicMs()),
    failed(certificate) {
      const last = failures.get(certificate);
      const waitMs = last === undefined ? FIRST_MS : Math.min(2 * last.waitMs, LONGEST_MS);
      failures.set(certificate, { waitMs, until: monotonicMs() + waitMs });
    },
    clear: () => failures.clear(),
  };
}

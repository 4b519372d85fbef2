/**
 * A lease that ended is free only when the partner knows that it ended, or is down (RFC 8156 sections 4.2.2.1 and 7.2): what each box
 * wrote of every lease, in order.
 */
import { BindingStatus, isFree } from '../../../src/lease/index.ts';
import type { Binding } from '../../../src/lease/index.ts';
import { isSame } from '../client/answers.ts';
import type { BoxName } from '../schedule/schedule.ts';
import { leaseKey } from '../world/lease-key.ts';
import type { Named } from '../world/lease-key.ts';

export interface EndsKnown {
  note(box: BoxName, binding: Binding): void;
  /** Its partner says to the box that a lease is free: where it believes that (figure 4), it need not tell it. */
  toldFree(box: BoxName, lease: Named): void;
  /** What the box wrote before is gone. */
  forgets(box: BoxName): void;
  /**
   * The box whose last word is that the client still has the lease, which it never was told since it ended here. A lease that was free
   * already is not freed: that the other one knew may be gone with its disk since.
   */
  whoWasNotTold(box: BoxName, binding: Binding): BoxName | undefined;
}

interface Written {
  status: BindingStatus;
  /** It was free before, too. */
  wasFree: boolean;
  duid: Uint8Array;
  /** Number of the write with which the lease was not the client's any more. */
  ended: number;
  /** Number of the last write that said so. */
  notActive: number;
  /** The partner had said that it is free when this was written. */
  byPartner: boolean;
  /** The partner has said so since. */
  isToldFree: boolean;
}

export function createEndsKnown(): EndsKnown {
  const writtenBy = new Map<BoxName, Map<string, Written>>();
  let writes = 0;
  return {
    note(box, binding) {
      writes++;
      let own = writtenBy.get(box);
      if (own === undefined) writtenBy.set(box, (own = new Map<string, Written>()));
      const key = leaseKey(binding);
      const before = own.get(key);
      const isActive = binding.status === BindingStatus.ACTIVE;
      const endsNow = !isActive && before?.status === BindingStatus.ACTIVE;
      own.set(key, {
        status: binding.status,
        wasFree: before !== undefined && isFree(before.status),
        duid: binding.duid,
        ended: endsNow ? writes : (before?.ended ?? 0),
        notActive: isActive ? (before?.notActive ?? 0) : writes,
        byPartner: before?.isToldFree ?? false,
        isToldFree: false,
      });
    },
    toldFree(box, lease) {
      const own = writtenBy.get(box)?.get(leaseKey(lease));
      if (own !== undefined) own.isToldFree = true;
    },
    forgets(box) {
      writtenBy.delete(box);
    },
    whoWasNotTold(box, binding) {
      const key = leaseKey(binding);
      const own = writtenBy.get(box)?.get(key);
      if (own === undefined || own.wasFree || own.byPartner) return undefined;
      for (const [other, written] of writtenBy) {
        const last = written.get(key);
        if (other === box || last?.status !== BindingStatus.ACTIVE) continue;
        if (isSame(last.duid, binding.duid) && last.notActive < own.ended) return other;
      }
      return undefined;
    },
  };
}

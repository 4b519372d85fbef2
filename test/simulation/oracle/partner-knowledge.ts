/** Until when each box ever knew in this tenancy, durably, that a client may hold a lease: the expiration-time of RFC 8156 section 7.3. */
import type { Binding } from '../../../src/lease/index.ts';
import { BindingStatus, isFree } from '../../../src/lease/index.ts';
import { isSame } from '../client/answers.ts';
import type { BoxName } from '../schedule/schedule.ts';

export interface PartnerKnowledge {
  note(box: BoxName, key: string, binding: Binding): void;
  /** Seconds since 1970; 0 where it never knew of this client. */
  expiryKnownTo(box: BoxName, key: string, client: Uint8Array): number;
}

interface Known {
  readonly client: Uint8Array;
  expiry: number;
}

export function createPartnerKnowledge(): PartnerKnowledge {
  const boxes = new Map<BoxName, Map<string, Known>>();
  return {
    note(box, key, binding) {
      // With the consent of the other box, whose promises are over: the next tenancy of the same client is another one.
      if (isFree(binding.status)) boxes.get(box)?.delete(key);
      if (binding.status !== BindingStatus.ACTIVE) return;
      let known = boxes.get(box);
      if (known === undefined) boxes.set(box, (known = new Map<string, Known>()));
      // What a box gave to the client itself it knows as well.
      const expiry = Math.max(binding.expirationTime, binding.stateExpirationTime);
      const before = known.get(key);
      if (before !== undefined && isSame(before.client, binding.duid)) before.expiry = Math.max(before.expiry, expiry);
      else known.set(key, { client: binding.duid, expiry });
    },
    expiryKnownTo(box, key, client) {
      const found = boxes.get(box)?.get(key);
      return found !== undefined && isSame(found.client, client) ? found.expiry : 0;
    },
  };
}

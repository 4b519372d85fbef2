/** Until when each box ever knew, durably, that a client may hold a lease: the expiration-time of RFC 8156 section 7.3. */
import type { Binding } from '../../../src/lease/index.ts';
import { BindingStatus } from '../../../src/lease/index.ts';
import { formatHex } from '../../../src/wire/index.ts';
import type { BoxName } from '../schedule/schedule.ts';

export interface PartnerKnowledge {
  note(box: BoxName, key: string, binding: Binding): void;
  /** Seconds since 1970; 0 where it never knew of this client. */
  expiryKnownTo(box: BoxName, key: string, client: Uint8Array): number;
}

export function createPartnerKnowledge(): PartnerKnowledge {
  const known = new Map<string, { readonly client: string; readonly expiry: number }>();
  return {
    note(box, key, binding) {
      if (binding.status !== BindingStatus.ACTIVE) return;
      const name = `${box}${key}`;
      const client = formatHex(binding.duid, '');
      const before = known.get(name);
      // What a box gave to the client itself it knows as well.
      const expiry = Math.max(binding.expirationTime, binding.stateExpirationTime);
      known.set(name, { client, expiry: before?.client === client ? Math.max(before.expiry, expiry) : expiry });
    },
    expiryKnownTo(box, key, client) {
      const found = known.get(`${box}${key}`);
      return found?.client === formatHex(client, '') ? found.expiry : 0;
    },
  };
}

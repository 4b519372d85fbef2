/** Databases of a box, and what its partner says that it saw of them (R-ST1). */
import { EndpointState } from '../../../src/failover/index.ts';
import type { DatabaseFacts } from '../../../src/failover/index.ts';
import { ExtensionCode, extension } from '../../../src/wire/index.ts';
import type { VendorSuboption } from '../../../src/wire/index.ts';
import { generation } from './box.ts';
import type { Solo } from './solo.ts';

const { COMMUNICATIONS_INTERRUPTED } = EndpointState;

const ALL_EXTENSIONS = [ExtensionCode.CONFIG_DIGEST, ExtensionCode.CONFIG_SHARED, ExtensionCode.DATABASE];
export const SPEAKS = [extension(ExtensionCode.EXTENSIONS, ALL_EXTENSIONS)];

/** This box has been opened three times: commits 1 to 20, 21 to 50, and from 51 on, of which 60 is the last. */
export const OPENED_THRICE: DatabaseFacts = {
  generations: [
    { id: generation(1), start: 0 },
    { id: generation(2), start: 20 },
    { id: generation(3), start: 50 },
  ],
  isLost: false,
};
export const LOST: DatabaseFacts = { generations: [{ id: generation(9), start: 0 }], isLost: true };

/** The partner's database, and what it says that it saw of this box's. */
export function saw(number: number, counter: number): readonly VendorSuboption[] {
  const own = { generation: generation(7), counter: 700 };
  return [extension(ExtensionCode.DATABASE, { own, partner: { generation: generation(number), counter } })];
}

export function partnerSaw(solo: Solo, number: number, counter: number, state: EndpointState = COMMUNICATIONS_INTERRUPTED): void {
  solo.box.commitCounter = 60;
  solo.connect({ vendor: SPEAKS });
  solo.saysState(state, { vendor: saw(number, counter) });
}

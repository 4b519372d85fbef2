import { BindingStatus } from './binding.ts';

/**
 * The transitions of RFC 8156 section 7.2, figure 2, by the numbers of their events, as far as a box by itself has
 * them: it owns every free lease, as the primary does, and PENDING-FREE need not be a status of its own.
 */
const TRANSITIONS: readonly (readonly [from: BindingStatus, to: BindingStatus])[] = [
  [BindingStatus.FREE, BindingStatus.ACTIVE], // (1) a lease is given
  [BindingStatus.ACTIVE, BindingStatus.RELEASED], // (3) Release
  [BindingStatus.EXPIRED, BindingStatus.FREE], // (4), (5) everybody knows that it ended
  [BindingStatus.RELEASED, BindingStatus.FREE], // (4), (5)
  [BindingStatus.RESET, BindingStatus.FREE], // (4), (5)
  [BindingStatus.ACTIVE, BindingStatus.EXPIRED], // (8) the valid lifetime ended
  [BindingStatus.ACTIVE, BindingStatus.ABANDONED], // (9) Decline
  [BindingStatus.ABANDONED, BindingStatus.RESET], // (10) the operator, or it was set aside for long enough
];

/**
 * Whether one status can follow the other. A box by itself has nobody to tell how a lease ended: EXPIRED, RELEASED and RESET
 * are over as soon as they began, and may be left out.
 */
export function canBecome(from: BindingStatus, to: BindingStatus): boolean {
  return isTransition(from, to) || TRANSITIONS.some(([first, between]) => first === from && isPassing(between) && isTransition(between, to));
}

function isTransition(from: BindingStatus, to: BindingStatus): boolean {
  return TRANSITIONS.some(([first, second]) => first === from && second === to);
}

function isPassing(status: BindingStatus): boolean {
  return status === BindingStatus.EXPIRED || status === BindingStatus.RELEASED || status === BindingStatus.RESET;
}

/** What the simulation holds against the product. */

/** Each of them is explained where it is checked. */
export type InvariantName =
  | 'two-clients-one-lease'
  | 'reply-before-commit'
  | 'lease-longer-than-allowed'
  | 'told-not-to-renew'
  | 'lease-taken-away'
  | 'freed-without-a-word'
  | 'given-back-before-commit'
  | 'answered-out-of-turn'
  | 'one-commit-at-a-time'
  | 'table-is-not-the-disk'
  | 'transition-not-in-the-table'
  | 'not-normal-again'
  | 'tables-disagree'
  | 'client-without-lease'
  | 'product-failed'
  | 'stands-still'
  | 'busy-waiting'
  | 'replay-value'
  | 'reconfigure-not-authentic'
  | 'leasequery-answer'
  | 'leasequery-answers-differ'
  | 'leasequery-stream'
  | 'names-differ';

/** An invariant of the simulation does not hold. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly invariant: InvariantName;

  constructor(invariant: InvariantName, message: string, cause?: unknown) {
    super(`${invariant}: ${message}`, { cause });
    this.invariant = invariant;
  }
}

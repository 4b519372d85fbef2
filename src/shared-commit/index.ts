/**
 * A change of the configuration on both boxes of a pair, or on neither: two-phase commit over the failover connection, with one of the two
 * boxes deciding (DESIGN 4). RFC 8156 leaves the configuration to the operator (section 4.1); this is beyond it.
 *
 *     the one that decides            the partner
 *     PREPARE, the change   ----->    tries it, keeps it durably: prepared
 *                           <-----    YES (or NO, and why: nothing was done)
 *     decides, durably
 *     COMMIT                ----->    puts it into its file, durably
 *     does the same         <-----    DONE
 *
 * What was not decided durably did not happen: who decides forgets it in a crash, and says ABORT when it is asked. A partner that has said YES
 * does neither by itself: it asks, when the two are connected again. Whatever crashes, each goes on from what it finds on its disk.
 */
export type { PreparedChange } from './prepared-change.ts';
export { isConfirmationInDoubt, settleSharedCommitAtStart } from './record.ts';
export { openSharedCommit } from './shared-commit.ts';
export type { Begun, SharedCommit, SharedCommitState, SharedCommitWorld } from './shared-commit.ts';

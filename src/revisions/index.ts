/**
 * What became of the provisioning file: what stood in it before, and a commit that is undone by itself unless somebody confirms it.
 * Both lie in the state directory, readable by its owner only: a pairing key may stand in them.
 */
export { openRevisions, revisionsDirectory } from './revisions.ts';
export { bootClock, confirmCommit, dueAfterRestart, newerUnconfirmed, readUnconfirmed, rollBack, secondsLeft, writeUnconfirmed } from './unconfirmed.ts';
export type { SharedWait, Unconfirmed } from './unconfirmed.ts';
export { replaceFile } from './replace-file.ts';

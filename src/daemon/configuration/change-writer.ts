/** The process that makes a partner's changes in the text of a provisioning file: it answers one job with one message and ends. See `answer-of-process.ts`. */
import { withChanges } from '../../config/index.ts';
import type { SharedChange, SharedWith } from '../../config/index.ts';

export interface ChangeJob {
  readonly text: string;
  readonly changes: readonly SharedChange[];
  readonly shared: SharedWith;
}

process.once('message', ({ text, changes, shared }: ChangeJob) => {
  process.send?.({ text: withChanges(text, changes, shared) }, () => process.disconnect());
});

import type { Binding } from '../lease/index.ts';

/** What became of a commit. */
export type CommitResult =
  | { readonly committed: true }
  | {
      readonly committed: false;
      readonly reason: string;
      /**
       * What stable storage holds now for each key of the commit: first the puts, then the deletes, in their order;
       * undefined where it holds nothing. A write that failed may have reached the disk all the same.
       */
      readonly found: readonly (Binding | undefined)[];
    };

/** Commits of the provisioning file as the daemon has to do with them: undone in time, and made on both boxes of a pair. */
import type { Subject } from '../../control/index.ts';
import type { LoadedConfiguration } from './loaded-configuration.ts';
import type * as PairedModule from '../partner/paired.ts';
import type { PairCommit, PairCommitOptions } from './pair-commit.ts';
import { watchUnconfirmedCommit } from './unconfirmed-commit.ts';

const NO_PARTNER = 'this box has no partner';

export interface Commits {
  /** To be called when the file may have been committed. */
  look(): Promise<void>;
  /** What a partner says of a commit on both boxes. */
  readonly heard: PairCommit['heard'];
  readonly subject: Pick<Subject, 'tryFile' | 'commitOnBoth' | 'abandonCommit' | 'undecidedCommit' | 'confirmCommit' | 'undoneIn' | 'isUndoneShared'>;
  close(): void;
}

/** To be opened before a partner can say anything. */
export async function openCommits({ paired, ...options }: PairCommitOptions & { readonly paired: typeof PairedModule | undefined }): Promise<Commits> {
  const { stateDirectory, log, alarms, reload } = options;
  const unconfirmed = watchUnconfirmedCommit(stateDirectory, log, alarms, reload);
  const pair = await paired?.openPairCommit(options);
  return {
    look: async () => await unconfirmed.look(),
    heard: (relationship, said) => pair?.heard(relationship, said),
    subject: {
      async tryFile(file) {
        const tried: LoadedConfiguration | string = await options.tryFile(file);
        return typeof tried === 'string' ? tried : undefined;
      },
      commitOnBoth: async (draft) => (pair === undefined ? NO_PARTNER : await pair.commit(draft)),
      abandonCommit: async () => (pair === undefined ? NO_PARTNER : await pair.abandon()),
      undecidedCommit: () => pair?.state(),
      async confirmCommit(scope) {
        const shared = scope === 'both' ? unconfirmed.shared() : undefined;
        return shared === undefined || pair === undefined ? await unconfirmed.confirm() : await pair.confirm(shared);
      },
      undoneIn: () => unconfirmed.left(),
      isUndoneShared: () => unconfirmed.shared() !== undefined,
    },
    close: () => unconfirmed.close(),
  };
}

/** What this box and its partners do together: changes of the configuration, and updates of their programs. */
import { randomBytes } from 'node:crypto';
import type { Appliance, Effect } from '../../appliance/index.ts';
import type { Subject } from '../../control/index.ts';
import { openCommits } from '../configuration/commits.ts';
import type { Commits } from '../configuration/commits.ts';
import type { PairCommitOptions } from '../configuration/pair-commit.ts';
import type { FailoverCommand, FailoverEvent } from '../../failover/index.ts';
import type { PairUpdate } from '../../pair-update/index.ts';
import type * as PairedModule from './paired.ts';

export interface JointWorkOptions extends Omit<PairCommitOptions, 'say'> {
  /** A box by itself does without. */
  readonly paired: typeof PairedModule | undefined;
  readonly appliance: Appliance;
  readonly version: string;
  /** The folder in which root is asked. */
  readonly privileged: string;
  readonly dispatch: (event: FailoverEvent) => void;
  readonly command: (relationship: string, command: FailoverCommand) => Promise<string | undefined>;
}

export interface JointWork extends Pick<Commits, 'look' | 'close'> {
  readonly heard: (said: Effect & { kind: 'partnerCommit' | 'partnerUpdate' }) => void;
  readonly subject: Commits['subject'] & Pick<Subject, 'planPairUpdate' | 'beginPairUpdate' | 'stopPairUpdate' | 'pairUpdate'>;
}

const NO_PARTNER = 'this box has no partner: "upgrade FILE" updates it';

/** To be opened before a partner can say anything. */
export async function openJointWork({ dispatch, ...options }: JointWorkOptions): Promise<JointWork> {
  const commits = await openCommits({ ...options, say: (relationship, message) => dispatch({ kind: 'sharedCommit', relationship, message }) });
  const updates = options.paired && (await openUpdates(options.paired, { ...options, dispatch }));
  return {
    look: async () => await commits.look(),
    close: () => commits.close(),
    heard(effect) {
      if (effect.kind === 'partnerCommit') commits.heard(effect.relationship, effect.said);
      // What it answers at once is another event, behind all effects of this one.
      else queueMicrotask(() => updates?.heard(effect.relationship, effect.said));
    },
    subject: {
      ...commits.subject,
      planPairUpdate: async () => (updates === undefined ? NO_PARTNER : await updates.plan()),
      beginPairUpdate: async () => (updates === undefined ? NO_PARTNER : await updates.begin()),
      stopPairUpdate: async () => (updates === undefined ? NO_PARTNER : await updates.stop()),
      pairUpdate: () => updates?.report(),
    },
  };
}

async function openUpdates({ openPairUpdate, relationshipLooks }: typeof PairedModule, { appliance, loaded, stateDirectory, version, privileged, log, date, command, dispatch }: JointWorkOptions): Promise<PairUpdate> {
  return await openPairUpdate({
    stateDirectory,
    name: loaded().appliance.name,
    version,
    privileged,
    relationships: () => relationshipLooks(appliance.failover.relationships),
    partnerVersion: () => appliance.failover.relationships.find(({ partnerVersion }) => partnerVersion !== undefined)?.partnerVersion,
    command,
    say: (relationship, message) => dispatch({ kind: 'pairUpdate', relationship, message }),
    newId: () => randomBytes(8).toString('hex'),
    date,
    monotonicMs: () => performance.now(),
    log: (severity, text) => log.add(severity, text),
    async after(ms) {
      await new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
    },
    later(ms, act) {
      const timer = setTimeout(act, ms).unref();
      return () => clearTimeout(timer);
    },
  });
}

/** The daemon's part in a commit on both boxes of a pair: what is tried, kept and used is its own provisioning file (`shared-commit`). */
import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { answerOfProcess } from './answer-of-process.ts';
import type { ChangeJob } from './change-writer.ts';
import type { Alarms, EventLog } from '../../control/index.ts';
import type { LoadedConfiguration } from './loaded-configuration.ts';
import { replaceFile } from '../../revisions/index.ts';
import type { SharedWait } from '../../revisions/index.ts';
import { openSharedCommit } from '../../shared-commit/index.ts';
import type { PreparedChange, SharedCommit, SharedCommitState, SharedCommitWorld } from '../../shared-commit/index.ts';

const UNDECIDED = 'commit-undecided';
const NOT_USED = 'commit-not-used';
/** They meet anew within a second or two. */
const THERE_MS = 5_000;

export interface PairCommitOptions {
  readonly stateDirectory: string;
  readonly file: string;
  /** What is in use. */
  readonly loaded: () => LoadedConfiguration;
  /** @returns what a file holds, checked as far as that can be done without using it; or why it can't be used */
  readonly tryFile: (file: string) => Promise<LoadedConfiguration | string>;
  /** @returns why not */
  readonly reload: () => Promise<string | undefined>;
  readonly date: () => Date;
  readonly say: SharedCommitWorld['say'];
  readonly log: EventLog;
  readonly alarms: Alarms;
}

/** What the console wants committed; a file of JSON, as it is longer than a request may be. */
export interface CommitDraft {
  readonly text: string;
  readonly changes: readonly { readonly relationship: string; readonly changes: (PreparedChange & { kind: 'change' })['changes'] }[];
  readonly confirmWithin?: number;
  /** The boxes differ, and the partner is to have what this one has. */
  readonly isSync: boolean;
}

export interface PairCommit {
  readonly heard: SharedCommit['heard'];
  readonly abandon: SharedCommit['abandon'];
  readonly state: () => SharedCommitState | undefined;
  /** @returns why nothing was done, or which partners have not said yet that they are done */
  commit(draft: string): Promise<string | { readonly waiting: readonly string[] }>;
  /** The commit that waits stays, on all boxes that it was made on. @returns why not */
  confirm(shared: SharedWait): Promise<string | undefined>;
}

/** To be opened before a partner can say anything. */
export async function openPairCommit(options: PairCommitOptions): Promise<PairCommit> {
  const { stateDirectory, file, loaded, tryFile, alarms, log } = options;
  const relationshipOf = (name: string) => loaded().appliance.relationships.find((relationship) => relationship.name === name);

  /** Partners that can be spoken to, and who waits for that. */
  const there = new Set<string>();
  let onThere = (): void => undefined;
  /** A commit ends the connection, and the next one, or the word that it stays, may be said before it is back. */
  const waitFor = async (names: readonly string[]): Promise<void> => {
    const come = Promise.withResolvers<undefined>();
    onThere = () => {
      if (names.every((name) => there.has(name))) come.resolve(undefined);
    };
    onThere();
    await Promise.race([come.promise, passed(THERE_MS)]);
  };

  const tryText = async (text: string): Promise<LoadedConfiguration | string> => {
    const draft = `${file}.prepared`;
    try {
      await replaceFile(draft, text);
      return await tryFile(draft);
    } finally {
      await rm(draft, { force: true });
    }
  };

  const shared = await openSharedCommit({
    stateDirectory,
    file,
    newId: () => randomBytes(8).toString('hex'),
    date: options.date,
    say: options.say,
    async tryChange(name, { changes, before, after }) {
      const relationship = relationshipOf(name);
      if (relationship === undefined) return { refusal: `there is no relationship ${name} there` };
      if (before !== undefined && before !== relationship.configDigest) return { refusal: DIFFER };
      const { name: own } = loaded().appliance;
      const text = await changed({ text: await readFile(file, 'utf8'), changes, shared: { relationship: name, boxes: [own, relationship.partnerName] } });
      if (text === undefined) return { refusal: 'the change has a key in it that is each box\'s own' };
      const next = await tryText(text);
      if (typeof next === 'string') return { refusal: `it would be refused there:\n${next}` };
      const digestOf = (of: string): string | undefined => next.appliance.relationships.find((known) => known.name === of)?.configDigest;
      if (digestOf(name) !== after) return { refusal: DIFFER };
      const other = loaded().appliance.relationships.find((known) => known.name !== name && digestOf(known.name) !== known.configDigest);
      if (other !== undefined) return { refusal: `it concerns ${other.partnerName} as well, which ${own} shares it with: commit it on ${own}` };
      return { next: text };
    },
    async use() {
      const refusal = await options.reload();
      if (refusal === undefined) alarms.clear(NOT_USED);
      else alarms.raise(NOT_USED, `the configuration that was committed is in the file, and can't be used: ${refusal.split('\n')[0] ?? ''}`);
    },
    log: (severity, text) => log.add(severity, text),
    tell(state) {
      if (state === undefined) alarms.clear(UNDECIDED);
      else alarms.raise(UNDECIDED, undecidedText(state), { severity: 'warning', advice: adviceOn(state) });
    },
    partnerName: (name) => relationshipOf(name)?.partnerName ?? name,
    after: passed,
  });

  return {
    heard(relationship, said) {
      if (said === 'there') there.add(relationship);
      else if (said === 'gone') there.delete(relationship);
      onThere();
      shared.heard(relationship, said);
    },
    abandon: shared.abandon,
    state: () => shared.state,
    async commit(path) {
      const draft = JSON.parse(await readFile(path, 'utf8')) as CommitDraft;
      const next = await tryText(draft.text);
      if (typeof next === 'string') return next;
      const changes = new Map<string, PreparedChange>();
      for (const { relationship, changes: own } of draft.changes) {
        const after = next.appliance.relationships.find(({ name }) => name === relationship)?.configDigest;
        if (after === undefined) return `there is no relationship ${relationship}`;
        const before = draft.isSync ? undefined : relationshipOf(relationship)?.configDigest;
        changes.set(relationship, { kind: 'change', changes: own, before, after, confirmWithin: draft.confirmWithin });
      }
      await waitFor([...changes.keys()]);
      return await shared.begin({ next: draft.text, confirmWithin: draft.confirmWithin, changes });
    },
    async confirm({ id, relationships }) {
      const changes = new Map(relationships.map((name) => [name, { kind: 'confirm', of: id } as const]));
      await waitFor(relationships);
      const begun = await shared.begin({ next: undefined, confirmWithin: undefined, changes });
      return typeof begun === 'string' ? begun : undefined;
    },
  };
}

async function passed(ms: number): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
}

const DIFFER = 'the two boxes are configured differently already ("show diff partner" compares them; "commit sync" gives the partner what this box has)';

function undecidedText({ stage, partners }: SharedCommitState): string {
  const names = partners.join(' and ');
  return stage === 'prepared'
    ? `${names} commits a configuration on both boxes, and has not said what became of it`
    : `a configuration is committed, and ${names} has not said yet that it has it`;
}

function adviceOn({ stage, partners }: SharedCommitState): string {
  const names = partners.join(' and ');
  return stage === 'prepared'
    ? `It is settled when ${names} is connected again. If that is gone for good: "commit abandon" in the configure mode of the console.`
    : `It gets it by itself when the two are connected again.`;
}

async function changed(job: ChangeJob): Promise<string | undefined> {
  const [answer] = (await answerOfProcess('change-writer', [], job)) as readonly { readonly text: string | undefined }[];
  if (answer === undefined) throw new Error('the process that changes the file ended without an answer');
  return answer.text;
}

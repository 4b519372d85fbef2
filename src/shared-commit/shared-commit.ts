/** Both sides of it: what this box begins, and what a partner wants of it. See `index.ts` for the order of things. */
import { reasonOf } from '../reason.ts';
import { CommitSaying } from '../wire/index.ts';
import type { SharedCommitMessage } from '../wire/index.ts';
import { readUnconfirmed } from '../revisions/index.ts';
import { gather, partsOf, whole } from './parts.ts';
import type { Gathered } from './parts.ts';
import { parsePrepared } from './prepared-change.ts';
import type { PreparedChange } from './prepared-change.ts';
import { apply, readRecord, removeRecord, writeRecord } from './record.ts';
import type { SharedCommitRecord } from './record.ts';

/** What the machine is among. */
export interface SharedCommitWorld {
  readonly stateDirectory: string;
  /** The provisioning file. */
  readonly file: string;
  /** Another one each time: 16 hexadecimal digits. */
  readonly newId: () => string;
  /** What time it is by this box. */
  date(): Date;
  say(relationship: string, message: SharedCommitMessage): void;
  /** What the file would hold, checked to the end; nothing of it is used. @returns why not */
  tryChange(relationship: string, change: PreparedChange & { kind: 'change' }): Promise<{ readonly next: string } | { readonly refusal: string }>;
  /** The file holds something else, or a commit is confirmed: it is to be used from now on. */
  use(): Promise<void>;
  readonly log: (severity: 'info' | 'warning' | 'error', text: string) => void;
  /** What is not over, in a sentence; undefined: nothing. */
  tell(state: SharedCommitState | undefined): void;
  readonly partnerName: (relationship: string) => string;
  /** Resolves after so long; the timer is no reason to go on living. */
  after(ms: number): Promise<void>;
}

export interface SharedCommitState {
  readonly stage: SharedCommitRecord['stage'];
  /** Whom it waits for. */
  readonly partners: readonly string[];
}

export interface Begun {
  readonly next: string | undefined;
  readonly confirmWithin: number | undefined;
  /** For each partner that is to take part. */
  readonly changes: ReadonlyMap<string, PreparedChange>;
}

export interface SharedCommit {
  /** What the partner of a relationship says; or that it can be spoken to, or not any more. */
  heard(relationship: string, said: SharedCommitMessage | 'there' | 'gone'): void;
  /** @returns why nothing was done; or which partners have not said yet that they are done: they are as soon as they can */
  begin(change: Begun): Promise<string | { readonly waiting: readonly string[] }>;
  /** What a partner prepared here does not happen on this box, whatever it decides. @returns why not */
  readonly abandon: () => Promise<string | undefined>;
  readonly state: SharedCommitState | undefined;
  /** Resolves when all that was heard is dealt with. */
  settled(): Promise<void>;
}

/** A partner on a slow board reads a big file twice. */
const VOTE_MS = 30_000;
/** It has only to write. */
const DONE_MS = 5_000;
const NOTHING = new Uint8Array(0);

interface Vote {
  readonly id: string;
  readonly outbox: ReadonlyMap<string, readonly Uint8Array[]>;
  readonly waiting: Set<string>;
  /** Undefined: all said yes. */
  readonly end: (refusal: string | undefined) => void;
}

/** Goes on with what was there before the start: to be opened before a partner can say anything. */
export async function openSharedCommit(world: SharedCommitWorld): Promise<SharedCommit> {
  const { stateDirectory, log } = world;
  const there = new Set<string>();
  let record = await readRecord(stateDirectory);
  let vote: Vote | undefined;
  let gathered: (Gathered & { readonly relationship: string }) | undefined;
  let onDone: (() => void) | undefined;
  let isPreparing = false;
  /** One after the other: what is heard comes while files are written. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = async <T>(act: () => Promise<T>): Promise<T> => {
    const turn = last.then(act);
    last = turn.catch((error: unknown) => log('error', `a commit on both boxes can't go on: ${reasonOf(error)}`));
    return await turn;
  };

  const say = (relationship: string, saying: CommitSaying, id: string, content: Uint8Array = NOTHING, part = 1, parts = 1): void =>
    world.say(relationship, { saying, id, part, parts, content });
  const state = (): SharedCommitState | undefined => record && { stage: record.stage, partners: record.relationships.map(world.partnerName) };
  const keep = async (next: SharedCommitRecord | undefined): Promise<void> => {
    if (next === undefined) await removeRecord(stateDirectory);
    else await writeRecord(stateDirectory, next);
    record = next;
    world.tell(state());
  };

  const sayPart = ({ id, outbox }: Vote, relationship: string, number: number): void => {
    const parts = outbox.get(relationship) ?? [];
    const content = parts[number - 1];
    if (content !== undefined) say(relationship, CommitSaying.PREPARE, id, content, number, parts.length);
  };

  /** The partner wants something prepared. @returns why not */
  const prepare = async (relationship: string, id: string, content: Uint8Array): Promise<string | undefined> => {
    if (vote !== undefined || record?.stage === 'decided') return 'a commit is under way there';
    // Who decides has one at a time: of an earlier one it knows nothing any more.
    if (record !== undefined && record.relationships[0] !== relationship) return 'a commit of another box is under way there';
    if (record !== undefined) await keep(undefined);
    const change = parsePrepared(content);
    if (change === undefined) return 'it speaks an older version of this program';
    const common = { stage: 'prepared', id, relationships: [relationship], sharedWith: [relationship], file: world.file, isApplied: false } as const;
    if (change.kind === 'confirm') {
      const shared = (await readUnconfirmed(stateDirectory))?.shared;
      if (shared?.id !== change.of) return 'no such commit waits to be confirmed there';
      if (shared.relationships.length > 1) return 'it was committed there, for several partners: confirm it there';
      await keep({ ...common, next: undefined, confirmWithin: undefined });
      return undefined;
    }
    const tried = await world.tryChange(relationship, change);
    if ('refusal' in tried) return tried.refusal;
    await keep({ ...common, next: tried.next, confirmWithin: change.confirmWithin });
    return undefined;
  };

  const partCame = async (relationship: string, message: SharedCommitMessage): Promise<void> => {
    const { id, part, parts } = message;
    const before = gathered?.relationship === relationship ? gathered : undefined;
    const so = gather(before, message);
    gathered = so && { ...so, relationship };
    if (so === undefined) {
      say(relationship, CommitSaying.NO, id, textOctets('a part of it is missing'));
    } else if (part < parts) {
      say(relationship, CommitSaying.MORE, id, NOTHING, part, parts);
    } else {
      gathered = undefined;
      isPreparing = true;
      const refusal = await prepare(relationship, id, whole(so)).catch((error: unknown) => `it can't be kept there: ${reasonOf(error)}`);
      isPreparing = false;
      if (refusal === undefined) {
        say(relationship, CommitSaying.YES, id);
        log('info', `${world.partnerName(relationship)} commits a configuration on both boxes: it is prepared here, and waits for its word`);
      } else say(relationship, CommitSaying.NO, id, textOctets(refusal));
    }
  };

  const committed = async (relationship: string, id: string): Promise<void> => {
    // It was done before, or it was abandoned here: the one that decides has nothing to wait for.
    if (record?.id !== id || record.stage !== 'prepared') {
      say(relationship, CommitSaying.DONE, id);
      return;
    }
    await apply(stateDirectory, record, world.date());
    const isConfirmation = record.next === undefined;
    await keep(undefined);
    say(relationship, CommitSaying.DONE, id);
    const name = world.partnerName(relationship);
    log('info', isConfirmation ? `the commit of the configuration was confirmed on ${name}, for both boxes` : `the configuration that was committed on ${name} is in the file here, too`);
    await world.use();
  };

  const aborted = async (relationship: string, id: string): Promise<void> => {
    if (record?.id !== id || record.stage !== 'prepared') return;
    const isConfirmation = record.next === undefined;
    await keep(undefined);
    log('info', `the commit on both boxes that ${world.partnerName(relationship)} began did not come about`);
    // The time to confirm it may be over meanwhile.
    if (isConfirmation) await world.use();
  };

  const doneHeard = async (relationship: string, id: string): Promise<void> => {
    if (record?.id !== id || record.stage !== 'decided') return;
    const relationships = record.relationships.filter((name) => name !== relationship);
    await keep(relationships.length === 0 && record.isApplied ? undefined : { ...record, relationships });
    if (relationships.length === 0) onDone?.();
  };

  const voted = (relationship: string, { id, saying, content }: SharedCommitMessage): void => {
    if (vote?.id !== id) return;
    if (saying === CommitSaying.NO) vote.end(`${world.partnerName(relationship)}: ${new TextDecoder().decode(content)}`);
    vote.waiting.delete(relationship);
    if (vote.waiting.size === 0) vote.end(undefined);
  };

  const handle = async (relationship: string, message: SharedCommitMessage): Promise<void> => {
    const { id } = message;
    switch (message.saying) {
      case CommitSaying.PREPARE:
        await partCame(relationship, message);
        break;
      case CommitSaying.MORE:
        if (vote?.id === id) sayPart(vote, relationship, message.part + 1);
        break;
      case CommitSaying.YES:
      case CommitSaying.NO:
        voted(relationship, message);
        break;
      case CommitSaying.COMMIT:
        await committed(relationship, id);
        break;
      case CommitSaying.ABORT:
        await aborted(relationship, id);
        break;
      case CommitSaying.DONE:
        await doneHeard(relationship, id);
        break;
      case CommitSaying.ASK: {
        const isDecided = record?.id === id && record.stage === 'decided';
        say(relationship, isDecided ? CommitSaying.COMMIT : CommitSaying.ABORT, id);
        break;
      }
      default:
        break;
    }
  };

  /** What is not over goes on with a partner that is there. */
  const goOn = (relationship: string): void => {
    if (record?.relationships.includes(relationship) !== true) return;
    say(relationship, record.stage === 'decided' ? CommitSaying.COMMIT : CommitSaying.ASK, record.id);
  };

  const open = ({ changes }: Begun): Promise<string | undefined> | string => {
    const away = [...changes.keys()].filter((relationship) => !there.has(relationship));
    if (away.length > 0) return `${away.map(world.partnerName).join(' and ')} can't be told at this moment`;
    if (vote !== undefined || record?.stage === 'decided') return `the last commit is not over: ${(record?.relationships ?? []).map(world.partnerName).join(' and ')} has not taken it yet`;
    if (isPreparing) return 'another box is about to commit';
    if (record !== undefined) return `a commit that ${world.partnerName(record.relationships[0] ?? '')} began is not decided`;
    const outbox = new Map([...changes].map(([relationship, change]) => [relationship, partsOf(textOctets(JSON.stringify(change)))]));
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const opened = { id: world.newId(), outbox, waiting: new Set(changes.keys()), end: resolve };
    vote = opened;
    for (const relationship of changes.keys()) sayPart(opened, relationship, 1);
    return promise;
  };

  /** @returns why it is not to happen; undefined: it is decided durably, and the partners are told */
  const decide = async ({ changes, next, confirmWithin }: Begun, id: string, refusal: string | undefined): Promise<string | undefined> => {
    vote = undefined;
    const relationships = [...changes.keys()];
    let why = refusal;
    try {
      if (why === undefined) {
        await keep({ stage: 'decided', id, relationships, sharedWith: relationships, file: world.file, next, confirmWithin, isApplied: false });
      }
    } catch (error) {
      // It may be on the disk all the same: then it must not be found there.
      await keep(undefined).catch(() => undefined);
      why = `it can't be kept here: ${reasonOf(error)}`;
    }
    for (const relationship of relationships) say(relationship, why === undefined ? CommitSaying.COMMIT : CommitSaying.ABORT, id);
    return why;
  };

  world.tell(state());
  return {
    get state() {
      return state();
    },
    heard(relationship, said) {
      if (said === 'gone') {
        there.delete(relationship);
        if (vote?.outbox.has(relationship) === true) vote.end(`the connection to ${world.partnerName(relationship)} ended`);
        onDone?.();
        return;
      }
      if (said === 'there') there.add(relationship);
      void inTurn(async () => {
        if (said === 'there') goOn(relationship);
        else await handle(relationship, said);
      }).catch(() => undefined);
    },
    async begin(change) {
      const opened = open(change);
      if (typeof opened === 'string') return opened;
      const id = vote?.id ?? '';
      const refusal = await Promise.race([opened, world.after(VOTE_MS).then(() => 'the partner does not answer')]);
      const done = Promise.withResolvers<undefined>();
      const why = await inTurn(async () => {
        const refused = await decide(change, id, refusal);
        if (refused !== undefined || record === undefined) return refused;
        onDone = () => done.resolve(undefined);
        await apply(stateDirectory, record, world.date()).catch((error: unknown) => {
          throw new Error(`it is decided, and ${[...change.changes.keys()].map(world.partnerName).join(' and ')} takes it; here it can't be written: ${reasonOf(error)}. It is at the next start of the daemon.`);
        });
        record = { ...record, isApplied: true };
        return undefined;
      });
      if (why !== undefined) return why;
      // To use the file ends the connection: the partner's word is waited for first.
      await Promise.race([done.promise, world.after(DONE_MS)]);
      onDone = undefined;
      return await inTurn(async () => {
        await keep(record?.relationships.length === 0 ? undefined : record);
        log('info', change.next === undefined ? 'the commit of the configuration was confirmed, for both boxes' : 'a configuration was committed on this box and its partner');
        await world.use();
        return { waiting: state()?.partners ?? [] };
      });
    },
    async abandon() {
      return await inTurn(async () => {
        if (record?.stage !== 'prepared') return 'no commit of another box waits to be decided';
        log('warning', `the operator said that what ${world.partnerName(record.relationships[0] ?? '')} committed does not happen on this box`);
        await keep(undefined);
        return undefined;
      });
    },
    async settled() {
      for (let seen: Promise<unknown> | undefined; seen !== last; ) {
        seen = last;
        await seen;
      }
    },
  };
}

function textOctets(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Both sides of it: what is begun on this box, and what the partner asks for. See `index.ts` for the order of things. */
import { stat } from 'node:fs/promises';
import type { PairUpdatePlan, PairUpdateReport, PairUpdateStage } from '../control/index.ts';
import { reasonOf } from '../reason.ts';
import type { PairUpdateMessage } from '../wire/index.ts';
import { NOTHING_CHANGED, STOPPED_BY_OPERATOR, follow } from './course.ts';
import { OwnBox, REST_MS } from './own-box.ts';
import type { OwnBoxWorld } from './own-box.ts';
import { PartnerBox } from './partner-box.ts';
import { isCoordinator, onlyPartner, planUpdate } from './plan.ts';
import { createReceivedFile, dropUpdateFiles, sha256Of } from './received-file.ts';
import { isOver, parseFile, parseRecord, readRecord, recordJson, updateFileOf, writeRecord } from './record.ts';
import type { PairUpdateRecord } from './record.ts';
import { openTalk } from './talk.ts';
import type { Json } from './talk.ts';

export interface PairUpdateWorld extends OwnBoxWorld {
  say(relationship: string, message: PairUpdateMessage): void;
  readonly newId: () => string;
  readonly date: () => Date;
  later(ms: number, act: () => void): () => void;
  /** As it said when the two met last; undefined where it did not. */
  readonly partnerVersion: () => string | undefined;
}

export interface PairUpdate {
  heard(relationship: string, said: PairUpdateMessage | 'there' | 'gone'): void;
  /** What would be done with the file that is kept here; without one, only whether the boxes could. */
  plan(): Promise<PairUpdatePlan | string>;
  /** @returns why it was not begun */
  begin(): Promise<string | undefined>;
  /** Nothing more is done than what is under way. @returns why not */
  stop(): Promise<string | undefined>;
  /** Of the last one; undefined: there never was one. */
  report(): PairUpdateReport | undefined;
  /** Resolves when what is known by now is kept durably, or can't be. */
  settled(): Promise<void>;
}

/** The primary restarts last: if it is not back by then the secondary says so. */
const PARTNER_BACK_MS = 26 * 60_000;
const NO_FILE = 'there is no update on this box';

/** Goes on with what was under way before the start. */
export async function openPairUpdate(world: PairUpdateWorld): Promise<PairUpdate> {
  const { stateDirectory, name: ownName, log } = world;
  const own = new OwnBox(world);
  const received = createReceivedFile(stateDirectory);
  const read = await readRecord(stateDirectory);
  if (read !== undefined && 'error' in read) log('warning', read.error);
  let record = read === undefined || 'error' in read ? undefined : read;
  let progress: string | undefined;
  let isStopped = false;
  let isUnderWay = false;
  const waitingForPartner: (() => void)[] = [];
  let stopWaiting: () => void = () => undefined;

  /** One after the other: the partner says something while the file is written. */
  let last: Promise<void> = Promise.resolve();
  const keep = async (next: PairUpdateRecord): Promise<void> => {
    last = last.then(async () => {
      try {
        await writeRecord(stateDirectory, next);
        if (isOver(next)) await dropUpdateFiles(stateDirectory);
      } catch (error) {
        log('warning', `how far the update of both boxes is can't be kept: ${reasonOf(error)}`);
      }
    });
    await last;
    record = next;
  };

  /** What the secondary is told while the primary restarts, which can't say so itself if it never comes back. */
  const watchPartner = (): void => {
    stopWaiting();
    if (record?.stage !== 'second-restarts' || record.second.name === ownName) return;
    const { id } = record;
    stopWaiting = world.later(PARTNER_BACK_MS, () => {
      if (record?.id !== id || record.stage !== 'second-restarts') return;
      const why = `${record.second.name} has not come back in NORMAL with ${record.version} within ${String(PARTNER_BACK_MS / 60_000)} minutes. ${ownName} runs ${record.version}, and serves; look after ${record.second.name}`;
      void stop(record, why);
    });
  };

  const conclude = async (next: PairUpdateRecord): Promise<void> => {
    const before = record?.stage;
    await keep(next);
    watchPartner();
    if (next.stage === before) return;
    if (next.stage === 'stopped') log('error', `the update of both boxes to ${next.version} was stopped: ${next.why ?? ''}`);
    else if (next.stage === 'done') log('info', `both boxes run ${next.version}`);
    else log('info', `the update of both boxes to ${next.version}: ${next.stage}`);
  };

  const stop = async (from: PairUpdateRecord, why: string): Promise<void> => {
    await conclude({ ...from, stage: 'stopped', since: world.date().toISOString(), why });
  };

  /** What the partner asks for. */
  const perform = async (request: Json, onProgress: (text: string) => void): Promise<Json> => {
    switch (request['do']) {
      case 'look':
        return { ...(await own.look(request['when'] === 'at-rest' ? 'at-rest' : 'now')) };
      case 'take': {
        if (isUnderWay) throw new Error(`an update is under way on ${ownName} already`);
        const file = parseFile(request);
        if (file === undefined) throw new Error('what was asked for can\'t be read');
        return { have: await received.agree(file) };
      }
      case 'check':
        return { version: await own.check() };
      case 'write':
        return { slot: await own.write(onProgress) };
      case 'restart':
        world.later(0, () => void own.restart());
        return {};
      case 'tell':
      case 'begin': {
        const told = parseRecord(request['record']);
        if (told === undefined) throw new Error('what it says of the update can\'t be read: it runs another version of this program');
        if (told.first.name !== ownName && told.second.name !== ownName) throw new Error(`${ownName} has no part in that update`);
        if (request['do'] === 'begin') startCourse(told);
        else if (!isSame(told, record)) await conclude(told);
        return {};
      }
      case 'stop':
        isStopped = true;
        return {};
      default:
        throw new Error(`${ownName} runs an older version of this program, which can't do that`);
    }
  };

  const talk = openTalk({
    say: (relationship, message) => world.say(relationship, message),
    newId: world.newId,
    later: (ms, act) => world.later(ms, act),
    perform,
    take: async (id, offset, content) => await received.take(id, offset, content),
    changed(isThere) {
      if (!isThere) return;
      for (const wake of waitingForPartner.splice(0)) wake();
      // What happened while it was away: it may not know how it ended.
      if (record?.second.name === ownName) void partner.tell(record).catch(() => undefined);
    },
  });

  const untilThere = async (withinMs: number): Promise<void> => {
    if (talk.isThere) return;
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    waitingForPartner.push(() => resolve(undefined));
    const disarm = world.later(withinMs, () => reject(new Error(`the two boxes are not connected, for ${String(withinMs / 1_000)} s`)));
    try {
      await promise;
    } finally {
      disarm();
    }
  };
  const partner = new PartnerBox(talk, { stateDirectory, untilThere });

  /** This box is the primary: it does all that is to be done. */
  const startCourse = (begun: PairUpdateRecord): void => {
    if (isUnderWay) throw new Error(`an update is under way on ${ownName} already`);
    isUnderWay = true;
    isStopped = false;
    // Whoever asks how far it is hears of this one from now on, not of the last one.
    record = begun;
    const step = async (before: PairUpdateRecord, stage: PairUpdateStage, more: { readonly slot?: string; readonly why?: string } = {}): Promise<PairUpdateRecord> => {
      const next = { ...before, slot: more.slot ?? before.slot, why: more.why, stage, since: world.date().toISOString() };
      await conclude(next);
      const telling = partner.tell(next).catch(() => undefined);
      // Nobody waits for the end to be known there.
      if (!isOver(next)) await telling;
      return next;
    };
    const run = async (): Promise<void> => {
      log('info', `the update of both boxes to ${begun.version} ${begun.stage === 'sending' ? 'begins' : `goes on: ${begun.stage}`}`);
      await conclude(begun);
      await partner.tell(begun).catch(() => undefined);
      await follow({ own, partner, step, progress: (text) => (progress = text), isStopped: () => isStopped, after: async (ms) => await world.after(ms), monotonicMs: world.monotonicMs }, begun);
    };
    void run()
      .catch((error: unknown) => log('error', `the update of both boxes can't go on: ${reasonOf(error)}`))
      .finally(() => {
        isUnderWay = false;
        progress = undefined;
      });
  };

  /** This box is the secondary: the primary is given the update, and sees to the rest. */
  const handOver = (begun: PairUpdateRecord): void => {
    isUnderWay = true;
    isStopped = false;
    record = begun;
    const run = async (): Promise<void> => {
      log('info', `the update of both boxes to ${begun.version} begins: ${begun.second.name} gets it, and sees to the rest`);
      await conclude(begun);
      await partner.send(begun, (text) => {
        if (isStopped) throw new Error(STOPPED_BY_OPERATOR);
        progress = text;
      });
      progress = undefined;
      isUnderWay = false;
      // What is here already is not sent back.
      await partner.hand(begun);
    };
    void run()
      .catch(async (error: unknown) => {
        await stop(begun, `${reasonOf(error)}. ${NOTHING_CHANGED}`);
      })
      .finally(() => {
        isUnderWay = false;
        progress = undefined;
      });
  };

  const plan = async (): Promise<PairUpdatePlan | string> => {
    if (isUnderWay || (record !== undefined && !isOver(record))) return 'an update of both boxes is under way: "upgrade status" says how far it is, "upgrade stop" ends it';
    const only = onlyPartner(world.relationships());
    if ('error' in only) return only.error;
    const file = updateFileOf(stateDirectory);
    const size = await stat(file).then((found) => found.size, () => undefined);
    // First, as it takes its time: what the two say of each other has to be of one moment.
    const version = size === undefined ? undefined : await own.check();
    const ownLook = await own.look('at-rest');
    const looked = talk.isThere ? await partner.look('at-rest', REST_MS).catch((error: unknown) => reasonOf(error)) : undefined;
    return planUpdate({
      version,
      size: size ?? 0,
      own: ownLook,
      partner: typeof looked === 'string' ? undefined : looked,
      partnerRefusal: typeof looked === 'string' ? `${only.name}: ${looked}` : undefined,
      partnerName: only.name,
      isPartnerAble: talk.isThere,
      partnerVersion: world.partnerVersion(),
    });
  };

  // What was under way goes on: on the primary. The other one is told.
  if (record !== undefined && !isOver(record)) {
    if (record.second.name === ownName) {
      const begun = record;
      world.later(0, () => startCourse(begun));
    } else if (record.stage === 'sending') {
      await stop(record, `the daemon of the box that sent it was started anew. ${NOTHING_CHANGED}`);
    } else watchPartner();
  }

  return {
    heard: (relationship, said) => talk.heard(relationship, said),
    plan,
    async begin() {
      const planned = await plan();
      if (typeof planned === 'string') return planned;
      if (planned.byHand) return `${planned.first.name === ownName ? planned.second.name : planned.first.name} can't be given an update over the connection`;
      if (planned.problems.length > 0) return planned.problems.join('\n');
      if (planned.version === undefined) return NO_FILE;
      const now = world.date().toISOString();
      const sha256 = await sha256Of(updateFileOf(stateDirectory));
      const { version, size, first, second } = planned;
      const begun: PairUpdateRecord = { id: world.newId(), stage: 'sending', version, sha256, size, first, second, begun: now, since: now, slot: undefined, why: undefined };
      if (isCoordinator(world.relationships())) startCourse(begun);
      else handOver(begun);
      return undefined;
    },
    async stop() {
      if (record === undefined || isOver(record)) return 'no update of both boxes is under way';
      isStopped = true;
      // Without a part of the partner's: its own course, or the file on its way to the one that is to have it.
      if (record.second.name === ownName || isUnderWay) return undefined;
      try {
        await partner.stop();
      } catch (error) {
        // Where it is gone for good nobody else can say so.
        await stop(record, `${STOPPED_BY_OPERATOR} on ${ownName}; ${record.second.name} was not told (${reasonOf(error)})`);
      }
      return undefined;
    },
    async settled() {
      await last;
    },
    report() {
      if (record === undefined) return undefined;
      const { stage, version, first, second, begun, since, why } = record;
      return { stage, version, first, second, begun, since, progress, why, isPartnerThere: talk.isThere };
    },
  };
}

function isSame(a: PairUpdateRecord, b: PairUpdateRecord | undefined): boolean {
  return b !== undefined && JSON.stringify(recordJson(a)) === JSON.stringify(recordJson(b));
}

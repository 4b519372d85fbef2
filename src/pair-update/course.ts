/**
 * The course of an update of both boxes, as the primary sees to it. The secondary first, as the primary gives new leases and goes on with
 * that; then the clients are handed over, and the primary does the same. What is done is in the record, durably, before the next step is
 * begun: a daemon that is started anew goes on with it, and each step may be done twice.
 */
import type { PairUpdateStage } from '../control/index.ts';
import { standing } from '../firmware/index.ts';
import { reasonOf } from '../reason.ts';
import { isInStep } from './own-box.ts';
import type { BoxLook, OwnBox } from './own-box.ts';
import { RECONNECT_MS } from './partner-box.ts';
import type { PartnerBox } from './partner-box.ts';
import { isOver } from './record.ts';
import type { PairUpdateRecord } from './record.ts';
import { LostPartner } from './talk.ts';

export interface CourseWorld {
  readonly own: OwnBox;
  readonly partner: PartnerBox;
  /** @returns the record, once it is durable; the partner is told of it, too */
  step(record: PairUpdateRecord, stage: PairUpdateStage, more?: { readonly slot?: string; readonly why?: string }): Promise<PairUpdateRecord>;
  progress(text: string | undefined): void;
  /** The operator wants nothing more to be done than what is under way. */
  readonly isStopped: () => boolean;
  after(ms: number): Promise<void>;
  readonly monotonicMs: () => number;
}

/**
 * A box that does not come to terms with its partner within ten minutes goes back by itself (`mark-good`); with two starts, and three vain
 * ones in between.
 */
const BACK_MS = 25 * 60_000;
const LOOK_MS = 2_000;

export const STOPPED_BY_OPERATOR = 'the operator stopped it';
/** How it stands where neither box got anything. */
export const NOTHING_CHANGED = 'Both boxes run what they had';

/** Why it does not go on. */
class Stopped extends Error {}

/** @returns the record with which it ended; it does not where this box restarts. Never rejects for what a box does. */
export async function follow(world: CourseWorld, begun: PairUpdateRecord): Promise<PairUpdateRecord> {
  let record = begun;
  const say = (text: string): void => world.progress(text);
  const step = async (stage: PairUpdateStage, more?: { readonly slot?: string }): Promise<void> => {
    mustGoOn(world);
    world.progress(undefined);
    record = await world.step(record, stage, more);
  };

  const advance = async (): Promise<void> => {
    switch (record.stage) {
      case 'sending': {
        await world.partner.send(record, (text) => {
          mustGoOn(world);
          say(text);
        });
        const version = await world.partner.check();
        if (version !== record.version) throw new Stopped(`${record.first.name} takes the update for version ${version}`);
        await step('first-writes');
        break;
      }
      case 'first-writes': {
        const look = await world.partner.look('now', RECONNECT_MS);
        if (isUpdated(look, record)) {
          await step('second-writes');
          break;
        }
        const slot = await world.partner.write(say);
        await untilInNormal(world, async () => await world.partner.look('now', RECONNECT_MS));
        await step('first-restarts', { slot });
        await world.partner.restart();
        break;
      }
      case 'first-restarts':
        await untilKept(world, record.first.name, record, async () => await world.partner.look(), () => world.partner.restart());
        await step('second-writes');
        break;
      case 'second-writes': {
        const look = await world.own.look();
        if (isUpdated(look, record)) {
          await step('done');
          break;
        }
        const slot = await world.own.write(say);
        await untilInNormal(world, async () => await world.own.look());
        await step('second-restarts', { slot });
        const why = await world.own.restart();
        throw new Stopped(`${record.second.name} was not restarted: ${why}`);
      }
      case 'second-restarts':
        await untilKept(world, record.second.name, record, async () => await world.own.look(), async () => {
          throw new Stopped(`${record.second.name} was not restarted: ${await world.own.restart()}`);
        });
        await step('done');
        break;
      case 'done':
      case 'stopped':
        break;
    }
  };

  try {
    while (!isOver(record)) await advance();
  } catch (error) {
    world.progress(undefined);
    record = await world.step(record, 'stopped', { why: whyOf(error, record) });
  }
  return record;
}

function mustGoOn({ isStopped }: CourseWorld): void {
  if (isStopped()) throw new Stopped(STOPPED_BY_OPERATOR);
}

/** Until the box runs the new version, keeps it, and is in step with its partner. Rejects where it went back, or does not come. */
async function untilKept(world: CourseWorld, name: string, record: PairUpdateRecord, look: () => Promise<BoxLook>, restart: () => Promise<unknown>): Promise<void> {
  const { version, slot = '' } = record;
  const deadline = world.monotonicMs() + BACK_MS;
  let said = '';
  for (let isAsked = false; ; ) {
    const found = await look().catch((error: unknown) => {
      if (error instanceof LostPartner) return undefined;
      throw error;
    });
    if (found === undefined) said = 'it is not back yet';
    else {
      const now = standing(found.slots, slot);
      const missing = found.relationships.find((each) => !isInStep(each));
      if (now === 'given-up') {
        throw new Stopped(`${name} tried ${version} and went back to ${found.version} by itself: it did not start, or did not come to terms with its partner. Its log says more`);
      }
      if (found.failure !== undefined) throw new Stopped(`${name} was not restarted: ${found.failure}`);
      if (now !== 'waits' && found.version !== version) throw new Stopped(`slot ${slot} of ${name} has version ${found.version}, and not ${version}: somebody else wrote it`);
      if (now === 'kept' && missing === undefined) return;
      // Its daemon was started anew before it could do that, or this one.
      if (now === 'waits' && !isAsked) {
        isAsked = true;
        await restart();
      }
      said = now === 'waits' ? 'it has not restarted yet' : missing === undefined ? 'it does not count as good yet' : `it is in ${missing.state}`;
    }
    world.progress(said);
    mustGoOn(world);
    if (world.monotonicMs() > deadline) throw new Stopped(`${name} did not come back in NORMAL with ${version} within ${String(BACK_MS / 60_000)} minutes: ${said}`);
    await world.after(LOOK_MS);
  }
}

/** Clients can be handed over then. On a slow box with an update to write the two may have lost each other for a moment. */
async function untilInNormal(world: CourseWorld, look: () => Promise<BoxLook>): Promise<void> {
  const deadline = world.monotonicMs() + RECONNECT_MS;
  for (;;) {
    const { relationships } = await look();
    const missing = relationships.find((each) => !isInStep(each));
    if (missing === undefined) return;
    world.progress(`it is in ${missing.state}`);
    mustGoOn(world);
    if (world.monotonicMs() > deadline) throw new Stopped(`${missing.name} is in ${missing.state}, and has to be in NORMAL before the clients can be handed over`);
    await world.after(LOOK_MS);
  }
}

/** It runs the version already, and keeps it. */
function isUpdated({ version, slots }: BoxLook, record: PairUpdateRecord): boolean {
  return version === record.version && slots.some(({ isRunning, isConfirmed }) => isRunning && isConfirmed);
}

/** With what is so now, as whoever reads it has to do something. */
function whyOf(error: unknown, { stage, first, second, version }: PairUpdateRecord): string {
  const reason = reasonOf(error);
  const who = error instanceof Stopped ? '' : stage.startsWith('second') ? `${second.name}: ` : `${first.name}: `;
  const isFirstDone = stage === 'second-writes' || stage === 'second-restarts';
  const rest = isFirstDone
    ? `${first.name} runs ${version}, and the two go on as a pair of two versions; "upgrade pair" with the same file does what is left`
    : NOTHING_CHANGED;
  return `${who}${reason}. ${rest}`;
}

/** `upgrade pair`: another version onto both boxes, one after the other, with clients served all the time. */
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { askDaemon, NoAnswerError } from '../../control/index.ts';
import type { PairUpdatePlan, PairUpdateReport, StatusReport } from '../../control/index.ts';
import { mustBeMeant } from '../confirm.ts';
import { askForFailover } from '../failover-commands.ts';
import { print } from '../print.ts';
import { surroundings } from '../surroundings.ts';
import { wrap } from '../wrap.ts';
import { fetchTelling, isRemote } from './fetch-update.ts';
import { octetCounter } from './octet-counter.ts';
import { byHandText, doingText, planText } from './pair-update-text.ts';
import { createProgress, megabytes, percent } from './progress.ts';
import { steadyFile } from './steady-file.ts';

export interface PairOptions {
  readonly control: string;
  readonly yes?: boolean;
}

/** The daemon waits for a moment without updates under way, asks its partner, and reads the file. */
const PLAN_MS = 120_000;
const LOOK_MS = 500;
/** The daemon may be started anew meanwhile. */
const SILENCE_MS = 20_000;

export async function upgradePair(file: string, options: PairOptions): Promise<void> {
  const { control } = options;
  const progress = createProgress();
  const { storage } = (await askDaemon(control, { method: 'status' })) as StatusReport;
  const folder = join(storage.directory, 'pair-update');
  const place = join(folder, 'update.raucb');
  // A line that hangs up in the middle leaves a piece there, which nobody takes for the whole.
  const incoming = join(folder, 'incoming.raucb');
  progress('both boxes are looked at ...');
  await mustBePossible(await askForPlan(control), control, progress);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let isBegun = false;
  try {
    await bring(file, incoming, progress);
    await rename(incoming, place);
    progress('its signature is verified ...');
    const plan = await askForPlan(control);
    await mustBePossible(plan, control, progress);
    if (options.yes !== true) await mustBeMeant(planText(plan), surroundings().terminal);
    isBegun = true;
    progress('the update is read, and the partner asked ...');
    await askDaemon(control, { method: 'pair-update-begin' }, PLAN_MS);
  } catch (error) {
    progress('');
    // A daemon that is late with its answer may be about to send the file.
    if (isBegun && error instanceof NoAnswerError) throw error;
    for (const left of [incoming, place]) await rm(left, { force: true });
    throw error;
  }
  await follow(control, progress);
}

export async function stopPair({ control }: PairOptions): Promise<void> {
  await askDaemon(control, { method: 'pair-update-stop' }, PLAN_MS);
  print({ stopped: true }, {}, () => 'What is under way is finished, and nothing more is begun; "upgrade status" says what became of it.');
}

/** Undefined where there is none, and where no daemon answers. */
export async function askForPairUpdate(control: string): Promise<PairUpdateReport | undefined> {
  try {
    return ((await askDaemon(control, { method: 'pair-update' })) as PairUpdateReport | null) ?? undefined;
  } catch (error) {
    if (error instanceof NoAnswerError) return undefined;
    throw error;
  }
}

async function askForPlan(control: string): Promise<PairUpdatePlan> {
  return (await askDaemon(control, { method: 'pair-update-plan' }, PLAN_MS)) as PairUpdatePlan;
}

async function mustBePossible(plan: PairUpdatePlan, control: string, progress: (text: string) => void): Promise<void> {
  progress('');
  if (plan.byHand) throw new Error(byHandText(plan, (await askForFailover(control)).map(({ name }) => name)));
  if (plan.problems.length > 0) throw new Error(`nothing was done:\n${plan.problems.map((problem) => wrap('  ', problem)).join('\n')}`);
}

/** Onto the flash of this box: a stick may be pulled out, and a host may be gone. */
async function bring(file: string, place: string, progress: (text: string) => void): Promise<void> {
  if (isRemote(file)) {
    await fetchTelling(file, place, progress);
    return;
  }
  const { size } = await stat(file);
  const counter = octetCounter((there) => {
    progress(`${percent(there / size)} of ${megabytes(size)} MB copied`);
    return null;
  });
  await pipeline(createReadStream(file), counter, steadyFile(place));
}

/** Says how far it is, until it is over, this box restarts, or the person has had enough; then it goes on all the same. */
async function follow(control: string, progress: (text: string) => void): Promise<void> {
  const enough = surroundings().screen()?.enough;
  let silentSince: number | undefined;
  while (enough?.aborted !== true) {
    const report = await askForPairUpdate(control);
    if (report !== undefined) {
      silentSince = undefined;
      if (report.stage === 'stopped') {
        progress('');
        throw new Error(wrap('', doingText(report)));
      }
      if (report.stage === 'done') {
        progress('');
        print(report, {}, () => doingText(report));
        return;
      }
      progress(doingText(report));
    } else {
      silentSince ??= performance.now();
      if (performance.now() - silentSince > SILENCE_MS) throw new Error('the daemon of this box does not answer any more; "upgrade status" says how far it is when it does');
    }
    await wait(LOOK_MS, undefined, enough === undefined ? {} : { signal: enough }).catch(() => undefined);
  }
  progress('');
  print({}, {}, () => 'It goes on: "upgrade status" says how far it is, "upgrade stop" ends it.');
}

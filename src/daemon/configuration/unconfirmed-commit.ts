/** The daemon's part in a commit that waits to be confirmed: it undoes it in time. */
import type { Alarms, EventLog } from '../../control/index.ts';
import { reasonOf } from '../../reason.ts';
import { confirmCommit, dueAfterRestart, newerUnconfirmed, readUnconfirmed, rollBack, secondsLeft } from '../../revisions/index.ts';
import type { Unconfirmed } from '../../revisions/index.ts';
import { isConfirmationInDoubt } from '../../shared-commit/index.ts';

const ALARM = 'commit-unconfirmed';
/** Node takes no longer timer; it looks again then. */
const TIMER_MS_MAX = 3_600_000;

export interface UnconfirmedCommit {
  /** To be called when the file may have been committed. */
  look(): Promise<void>;
  confirm(): Promise<string | undefined>;
  /** Seconds until it is undone; undefined where none waits. */
  left(): number | undefined;
  /** In which relationships it was committed as well; undefined where it is this box's alone, or none waits. */
  shared(): Unconfirmed['shared'];
  close(): void;
}

export function watchUnconfirmedCommit(stateDirectory: string, log: EventLog, alarms: Alarms, reload: () => Promise<unknown>): UnconfirmedCommit {
  let timer: NodeJS.Timeout | undefined;
  let left: (() => number) | undefined;
  let shared: Unconfirmed['shared'];
  const look = async (): Promise<void> => {
    clearTimeout(timer);
    const unconfirmed = await readUnconfirmed(stateDirectory);
    shared = unconfirmed?.shared;
    if (unconfirmed === undefined) {
      left = undefined;
      alarms.clear(ALARM);
      return;
    }
    left = () => secondsLeft(unconfirmed);
    if (left() > 0) {
      const minutes = Math.ceil(left() / 60);
      alarms.raise(ALARM, `the commit of the configuration is undone in ${String(minutes)} min unless it is confirmed`, { severity: 'info', advice: 'Say "commit" in the configure mode of the console.' });
      timer = setTimeout(() => void look(), Math.min(TIMER_MS_MAX, Math.max(1, left() * 1_000)));
      return;
    }
    // The partner was about to confirm it for both: what became of that is known when the two are connected, and looked at then.
    if (await isConfirmationInDoubt(stateDirectory)) return;
    await rollBack(stateDirectory, unconfirmed);
    left = undefined;
    shared = undefined;
    alarms.clear(ALARM);
    log.add('warning', 'nobody confirmed the commit of the configuration: the one before is put back');
    await reload();
  };
  const lookOrSay = async (): Promise<void> => {
    try {
      await look();
    } catch (error) {
      log.add('error', `the commit of the configuration could not be undone: ${reasonOf(error)}`);
    }
  };
  return {
    look: lookOrSay,
    async confirm() {
      if (left === undefined) return 'no commit waits to be confirmed';
      await confirmCommit(stateDirectory);
      log.add('info', 'the commit of the configuration was confirmed');
      await lookOrSay();
      return undefined;
    },
    left: () => left?.(),
    shared: () => shared,
    close: () => clearTimeout(timer),
  };
}

/** Before the file is read for the first time. @returns what was done, in a sentence */
export async function settleAtStart(stateDirectory: string): Promise<string | undefined> {
  const unconfirmed = await readUnconfirmed(stateDirectory);
  if (unconfirmed === undefined) return await newerUnconfirmed(stateDirectory);
  if (!(await dueAfterRestart(stateDirectory, unconfirmed))) return undefined;
  if (await isConfirmationInDoubt(stateDirectory)) return undefined;
  await rollBack(stateDirectory, unconfirmed);
  return 'nobody confirmed the commit of the configuration in time: the one before was put back';
}

/** A box that can't start with what was committed goes back at once. @returns whether there was something to go back to */
export async function giveUpCommit(stateDirectory: string): Promise<boolean> {
  const unconfirmed = await readUnconfirmed(stateDirectory);
  if (unconfirmed === undefined) return false;
  await rollBack(stateDirectory, unconfirmed);
  return true;
}

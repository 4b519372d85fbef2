/** Until the two boxes have met and work as one: what happens meanwhile, in words. */
import { setTimeout as wait } from 'node:timers/promises';
import { askDaemon } from '../../control/index.ts';
import type { PairingReport, StatusReport } from '../../control/index.ts';
import type { Box } from '../session/box-state.ts';
import { surroundings } from '../surroundings.ts';

const EVERY_MS = 500;
/** A daemon that has not answered by then did not start. */
const START_MS = 90_000;

/**
 * Resolves when they are a pair, or the person has had enough. Rejects where the daemon does not come.
 *
 * @param toDo on the other box, told where the two have not met
 */
export async function waitForPartner({ control }: Box, name: string | undefined, toDo: string, tell: (text: string) => void): Promise<void> {
  const enough = surroundings().screen()?.enough;
  const begun = performance.now();
  let told = '';
  let hasToDo = true;
  while (enough?.aborted !== true) {
    const now = await progressOf(control).catch(() => undefined);
    if (now === undefined && performance.now() - begun > START_MS) throw new Error('the daemon does not answer: "log" shows what it said');
    const text = now?.text ?? 'Waiting for the daemon of this box ...';
    if (now?.isUnmet === true && hasToDo) {
      hasToDo = false;
      tell(toDo);
    }
    if (text !== told) tell(text);
    told = text;
    if (now?.isOver === true) return;
    await wait(EVERY_MS, undefined, enough === undefined ? {} : { signal: enough }).catch(() => undefined);
  }
  tell(`It goes on by itself: "show failover" says how far ${name ?? 'this box'} is, and "setup" waits for it again.`);
}

interface Progress {
  readonly text: string;
  readonly isOver: boolean;
  /** A partner was never there. */
  readonly isUnmet: boolean;
}

async function progressOf(control: string): Promise<Progress> {
  const { appliance, failover } = (await askDaemon(control, { method: 'status' })) as StatusReport;
  if (failover.length === 0) return { text: `${appliance} serves by itself: the file names no partner for it.`, isOver: true, isUnmet: false };
  const pairings = (await askDaemon(control, { method: 'pairings' })) as readonly PairingReport[];
  const waiting = failover.filter(({ state, communications }) => state !== 'NORMAL' || communications !== 'ok');
  if (waiting.length === 0) return { text: `${appliance} and ${failover.map(({ partner }) => partner).join(' and ')} are a pair, and serve.`, isOver: true, isUnmet: false };
  const unmet = pairings.flatMap(({ relationship, stage }) => (stage === 'unpaired' || stage === 'half-paired' ? [relationship] : []));
  const parts = waiting.map(({ name, partner, state }) => (unmet.includes(name) ? `${partner} was not met yet` : `${partner}, and this box is in ${state}`));
  return { text: `Waiting for the other box (Ctrl-C: leave, it goes on by itself): ${parts.join('; ')}`, isOver: false, isUnmet: unmet.length > 0 };
}

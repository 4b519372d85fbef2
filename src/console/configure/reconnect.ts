/** After each commit on both boxes of a pair the two connect anew: whoever says the next one meanwhile waits for that. */
import { setTimeout as wait } from 'node:timers/promises';
import { askDaemon } from '../../control/index.ts';
import type { StatusReport } from '../../control/index.ts';

/** A connection that ended longer ago does not come back by itself. */
const RECONNECT_MS = 10_000;
const LOOK_MS = 200;

/** Resolves when every partner is connected, or is away for longer than that takes. */
export async function untilReconnected(control: string, status: StatusReport): Promise<StatusReport> {
  let latest = status;
  while (latest.failover.some((relationship) => isConnecting(relationship, latest.now))) {
    await wait(LOOK_MS);
    latest = (await askDaemon(control, { method: 'status' })) as StatusReport;
  }
  return latest;
}

function isConnecting({ communications, since }: StatusReport['failover'][number], now: string): boolean {
  return communications !== 'ok' && Math.abs(Date.parse(now) - Date.parse(since)) < RECONNECT_MS;
}

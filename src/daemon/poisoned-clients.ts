/**
 * Clients over whose messages the daemon failed twice are not heard for an hour, so that one message
 * can't take the box down again and again.
 */
import type { Alarms, EventLog } from '../control/index.ts';
import type { EventLoop } from './event-loop.ts';
import { readCrashRecords } from '../store/index.ts';
import type { Stamps } from '../time/index.ts';
import { formatDuid, monotonicMs } from '../wire/index.ts';
import type { Duid } from '../wire/index.ts';

const CRASHES_MAX = 2;
const QUARANTINE_MS = 3_600_000;

export function quarantinePoisonedClients(stateDirectory: string, loop: EventLoop, stamps: Pick<Stamps, 'date' | 'moment'>, alarms: Alarms, log: EventLog): void {
  const crashes = new Map<string, { readonly client: Duid; count: number; last: number }>();
  for (const { client, at } of readCrashRecords(stateDirectory)) {
    if (client === undefined) continue;
    const name = formatDuid(client);
    const known = crashes.get(name) ?? { client, count: 0, last: 0 };
    crashes.set(name, { client, count: known.count + 1, last: Math.max(known.last, at.getTime()) });
  }
  for (const [name, { client, count, last }] of crashes) {
    // A clock that went back makes the wait longer by nothing: it never exceeds the full time.
    const left = Math.min(last + QUARANTINE_MS - stamps.date().getTime(), QUARANTINE_MS);
    if (count < CRASHES_MAX || left <= 0) continue;
    loop.dispatch({ kind: 'clientQuarantined', client, until: monotonicMs(stamps.moment() + left) });
    const text =
      `messages of client ${name} are dropped for ${String(Math.round(left / 60_000))} minutes: ` +
      `the daemon failed over them ${String(count)} times; send crashes.jsonl of the state directory to the maintainers`;
    log.add('error', text);
    alarms.raise(`client-quarantined ${name}`, text);
    setTimeout(() => {
      alarms.clear(`client-quarantined ${name}`);
    }, left).unref();
  }
}

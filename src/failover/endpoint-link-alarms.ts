/** Alarms about links, with patience (R-LH6): they come for what lasts, and go when it has been over for a minute. */
import type { MonotonicMs, Now } from '../wire/index.ts';
import type { Endpoint } from './endpoint.ts';
import { linkTrouble } from './link-trouble.ts';
import type { LinkAlarmMemory, LinkTrouble } from './link-trouble.ts';

/** What is not certain has to last so long: a burst of loss is no reason to send somebody out. */
const UNCERTAIN_MS = 5_000;
/** H of R-LH6: a port that comes and goes is one alarm. */
const OVER_MS = 60_000;

/** To be called when something of the endpoint changed, and now and then. */
export function lookForLinkAlarms(endpoint: Endpoint, now: Now): void {
  const { configuration: { links, partnerName }, relaying, alarms, linkAlarms } = endpoint;
  for (const link of links) {
    const trouble = linkTrouble({ link, partnerName, own: relaying.own.get(link), partner: relaying.partner.get(link) });
    let memory = linkAlarms.get(link);
    if (memory === undefined) {
      if (trouble === undefined) continue;
      linkAlarms.set(link, (memory = { troubleSince: undefined, quietSince: undefined, raised: undefined }));
    }
    remember(memory, trouble, now.monotonic);
    alarms.set(`link ${link}`, memory.raised);
    if (trouble === undefined && memory.raised === undefined) linkAlarms.delete(link);
  }
  for (const link of linkAlarms.keys()) {
    if (links.includes(link)) continue;
    linkAlarms.delete(link);
    alarms.set(`link ${link}`, undefined);
  }
}

function remember(memory: LinkAlarmMemory, trouble: LinkTrouble | undefined, now: MonotonicMs): void {
  if (trouble === undefined) {
    memory.troubleSince = undefined;
    memory.quietSince ??= now;
    if (now - memory.quietSince >= OVER_MS) memory.raised = undefined;
    return;
  }
  memory.quietSince = undefined;
  memory.troubleSince ??= now;
  const lasts = trouble.isCertain || memory.raised !== undefined || now - memory.troubleSince >= UNCERTAIN_MS;
  if (lasts) memory.raised = { severity: trouble.severity, text: trouble.text, advice: trouble.advice };
}

/** When to look again by itself. */
export function linkAlarmsAt({ linkAlarms }: Endpoint): number | undefined {
  let next = Infinity;
  for (const { troubleSince, quietSince, raised } of linkAlarms.values()) {
    if (raised === undefined && troubleSince !== undefined) next = Math.min(next, troubleSince + UNCERTAIN_MS);
    if (raised !== undefined && quietSince !== undefined) next = Math.min(next, quietSince + OVER_MS);
  }
  return next === Infinity ? undefined : next;
}

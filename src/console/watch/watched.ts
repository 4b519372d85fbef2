/** What can be watched: the lines of now, a page of them at a time. */
import { askDaemon } from '../../control/index.ts';
import type { LeaseQuery, LinkReport, StatusReport } from '../../control/index.ts';
import { askForFailover } from '../failover-commands.ts';
import { formatRelationship } from '../failover-text.ts';
import { formatLeases, formatLinks } from '../report-text.ts';
import type { OutlookReport } from '../../control/index.ts';
import { askForLeases } from '../show.ts';

export interface Watched {
  /** @param room how many lines can be seen @param now by the box, in milliseconds since 1970 */
  lines(room: number, now: number): Promise<readonly string[]>;
  /** The next page; behind the last one the first. */
  turn(room: number): void;
}

/** The heading of the table, and the line that says that there is more. */
const TABLE_LINES = 2;

export function watchedLeases(control: string, chosen: Pick<LeaseQuery, 'active' | 'link'>): Watched {
  let after: string | undefined;
  let next: string | undefined;
  return {
    async lines(room, now) {
      const { leases } = (await askDaemon(control, { method: 'status' })) as StatusReport;
      const counts = Object.entries(leases).flatMap(([status, count]) => (count > 0 ? [`${String(count)} ${status}`] : []));
      const page = await askForLeases(control, { ...chosen, after, limit: Math.max(1, room - TABLE_LINES - 1) });
      next = page.more ? page.leases.at(-1)?.lease : undefined;
      const table = formatLeases({ ...page, more: false }, now);
      return [counts.join(', ') || 'none was ever given', ...table.split('\n'), ...(page.more ? ['more: space'] : [])];
    },
    turn() {
      after = next;
    },
  };
}

export function watchedLinks(control: string): Watched {
  return watchedText(async () => formatLinks((await askDaemon(control, { method: 'links' })) as readonly LinkReport[]));
}

export function watchedFailover(control: string): Watched {
  return watchedText(async (now) => {
    const texts: string[] = [];
    for (const report of await askForFailover(control)) {
      const outlook = (await askDaemon(control, { method: 'failover-outlook', relationship: report.name })) as OutlookReport;
      texts.push(formatRelationship(report, outlook, now));
    }
    return texts.length === 0 ? 'this box has no partner' : texts.join('\n\n');
  });
}

function watchedText(text: (now: number) => Promise<string>): Watched {
  let from = 0;
  let count = 0;
  return {
    async lines(room, now) {
      const all = (await text(now)).split('\n');
      count = all.length;
      if (from >= count) from = 0;
      const rest = count - from - room;
      return rest > 0 ? [...all.slice(from, from + room - 1), `more: space (${String(rest + 1)} lines)`] : all.slice(from);
    },
    turn(room) {
      from = from + room < count ? from + room - 1 : 0;
    },
  };
}

/** An update of both boxes as text for a person. */
import { isPairUpdateOver } from '../../control/index.ts';
import type { PairUpdatePlan, PairUpdateReport } from '../../control/index.ts';
import { formatUtcTime } from '../utc-time.ts';
import { wrap } from '../wrap.ts';
import { megabytes } from './progress.ts';

/** What is about to happen; the box that it is typed on restarts, too. */
export function planText({ version = '', size, own, first, second }: PairUpdatePlan): string {
  const order = [first, second].filter((box) => box.version !== version);
  const steps = order.map(({ name, version: before }, i) => `${String(i + 1)}. ${name}${name === own ? ', this box,' : ''} writes it into its other slot, gives its clients to its partner and restarts: ${before} becomes ${version}.`);
  const isFirst = order[0]?.name === own;
  return [
    wrap('', `The update to ${version} (${megabytes(size)} MB) is signed and for this box. One box after the other, and clients are served all the time:`),
    ...steps.map((step) => wrap('  ', step)),
    wrap('', `A box is waited for until it is in NORMAL again and keeps the new version; one that does not come to terms with its partner within 10 minutes goes back by itself, and nothing more is done then.`),
    ...(order.some(({ name }) => name === own)
      ? [wrap('', `This box restarts ${isFirst && order.length > 1 ? 'first' : 'last'}, and the console ends with that. "upgrade status" on either box says how far it is, also after the restart; "upgrade stop" ends it.`)]
      : []),
  ].join('\n');
}

/** What a person does where the partner can't be given it. */
export function byHandText({ own, first, second }: PairUpdatePlan, relationships: readonly string[]): string {
  const partner = first.name === own ? second.name : first.name;
  const handover = relationships.map((name) => `"failover handover ${name}"`).join(', ');
  return [
    wrap('', `${partner} can't be given an update over the connection: it runs an older version of this program or another one, or the two have no certificates. By hand, one box after the other:`),
    wrap('  ', `1. On ${first.name}: ${handover}, then "upgrade FILE". Wait until "show failover" says NORMAL on both, and "upgrade status" says that it is known to work.`),
    wrap('  ', `2. On ${second.name}: the same.`),
  ].join('\n');
}

const DOING: Readonly<Record<PairUpdateReport['stage'], (report: PairUpdateReport) => string>> = {
  sending: () => 'the update is sent to the other box',
  'first-writes': ({ first }) => `${first.name} writes it into its other slot`,
  'first-restarts': ({ first }) => `${first.name} restarts, and is waited for`,
  'second-writes': ({ first, second, version }) => `${first.name} runs ${version}; ${second.name} writes it into its other slot`,
  'second-restarts': ({ first, second, version }) => `${first.name} runs ${version}; ${second.name} restarts, and is waited for`,
  done: ({ first, second, version }) => `DONE: ${first.name} and ${second.name} run ${version}`,
  stopped: ({ why = '' }) => `STOPPED: ${why}`,
};

/** What it is doing now, in a line. */
export function doingText(report: PairUpdateReport): string {
  return `${DOING[report.stage](report)}${report.progress === undefined ? '' : ` (${report.progress})`}`;
}

export function formatPairUpdate(report: PairUpdateReport): string {
  const { version, begun, since, stage, isPartnerThere } = report;
  return [
    wrap('both boxes  ', `to ${version}, begun ${formatUtcTime(begun)}`),
    wrap('            ', doingText(report)),
    wrap('            ', `since ${formatUtcTime(since)}${isPairUpdateOver(stage) || isPartnerThere ? '' : '; the two boxes are not connected now'}`),
  ].join('\n');
}

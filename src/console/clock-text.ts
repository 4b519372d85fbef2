/** The clock of the box as text for a person. */
import type { ClockReport, ClockSourceName } from '../control/index.ts';
import { formatSpan } from './time-span.ts';
import { formatUtcTime } from './utc-time.ts';
import { wrap } from './wrap.ts';

/** As in "the clock is right by ...". */
const SOURCES: Readonly<Record<ClockSourceName, string>> = {
  nobody: 'nobody',
  ntp: 'NTP',
  operator: 'the operator',
  partner: 'the partner',
  system: "the system's clock",
};

const DAY_MS = 86_400_000;
/** Whole seconds are compared. */
const SAME_MS = 2_000;

/** `2026-01-31 12:00:00Z, trusted (NTP)` */
export function formatTrust({ now, clock: { trusted, source } }: { readonly now: string; readonly clock: Pick<ClockReport, 'trusted' | 'source'> }): string {
  return `${formatUtcTime(now)}, ${trusted ? `trusted (${SOURCES[source]})` : 'NOT TRUSTED: nobody has confirmed it'}`;
}

export function formatClock(report: ClockReport): string {
  const { now, trusted, source, doubt, system, timescale } = report;
  return [
    wrap('time       ', formatTrust({ now, clock: { trusted, source } })),
    ...(trusted ? [] : [wrap('           ', 'clients get and keep leases, no lease ends, and no partner is declared down by itself; "twinlease clock set" ends that, as do NTP and a partner whose clock is trusted')]),
    ...(doubt === undefined ? [] : [wrap('           ', `${SOURCES[doubt.source]} would set it by ${difference(doubt.by * 1_000)}, which is more than a day: it counts when a second source says the same`)]),
    wrap('system     ', `${formatUtcTime(system.now)}, ${systemText(system)}`),
    wrap('timescale  ', timescale),
  ].join('\n');
}

function systemText({ status, maxError }: ClockReport['system']): string {
  const error = maxError === undefined ? '' : `, off by ${maxError.toFixed(3)} s at most`;
  switch (status) {
    case 'synchronized':
      return `which NTP keeps right${error}`;
    case 'unconfirmed':
      return 'which nobody is known to keep right: it counts for nothing';
    case 'believed':
      return 'which is believed, as "clock: system" says';
  }
}

/** What happens when the clock is set. @param time milliseconds since 1970 */
export function clockStake({ now, trusted }: ClockReport, time: number): string {
  const by = time - Date.parse(now);
  const shown = `The clock of this box shows ${formatUtcTime(now)}, ${trusted ? 'and is trusted' : 'and nobody has confirmed it'}.`;
  const paragraphs = Math.abs(by) <= SAME_MS
    ? [`${shown} You confirm that.`]
    : [
        `${shown} You set it by ${difference(by)}.`,
        'Every time that this box keeps moves along, so no lease ends or lasts longer by the step itself. The connection to a partner is closed and made anew; a partner whose clock nobody has confirmed takes this one.',
        ...(trusted && Math.abs(by) > DAY_MS ? ['By more than a day a trusted clock is set only when a second source, NTP or a partner, says the same.'] : []),
      ];
  return [
    ...paragraphs,
    ...(trusted ? [] : ['From then on the time is trusted: leases end when they are over, those that are over by the true time at once.']),
    `The system's clock is left alone, for it is not twinlease's: "date -u -s '${new Date(time).toISOString().slice(0, 19).replace('T', ' ')}'" sets it.`,
  ].map((text) => wrap('', text)).join('\n');
}

/** `+3d4h`, `-12s` */
function difference(ms: number): string {
  return `${ms < 0 ? '-' : '+'}${formatSpan(Math.abs(ms) / 1_000)}`;
}

/** What an endpoint went through, as a time line. */
import type { TransitionReport } from '../control/index.ts';
import { formatSpan } from './time-span.ts';
import { formatUtcTime } from './utc-time.ts';
import { wrap } from './wrap.ts';

const BAR_COLUMNS = 72;
/** Seconds that a column may stand for, and what all of them are then; a box that was started just now has nothing to show of a whole day. */
const SCALES = [
  [10, '12 minutes'],
  [60, '72 minutes'],
  [300, '6 hours'],
  [1_200, 'day'],
] as const;
const STARTUP = 'STARTUP';

/** The gravest first: where several states share a column it is the gravest that shows. */
const MARKS: Readonly<Record<string, string>> = {
  'POTENTIAL-CONFLICT': 'C',
  'RESOLUTION-INTERRUPTED': 'C',
  'CONFLICT-DONE': 'c',
  RECOVER: 'R',
  'RECOVER-WAIT': 'r',
  'RECOVER-DONE': 'r',
  'PARTNER-DOWN': 'P',
  'COMMUNICATIONS-INTERRUPTED': 'i',
  STARTUP: 's',
  NORMAL: '-',
};
const NOT_KNOWN = ' ';

/** @param transitions of one relationship, the oldest first */
export function formatHistory(relationship: string, transitions: readonly TransitionReport[], now: number): string {
  if (transitions.length === 0) return `${relationship}: nothing has happened yet`;
  const spans = knownSpans(transitions, now);
  const [columnSeconds, name] = SCALES.find(([seconds]) => spans.every(({ from }) => from >= now - seconds * BAR_COLUMNS * 1_000)) ?? SCALES[3];
  return [
    wrap('', `${relationship}, the last ${name}:`),
    ...bar(spans, columnSeconds * 1_000, now),
    '',
    ...transitions.map((transition, i) => {
      const start = transition.from === STARTUP ? 'the box started; ' : '';
      const mark = transition.isUnconfirmed ? '?' : ' ';
      return wrap(`${formatUtcTime(transition.time)}${mark} `, `${transition.to} (${lasting(transition, transitions[i + 1], now)}): ${start}${transition.why}`);
    }),
    ...(transitions.some(({ isUnconfirmed }) => isUnconfirmed) ? ['', wrap('', '? by a clock that nobody had confirmed: it may have been any other time')] : []),
  ].join('\n');
}

/** What lies between a time that somebody had confirmed and one that nobody had, or between two starts of which nobody knows when, is not known. */
function lasting(transition: TransitionReport, next: TransitionReport | undefined, now: number): string {
  // The last one is of this start of the box, and by the clock that shows what is now.
  if (next === undefined) return `until now, ${formatSpan((now - Date.parse(transition.time)) / 1_000)}`;
  const lasted = (Date.parse(next.time) - Date.parse(transition.time)) / 1_000;
  const isKnown = lasted >= 0 && transition.isUnconfirmed === next.isUnconfirmed && !(next.isUnconfirmed && next.from === STARTUP);
  return isKnown ? `for ${formatSpan(lasted)}` : 'for nobody knows how long';
}

interface Span {
  readonly from: number;
  readonly until: number;
  readonly state: string;
}

/** What is by another clock than the one that shows what is now has no place on its line. */
function knownSpans(transitions: readonly TransitionReport[], now: number): readonly Span[] {
  const last = transitions.at(-1);
  return transitions.flatMap(({ time, to, isUnconfirmed }, i) => {
    const next = transitions[i + 1] ?? { time: new Date(now).toISOString(), isUnconfirmed };
    return isUnconfirmed === last?.isUnconfirmed && isUnconfirmed === next.isUnconfirmed ? { from: Date.parse(time), until: Date.parse(next.time), state: to } : [];
  });
}

/** In each column the mark of the gravest state that the box was in. */
function bar(spans: readonly Span[], columnMs: number, now: number): readonly string[] {
  const begin = now - BAR_COLUMNS * columnMs;
  const grave = Object.keys(MARKS);
  const seen = new Set<string>();
  let marks = '';
  for (let column = 0; column < BAR_COLUMNS; column++) {
    const [from, until] = [begin + column * columnMs, begin + (column + 1) * columnMs];
    const states = spans.filter((span) => span.from < until && span.until > from).map(({ state }) => state);
    const state = grave.find((known) => states.includes(known));
    if (state !== undefined) seen.add(state);
    marks += state === undefined ? NOT_KNOWN : (MARKS[state] ?? '?');
  }
  const clock = (time: number): string => new Date(time).toISOString().slice(11, 16);
  const legend = grave.filter((state) => seen.has(state)).map((state) => `${MARKS[state] ?? '?'} ${state}`);
  return [`  |${marks}|`, `  ${clock(begin)}Z${' '.repeat(BAR_COLUMNS - 10)}${clock(now)}Z`, wrap('  ', legend.join('  '))];
}

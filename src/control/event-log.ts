/** The event log: one line for each thing that an operator may want to know, to a sink and in memory. */
import type { Stamps } from '../time/index.ts';
import type { MonotonicMs } from '../wire/index.ts';
import { printable } from './printable.ts';

export type Severity = 'info' | 'warning' | 'error';

export interface LogLine {
  /** By what is known of the time now. */
  readonly time: Date;
  readonly severity: Severity;
  /** One line without control characters. */
  readonly text: string;
}

/** Lines that are kept for `twinlease show log`. */
const KEPT = 500;
/** What is longer is cut: a DUID of 130 octets alone has 389 characters. */
const TEXT_LENGTH_MAX = 1_000;

export interface EventLog {
  add(severity: Severity, text: string): void;
  /** The last lines, oldest first. */
  recent(count: number): readonly LogLine[];
}

interface KeptLine {
  readonly at: MonotonicMs;
  readonly severity: Severity;
  readonly text: string;
}

/** @param sink gets each line as text, and what it is made of */
export function createEventLog(stamps: Pick<Stamps, 'moment' | 'date' | 'isTrusted'>, sink: (text: string, line: LogLine) => void): EventLog {
  const kept: KeptLine[] = [];
  return {
    add(severity, text) {
      const line = { at: stamps.moment(), severity, text: oneLine(text) };
      if (kept.length >= KEPT) kept.shift();
      kept.push(line);
      const now = { time: stamps.date(line.at), severity, text: line.text };
      sink(formatLogLine(now, stamps.isTrusted()), now);
    },
    recent: (count) => kept.slice(-count).map(({ at, severity, text }) => ({ time: stamps.date(at), severity, text })),
  };
}

/** `2026-01-31T12:00:00Z warning lan1: interface eth1 is gone; waiting for it`; `?` behind a time that nobody has confirmed. */
function formatLogLine({ time, severity, text }: LogLine, isTrusted: boolean): string {
  return `${time.toISOString().slice(0, 19)}Z${isTrusted ? '' : '?'} ${severity.padEnd(7)} ${text}`;
}

function oneLine(text: string): string {
  const cut = text.length > TEXT_LENGTH_MAX ? `${text.slice(0, TEXT_LENGTH_MAX - 1)}…` : text;
  return printable(cut);
}

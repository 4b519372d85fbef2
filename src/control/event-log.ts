/** The event log: one line for each thing that an operator may want to know, to a sink and in memory. */

export type Severity = 'info' | 'warning' | 'error';

export interface LogLine {
  readonly time: Date;
  readonly severity: Severity;
  readonly text: string;
}

/** Lines that are kept for `twinlease show status`. */
const KEPT = 500;

export interface EventLog {
  add(severity: Severity, text: string): void;
  /** The last lines, oldest first. */
  recent(): readonly LogLine[];
}

export function createEventLog(now: () => Date, sink: (line: string) => void): EventLog {
  const kept: LogLine[] = [];
  return {
    add(severity, text) {
      const line = { time: now(), severity, text };
      if (kept.length >= KEPT) kept.shift();
      kept.push(line);
      sink(formatLogLine(line));
    },
    recent: () => kept,
  };
}

/** `2026-01-31T12:00:00Z warning lan1: interface eth1 is gone; waiting for it` */
export function formatLogLine({ time, severity, text }: LogLine): string {
  return `${time.toISOString().slice(0, 19)}Z ${severity.padEnd(7)} ${oneLine(text)}`;
}

/** What others send must not end a line or move the cursor of a console. */
function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is replaced
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
}

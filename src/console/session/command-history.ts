/** What was typed before, in a file, so that it is there at the next login. Bounded; without lines that may have a secret in them. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const LINES_MAX = 200;
const LINE_LENGTH_MAX = 1_000;

/** Nobody shall find the key of a pairing in a history. */
const SECRET = /pairing-key|secret|[0-9a-z]{3,6}(?:-[0-9a-z]{3,6}){5,}/i;

export interface CommandHistory {
  /** The newest first. */
  readonly lines: readonly string[];
  add(line: string): void;
}

/** A file that can't be read or written is no reason not to work: the lines are then kept as long as the console lasts. */
export function openCommandHistory(file: string): CommandHistory {
  const lines: string[] = read(file);
  return {
    lines,
    add(line) {
      if (line.trim() === '' || line === lines[0] || line.length > LINE_LENGTH_MAX || SECRET.test(line)) return;
      lines.unshift(line);
      lines.length = Math.min(lines.length, LINES_MAX);
      write(file, lines);
    },
  };
}

function read(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean).slice(-LINES_MAX).reverse();
  } catch {
    return [];
  }
}

function write(file: string, lines: readonly string[]): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.tmp`, `${lines.toReversed().join('\n')}\n`, { mode: 0o600 });
    renameSync(`${file}.tmp`, file);
  } catch {
    // See above.
  }
}

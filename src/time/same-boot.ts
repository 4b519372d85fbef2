/**
 * The daemon may be restarted while its box runs on. What the clock was worth is not lost then: the kernel's monotonic clock has gone on,
 * and a file says how the two went together. It says so for one start of the box alone, and after a power cut nobody needs it: it is
 * not synced.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBootId } from '../boot-id.ts';
import { ClockSource } from '../clock/index.ts';
import type { ClockContinuation, ClockView } from '../clock/index.ts';
import { formatHex, parseHex } from '../wire/index.ts';
import type { Now } from '../wire/index.ts';

const FILE = 'clock.json';
/** A clock that follows another one is moved a little all the time. */
const WORTH_WRITING_SECONDS = 0.5;

interface Kept {
  /** Random, another one at each start of the box. */
  readonly boot: string;
  readonly timescale: string;
  /** The clock minus the kernel's monotonic one, in seconds. */
  readonly ahead: number;
  readonly source: ClockSource;
}

export interface ClockKeeper {
  /** Undefined where the box was started since. */
  continued(): ClockContinuation | undefined;
  /** To be called now and then: it writes what is new. @returns whether anything was, of the clock or of what it is worth */
  keep(view: ClockView): boolean;
  /** To be called at the end. @param shown what the clock shows: the next one begins with no less, also where it lagged behind the one that it followed */
  keepLast(view: ClockView, shown: Now): void;
}

export function createClockKeeper(directory: string, bootId: string = readBootId()): ClockKeeper {
  const path = join(directory, FILE);
  /** From the monotonic clock of this process, in seconds, to the kernel's. */
  const sinceBoot = Number(process.hrtime.bigint()) / 1e9 - performance.now() / 1_000;
  let written: Kept | undefined;

  const differs = (next: Kept): boolean =>
    written?.timescale !== next.timescale || written.source !== next.source || Math.abs(written.ahead - next.ahead) > WORTH_WRITING_SECONDS;

  const keptOf = ({ timescale, ahead, source }: ClockView): Kept => ({ boot: bootId, timescale: formatHex(timescale, ''), ahead: ahead - sinceBoot, source });

  const write = (next: Kept): void => {
    try {
      writeFileSync(`${path}.tmp`, JSON.stringify(next), { mode: 0o600 });
      renameSync(`${path}.tmp`, path);
      written = next;
    } catch {
      // On a full disk a restart of the daemon begins as one of the box does.
    }
  };

  return {
    continued() {
      const kept = readKept(path);
      const timescale = kept?.boot === bootId ? parseHex(kept.timescale) : undefined;
      return kept === undefined || timescale === undefined ? undefined : { timescale, ahead: kept.ahead + sinceBoot, source: kept.source };
    },
    keep(view) {
      const next = keptOf(view);
      const isNews = differs(next);
      if (isNews) write(next);
      return isNews;
    },
    keepLast(view, { epoch, monotonic }) {
      write(keptOf({ ...view, ahead: Math.max(view.ahead, epoch - monotonic / 1_000) }));
    },
  };
}

function readKept(path: string): Kept | undefined {
  try {
    const { boot, timescale, ahead, source } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    const known = Object.values(ClockSource).find((each) => each === source);
    if (typeof boot !== 'string' || typeof timescale !== 'string' || typeof ahead !== 'number' || known === undefined) return undefined;
    return { boot, timescale, ahead, source: known };
  } catch {
    return undefined;
  }
}

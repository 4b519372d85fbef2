/** Which blocks of the product ran: V8's own block coverage, taken in this process. */
import { Session } from 'node:inspector';
import type { Profiler } from 'node:inspector';

/** A function that ran, or a block of one: its place in its script. */
export type Block = string;

export interface Coverage {
  /** Blocks that ran since the last call, and never before. */
  takeNew(): readonly Block[];
  /** Which of these ran since the last call. */
  takeOf(blocks: readonly Block[]): readonly Block[];
  /** How many blocks ever ran. */
  readonly size: number;
  stop(): void;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** A function that ran, with the blocks of it that did not. */
interface Ran {
  readonly name: Block;
  readonly skipped: readonly Range[];
}

/** @param isOfInterest decides by the URL of a script */
export function startCoverage(isOfInterest: (url: string) => boolean): Coverage {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  /** V8 names a block only when it did not run while its function did: by function, every block that was so named. */
  const blocks = new Map<Block, Map<Block, Range>>();
  const covered = new Set<Block>();

  const take = (): readonly Ran[] => {
    const ran: Ran[] = [];
    // The session answers before `post` returns: it runs in this thread.
    session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error !== null) throw error;
      for (const script of result) {
        if (isOfInterest(script.url)) for (const part of script.functions) note(script.scriptId, part, ran);
      }
    });
    return ran;
  };

  const note = (scriptId: string, { ranges }: Profiler.FunctionCoverage, ran: Ran[]): void => {
    const [whole] = ranges;
    if (whole === undefined || whole.count === 0) return;
    const name = `${scriptId} ${String(whole.startOffset)} ${String(whole.endOffset)}`;
    const skipped = ranges.filter(({ count }) => count === 0).map(({ startOffset, endOffset }) => ({ start: startOffset, end: endOffset }));
    const known = blocks.get(name) ?? new Map<Block, Range>();
    for (const range of skipped) known.set(`${name} ${String(range.start)} ${String(range.end)}`, range);
    blocks.set(name, known);
    ran.push({ name, skipped });
  };

  const blocksThatRan = function* (): Generator<Block> {
    for (const { name, skipped } of take()) {
      yield name;
      for (const [block, { start, end }] of blocks.get(name) ?? []) {
        if (!skipped.some((range) => range.start <= start && end <= range.end)) yield block;
      }
    }
  };

  return {
    get size() {
      return covered.size;
    },
    takeNew() {
      const fresh = [...blocksThatRan()].filter((block) => !covered.has(block));
      for (const block of fresh) covered.add(block);
      return fresh;
    },
    takeOf(wanted) {
      const ran = new Set(blocksThatRan());
      return wanted.filter((block) => ran.has(block));
    },
    stop() {
      session.post('Profiler.stopPreciseCoverage');
      session.disconnect();
    },
  };
}

/** Seeds that nobody chose: others for each commit, and the same for all who run its tests. */
import { execFileSync } from 'node:child_process';

const COUNT = 900_000_000;

/**
 * The first one behind the beginning of a range. By the commit where the tree is as that has it, so that what failed for one fails for
 * the next, and what passed does not fail by chance; else another one each time.
 */
export function firstFreshSeed(firstOfRange: number): number {
  return firstOfRange + (seedOfCommit() ?? Math.floor(Math.random() * COUNT));
}

function seedOfCommit(): number | undefined {
  const git = (...words: readonly string[]): string => execFileSync('git', words, { cwd: import.meta.dirname, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    if (git('status', '--porcelain', '--untracked-files=no') !== '') return undefined;
    return Number.parseInt(git('rev-parse', 'HEAD').slice(0, 8), 16) % COUNT;
  } catch {
    // Not a clone.
    return undefined;
  }
}

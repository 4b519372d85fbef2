/** Two texts line by line: what went and what came, with the lines around. */

const AROUND = 2;
/** Beyond so many pairs of lines what changed is shown as one piece. */
const PAIRS_MAX = 4_000_000;

interface DiffLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** @returns an empty text where they are the same */
export function formatDiff(before: string, after: string): string {
  const lines = diffLines(linesOf(before), linesOf(after));
  const isShown = lines.map((_, i) => lines.slice(Math.max(0, i - AROUND), i + AROUND + 1).some(({ sign }) => sign !== ' '));
  return lines
    .flatMap(({ sign, text }, i) => (isShown[i] !== true ? [] : isShown[i - 1] !== true && i > 0 ? ['...', `${sign} ${text}`] : [`${sign} ${text}`]))
    .join('\n');
}

export function countChanges(before: string, after: string): { readonly came: number; readonly went: number } {
  const lines = diffLines(linesOf(before), linesOf(after));
  return { came: lines.filter(({ sign }) => sign === '+').length, went: lines.filter(({ sign }) => sign === '-').length };
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function diffLines(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < before.length - head && tail < after.length - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const same = (lines: readonly string[]): readonly DiffLine[] => lines.map((text) => ({ sign: ' ', text }));
  const middle = changed(before.slice(head, before.length - tail), after.slice(head, after.length - tail));
  return [...same(before.slice(0, head)), ...middle, ...same(before.slice(before.length - tail))];
}

/** By the longest common subsequence. */
function changed(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  const whole: readonly DiffLine[] = [...before.map((text): DiffLine => ({ sign: '-', text })), ...after.map((text): DiffLine => ({ sign: '+', text }))];
  if (before.length * after.length > PAIRS_MAX) return whole;
  const width = after.length + 1;
  const common = new Uint16Array((before.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) common[i * width + j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      lines.push({ sign: ' ', text: before[i] ?? '' });
      i++;
      j++;
    } else if (j >= after.length || (i < before.length && at(i + 1, j) >= at(i, j + 1))) lines.push({ sign: '-', text: before[i++] ?? '' });
    else lines.push({ sign: '+', text: after[j++] ?? '' });
  }
  return lines;
}

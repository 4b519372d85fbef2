/** Numbers over time in a row of characters. */

/** What a serial terminal has. */
const PLAIN = ' .:-=+*#';
const BLOCKS = '▁▂▃▄▅▆▇█';

/** A terminal that says that it takes UTF-8, and is none of those that a serial line means when it says nothing. */
export function takesBlocks({ LC_ALL, LC_CTYPE, LANG, TERM }: NodeJS.ProcessEnv): boolean {
  const locale = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== '') ?? '';
  return /utf-?8/i.test(locale) && !/^(vt\d+|dumb|linux|ansi|unknown)?$/.test(TERM ?? '');
}

/**
 * @param values none of them negative
 * @param top what the highest character stands for; what is above 0 has a character of its own, and is not the lowest
 */
export function sparkline(values: readonly number[], top: number, blocks: boolean): string {
  const levels = Array.from(blocks ? BLOCKS : PLAIN);
  return values
    .map((value) => {
      const level = value <= 0 || top <= 0 ? 0 : Math.max(1, Math.ceil((Math.min(value, top) / top) * (levels.length - 1)));
      return levels[level] ?? '';
    })
    .join('');
}

/** The same span of time in fewer values, each the mean of several; the newest are whole. */
export function thinned(values: readonly number[], columns: number): readonly number[] {
  const each = Math.max(1, Math.ceil(values.length / columns));
  const means: number[] = [];
  for (let end = values.length; end > 0; end -= each) {
    const part = values.slice(Math.max(0, end - each), end);
    means.unshift(part.reduce((sum, value) => sum + value, 0) / part.length);
  }
  return means;
}

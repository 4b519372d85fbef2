/** The files of OpenWrt's `/etc/config` (UCI): sections with options and lists. */
import { InputError, shown, type Place, type Placed } from '../place.ts';

export interface UciSection {
  readonly place: Place;
  readonly type: string;
  /** Empty where it has none. */
  readonly name: string;
  readonly options: ReadonlyMap<string, readonly Placed<string>[]>;
}

/** @throws InputError */
export function parseUci(text: string, file: string): readonly UciSection[] {
  const sections: { readonly place: Place; readonly type: string; readonly name: string; readonly options: Map<string, Placed<string>[]> }[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const place = { file, line: i + 1 };
    const [keyword, first = '', second, ...more] = wordsOf(line, place);
    if (keyword === undefined) continue;
    if (more.length > 0) throw new InputError(place, `there is more than a name and a value: ${shown(more.join(' '))}`);
    if (keyword === 'package' || keyword === 'import' || keyword === 'export') continue;
    if (first === '' || (keyword !== 'config' && keyword !== 'option' && keyword !== 'list')) throw new InputError(place, `a line begins with config, option or list, and has a name: ${shown(line.trim())}`);
    if (keyword === 'config') {
      sections.push({ place, type: first, name: second ?? '', options: new Map() });
      continue;
    }
    const section = sections.at(-1);
    if (section === undefined) throw new InputError(place, `${shown(first)} stands before the first section`);
    if (second === undefined) throw new InputError(place, `${shown(first)} has no value`);
    const item = { value: second, place };
    const known = section.options.get(first);
    // Said twice, the last one counts.
    if (keyword === 'list' && known !== undefined) known.push(item);
    else section.options.set(first, [item]);
  }
  return sections;
}

const WORD = /\s+|#.*$|((?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\#])+)|(.)/g;

function wordsOf(line: string, place: Place): readonly string[] {
  const words: string[] = [];
  for (const [, word, stray] of line.matchAll(WORD)) {
    if (stray !== undefined) throw new InputError(place, 'this text has no closing quote in its line');
    if (word !== undefined) words.push(word.replace(/'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/g, (_, single?: string, double?: string, escaped?: string) => single ?? double?.replace(/\\(.)/g, '$1') ?? escaped ?? ''));
  }
  return words;
}

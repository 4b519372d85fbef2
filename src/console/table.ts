/** Tables without frames that fit a serial console. */
import Table from 'cli-table3';
import { SCREEN_COLUMNS } from './wrap.ts';

const GAP = 2;
/** What was cut stands where this is; plain ASCII, as a serial line may carry no more. */
const CUT_MARK = '..';

const NO_FRAME = {
  top: '', 'top-mid': '', 'top-left': '', 'top-right': '',
  bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '',
  left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: ' '.repeat(GAP),
} as const;

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** It may be cut, to no less than so many characters; a column without this is always whole. */
  readonly least?: number;
  /** At the end unless this says otherwise: the end of a DUID tells clients apart. */
  readonly cut?: 'front' | 'end';
}

/**
 * Where the table is too wide for the screen, its last columns give way first.
 * @param rows a cell for each column
 */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ title }, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  narrow(widths, columns);
  const table = new Table({
    chars: NO_FRAME,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colWidths: widths,
    colAligns: columns.map((column) => column.align ?? 'left'),
  });
  for (const row of [columns.map(({ title }) => title), ...rows]) {
    table.push(row.map((cell, i) => fit(cell, widths[i] ?? 0, columns[i]?.cut ?? 'end')));
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function narrow(widths: number[], columns: readonly Column[]): void {
  let excess = widths.reduce((sum, width) => sum + width, GAP * (columns.length - 1)) - SCREEN_COLUMNS;
  for (let i = columns.length - 1; i >= 0 && excess > 0; i--) {
    const width = widths[i] ?? 0;
    const narrowed = Math.max(Math.min(width, columns[i]?.least ?? width), width - excess);
    widths[i] = narrowed;
    excess -= width - narrowed;
  }
}

function fit(cell: string, width: number, cut: 'front' | 'end'): string {
  if (cell.length <= width) return cell;
  const kept = width - CUT_MARK.length;
  return cut === 'front' ? `${CUT_MARK}${cell.slice(cell.length - kept)}` : `${cell.slice(0, kept)}${CUT_MARK}`;
}

/** Tables without frames that fit a serial console. */
import Table from 'cli-table3';

const SCREEN_COLUMNS = 80;
const GAP = 2;

const NO_FRAME = {
  top: '', 'top-mid': '', 'top-left': '', 'top-right': '',
  bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '',
  left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: ' '.repeat(GAP),
} as const;

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** What is too long is cut at the front instead of at the end: the end of a DUID tells clients apart. */
  readonly cut?: 'front' | 'end';
}

/**
 * The last column that is not right-aligned gives way where the rest needs its room.
 * @param rows a cell for each column
 */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ title }, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const excess = sum(widths) + GAP * (columns.length - 1) - SCREEN_COLUMNS;
  const yielding = columns.findLastIndex((column) => column.align !== 'right');
  if (excess > 0) widths[yielding] = Math.max(columns[yielding]?.title.length ?? 0, (widths[yielding] ?? 0) - excess);
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

function fit(cell: string, width: number, cut: 'front' | 'end'): string {
  if (cell.length <= width) return cell;
  return cut === 'front' ? `…${cell.slice(cell.length - width + 1)}` : `${cell.slice(0, width - 1)}…`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

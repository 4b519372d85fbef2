/** A trace as a sequence diagram: time downwards, clients and boxes side by side, what it is about at the right. */
import type { Party, TraceLine } from './trace.ts';

const LANES: readonly Party[] = ['clients', 'A', 'B', 'C'];
const LANE_WIDTH = 10;
const INDENT = 14;

export function drawDiagram(lines: readonly TraceLine[]): string {
  const used = LANES.filter((lane) => lane === 'clients' || lines.some(({ from, to }) => from === lane || to === lane));
  const head = `${'seconds'.padStart(INDENT - 4)}${' '.repeat(4)}${used.map((lane) => lane.padEnd(LANE_WIDTH)).join('')}`;
  return [head, ...lines.map((line) => drawLine(line, used))].join('\n');
}

function drawLine({ timeMs, from, to, isLost, text }: TraceLine, lanes: readonly Party[]): string {
  const cells = lanes.flatMap(() => ['|', ...new Array<string>(LANE_WIDTH - 1).fill(' ')]);
  const start = lanes.indexOf(from) * LANE_WIDTH;
  const end = lanes.indexOf(to) * LANE_WIDTH;
  if (start === end) cells[start] = '*';
  for (let at = Math.min(start, end) + 1; at < Math.max(start, end); at++) cells[at] = '-';
  if (start < end) cells[end - 1] = isLost ? 'x' : '>';
  if (start > end) cells[end + 1] = isLost ? 'x' : '<';
  return `${(timeMs / 1_000).toFixed(3).padStart(INDENT - 4)}    ${cells.join('').trimEnd().padEnd(lanes.length * LANE_WIDTH)}${text}`;
}

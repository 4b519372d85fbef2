/** The state machine of failover as text: figure 6 of RFC 8156, with the state that the box is in marked. */
import type { StateReport } from '../control/index.ts';
import { SCREEN_COLUMNS, wrap } from './wrap.ts';

const MARK = '>>> ';
const NO_MARK = '    ';

export function formatStates(states: readonly StateReport[]): string {
  return states
    .map(({ state, serving, isCurrent, ways }) =>
      [
        `${isCurrent ? MARK : NO_MARK}${state} (${serving})${isCurrent ? '  <- this box' : ''}`,
        ...ways.map(({ when, next, section }) => wayLines(when, next, section)),
        ...(ways.length === 0 ? ['      it stays'] : []),
      ].join('\n'),
    )
    .join('\n\n');
}

function wayLines(when: string, next: string, section: string): string {
  const what = wrap('      ', when);
  const lastLine = what.slice(what.lastIndexOf('\n') + 1);
  const arrow = ` -> ${next}`;
  const where = `[${section}]`;
  const head = lastLine.length + arrow.length <= SCREEN_COLUMNS ? what + arrow : `${what}\n       ${arrow}`;
  const end = head.slice(head.lastIndexOf('\n') + 1);
  return end.length + 1 + where.length <= SCREEN_COLUMNS
    ? `${head}${' '.repeat(SCREEN_COLUMNS - end.length - where.length)}${where}`
    : `${head}\n${where.padStart(SCREEN_COLUMNS)}`;
}

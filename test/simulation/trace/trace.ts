/** What happened, for a person to read. Texts are made only where somebody wants them. */

/** Who a line is about: a client by its number, or a box. */
export type Party = 'clients' | 'A' | 'B' | 'C';

export interface TraceLine {
  readonly timeMs: number;
  readonly from: Party;
  /** The same as `from` for what happens at one place. */
  readonly to: Party;
  /** A message that does not arrive. */
  readonly isLost: boolean;
  readonly text: string;
}

export interface Trace {
  readonly isOn: boolean;
  message(from: Party, to: Party, outcome: 'arrives' | 'is lost', text: string): void;
  note(who: Party, text: string): void;
}

/** Lines beyond this are forgotten, the oldest first. */
const LINES_MAX = 20_000;

export function createTrace(nowMs: () => number): Trace & { readonly lines: readonly TraceLine[] } {
  const lines: TraceLine[] = [];
  const add = (from: Party, to: Party, isLost: boolean, text: string): void => {
    if (lines.length >= 2 * LINES_MAX) lines.splice(0, LINES_MAX);
    lines.push({ timeMs: nowMs(), from, to, isLost, text });
  };
  return {
    isOn: true,
    lines,
    message: (from, to, outcome, text) => {
      add(from, to, outcome === 'is lost', text);
    },
    note: (who, text) => {
      add(who, who, false, text);
    },
  };
}

export const NO_TRACE: Trace & { readonly lines: readonly TraceLine[] } = {
  isOn: false,
  lines: [],
  message: () => undefined,
  note: () => undefined,
};

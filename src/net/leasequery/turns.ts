/** Work that is done piece by piece, one piece each time that the event loop turns: clients wait for one piece at most. */

export interface Turns {
  /** Does `work` when it is its turn, behind all that wait already. */
  add(work: () => void): void;
}

export function createTurns(): Turns {
  const waiting: (() => void)[] = [];
  const next = (): void => {
    const work = waiting.shift();
    if (waiting.length > 0) setImmediate(next);
    work?.();
  };
  return {
    add(work) {
      waiting.push(work);
      if (waiting.length === 1) setImmediate(next);
    },
  };
}

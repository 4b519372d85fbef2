// Tells the demonstration: numbered steps, each with the seconds since the start, and details below them.

import { styleText } from 'node:util';

export interface Narrator {
  /** Something that has just happened. */
  readonly step: (text: string) => void;
  /** More about the last step. */
  readonly detail: (text: string) => void;
}

const indent = ' '.repeat(15);

export function createNarrator(): Narrator {
  const start = performance.now();
  let steps = 0;
  return {
    step(text) {
      steps += 1;
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      const number = styleText('bold', `${steps}.`.padStart(5));
      console.log(`${number} ${styleText('dim', `${seconds.padStart(5)} s`)}  ${text}`);
    },
    detail(text) {
      console.log(`${indent}${text}`);
    },
  };
}

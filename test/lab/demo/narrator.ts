// Tells the demonstration: numbered steps, each with the seconds since the start, and details below them.

import { styleText } from 'node:util';
import { wrap } from '../../../src/console/wrap.ts';

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
      const number = `${steps}.`.padStart(5);
      const time = `${((performance.now() - start) / 1000).toFixed(1).padStart(6)} s`;
      const lines = wrap(`${number}${time}  `, text);
      console.log(`${styleText('bold', number)}${styleText('dim', time)}${lines.slice(number.length + time.length)}`);
    },
    detail(text) {
      console.log(wrap(indent, text));
    },
  };
}

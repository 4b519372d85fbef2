/** Output of a command: text for a person, JSON for a program. */

import { surroundings } from './surroundings.ts';

/** @param text made only where it is wanted */
export function print(value: unknown, options: { readonly json?: boolean }, text: () => string): void {
  surroundings().print(`${options.json === true ? JSON.stringify(value, undefined, 2) : text()}\n`);
}

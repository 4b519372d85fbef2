/** Output of a command: text for a person, JSON for a program. */

/** @param text made only where it is wanted */
export function print(value: unknown, options: { readonly json?: boolean }, text: () => string): void {
  process.stdout.write(`${options.json === true ? JSON.stringify(value, undefined, 2) : text()}\n`);
}

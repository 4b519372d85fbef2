// Loaded with --import before anything else: plants the bug that BUG names into the module that it is in, as Node loads it.
// The product's files stay as they are.

import { registerHooks } from 'node:module';
import { BUGS, plant } from './bugs.ts';

const bug = BUGS.find(({ name }) => name === process.env['BUG']);
if (process.env['BUG'] !== undefined && bug === undefined) throw new Error(`there is no bug called "${process.env['BUG']}"`);

if (bug !== undefined) {
  const url = new URL(`../../../src/${bug.file}`, import.meta.url).href;
  registerHooks({
    load(loaded, context, next) {
      const result = next(loaded, context);
      if (loaded !== url) return result;
      const { source } = result;
      const text = typeof source === 'string' ? source : new TextDecoder().decode(source);
      return { ...result, source: plant(bug, text) };
    },
  });
}

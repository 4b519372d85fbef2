// Loaded with --import before anything else: the product tells of each row of the table of states that it takes, and of each verdict
// on an update. The product's files stay as they are.

import { registerHooks } from 'node:module';
import { plant } from '../bugs/bugs.ts';
import { PLACES } from './places.ts';

const exercised = new URL('exercised.ts', import.meta.url).href;

registerHooks({
  load(loaded, context, next) {
    const result = next(loaded, context);
    const place = PLACES.find(({ file }) => loaded === new URL(`../../../src/${file}`, import.meta.url).href);
    if (place === undefined) return result;
    const { source } = result;
    const text = typeof source === 'string' ? source : new TextDecoder().decode(source);
    return { ...result, source: `import { stepTaken, verdictGiven } from '${exercised}';\n${plant(place, text)}` };
  },
});

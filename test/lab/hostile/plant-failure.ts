// Loaded into the daemon with NODE_OPTIONS=--import: its code fails over every Confirm, as if it had a bug there. What is
// in dist/ stays as it is.

import { registerHooks } from 'node:module';

const place = 'function confirm(context){';

registerHooks({
  load(url, context, next) {
    const result = next(url, context);
    const { source } = result;
    if (source === undefined || !url.includes('/dist/')) return result;
    const text = typeof source === 'string' ? source : new TextDecoder().decode(source);
    return { ...result, source: text.replace(place, `${place}throw new Error("planted");`) };
  },
});

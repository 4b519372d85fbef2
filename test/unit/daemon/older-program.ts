// Loaded into a daemon ahead of its own modules: it neither announces nor says what is newest, as the version before. The source stays as it is.

import { registerHooks } from 'node:module';

const NEWEST: readonly (readonly [string, string])[] = [
  [', ExtensionCode.PAIR_UPDATE);', ');'],
  ['spoken.push(ExtensionCode.PROGRAM_VERSION);', ';'],
  ['said.push(extension(ExtensionCode.PROGRAM_VERSION, endpoint.programVersion));', ';'],
];

registerHooks({
  load(url, context, next) {
    const result = next(url, context);
    if (!url.endsWith('/src/failover/extensions.ts') || result.source === undefined) return result;
    let text = typeof result.source === 'string' ? result.source : new TextDecoder().decode(result.source);
    for (const [place, instead] of NEWEST) {
      if (!text.includes(place)) throw new Error(`extensions.ts does not have "${place}" any more`);
      text = text.replace(place, instead);
    }
    return { ...result, source: text };
  },
});

import { epochSeconds } from './wire/index.ts';

declare const TWINLEASE_VERSION: string | undefined;

/** Of this build; the bundler puts in that of package.json. */
export const version: string = typeof TWINLEASE_VERSION === 'string' ? TWINLEASE_VERSION : 'from source';

/** No build is older. A clock that shows less has no battery, and begins at 1970 or at some date of its maker. */
export const MADE_AFTER = epochSeconds(Date.UTC(2026, 10, 1) / 1_000);

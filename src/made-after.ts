import { epochSeconds } from './wire/index.ts';

/** No build is older. A clock that shows less has no battery, and begins at 1970 or at some date of its maker. */
export const MADE_AFTER = epochSeconds(Date.UTC(2026, 10, 1) / 1_000);

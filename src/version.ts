/** The version of this build; the bundler puts in that of package.json. */

declare const TWINLEASE_VERSION: string | undefined;

export const version: string = typeof TWINLEASE_VERSION === 'string' ? TWINLEASE_VERSION : 'from source';

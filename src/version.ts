declare const TWINLEASE_VERSION: string | undefined;

/** Of this build; the bundler puts in that of package.json. */
export const version: string = typeof TWINLEASE_VERSION === 'string' ? TWINLEASE_VERSION : 'from source';

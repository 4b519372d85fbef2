/**
 * Gives back what starting up took. Node.js maps some 45 MiB of its program and touches most of it once: V8's snapshot,
 * compilers, the readers of the provisioning file. A box of 256 MiB has other uses for them.
 */
export { forgetBehind, forgetFile } from './forget-file.ts';
export { createRest } from './rest.ts';
export { settleMemory } from './settle.ts';
export { trimMemory } from './trim.ts';

/**
 * The daemon: reads the provisioning file, builds the shell around the core, and turns the event loop. `daemon.ts` is the
 * composition root; `configuration/` has what becomes of the file while packets are served, `partner/` what ties this
 * box to others.
 */
export { serve } from './serve.ts';

/** Who waits has all the time that a busy machine may need: what has to come soon is measured, and not waited for. */
export const PATIENCE_MS = 20_000;

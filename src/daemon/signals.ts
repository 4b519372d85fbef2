/** Signals, from before anything is opened: none that comes while the daemon starts is forgotten or ends it half-way. */

export interface Signals {
  /** Resolves at the first SIGTERM or SIGINT; a second one ends the process at once. */
  readonly stop: Promise<void>;
  /** From now on SIGHUP does this; at once where one came before. */
  onHangup(act: () => void): void;
}

export function listenForSignals(): Signals {
  let missed = false;
  let hangUp = (): void => {
    missed = true;
  };
  process.on('SIGHUP', () => hangUp());
  const stop = new Promise<void>((resolve) => {
    const end = (): void => {
      process.off('SIGTERM', end);
      process.off('SIGINT', end);
      resolve();
    };
    process.on('SIGTERM', end);
    process.on('SIGINT', end);
  });
  return {
    stop,
    onHangup(act) {
      hangUp = act;
      if (missed) act();
    },
  };
}

// The table of leases, as `twinlease show leases` prints it: once, or again each second until a key is pressed.

import { setTimeout as wait } from 'node:timers/promises';
import { styleText } from 'node:util';
import logUpdate from 'log-update';
import type { Daemon } from '../daemon/daemon.ts';

const refreshMs = 1_000;

export async function showLeases(daemon: Daemon): Promise<void> {
  console.log(`\n${await leases(daemon)}`);
}

/** Ctrl-C is a key like any other here. */
export async function showLeasesUntilKey(daemon: Daemon): Promise<void> {
  console.log();
  const { stdin } = process;
  const key = new AbortController();
  stdin.setRawMode(true);
  stdin.once('data', () => key.abort());
  try {
    while (!key.signal.aborted) {
      logUpdate(`${await leases(daemon)}\n\n${styleText('dim', 'Press any key to end it.')}`);
      await wait(refreshMs, undefined, { signal: key.signal }).catch(() => undefined);
    }
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    logUpdate.done();
  }
}

async function leases(daemon: Daemon): Promise<string> {
  const { now } = daemon.memory();
  const heading = styleText('bold', 'twinlease show leases');
  const time = new Date().toLocaleTimeString('en-GB');
  const table = await daemon.ask(['show', 'leases']);
  return `${heading}   ${time}, the daemon holds ${(now / 2 ** 20).toFixed(0)} MiB of memory\n\n${table.trim()}`;
}

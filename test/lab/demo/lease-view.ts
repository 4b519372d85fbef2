// What `twinlease show leases --active` says on west, and in which states both are: once, or again each second until a key
// is pressed.

import { setTimeout as wait } from 'node:timers/promises';
import { styleText } from 'node:util';
import logUpdate from 'log-update';
import type { DemoPair } from './pair.ts';

const refreshMs = 1_000;

export async function showLeases(pair: DemoPair): Promise<void> {
  console.log(`\n${await view(pair)}`);
}

/** Ctrl-C is a key like any other here. */
export async function showLeasesUntilKey(pair: DemoPair): Promise<void> {
  console.log();
  const { stdin } = process;
  const key = new AbortController();
  stdin.setRawMode(true);
  stdin.once('data', () => key.abort());
  try {
    while (!key.signal.aborted) {
      logUpdate(`${await view(pair)}\n\n${styleText('dim', 'Press any key to end it.')}`);
      await wait(refreshMs, undefined, { signal: key.signal }).catch(() => undefined);
    }
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    logUpdate.done();
  }
}

async function view({ east, west }: DemoPair): Promise<string> {
  const heading = styleText('bold', 'twinlease show leases --active');
  const time = new Date().toLocaleTimeString('en-GB');
  const states = await Promise.all([east, west].map(async (box) => `${box.name} ${(await box.failover()).state}`));
  const table = await west.ask(['show', 'leases', '--active']);
  return `${heading}   on west, ${time}\n${states.join(', ')}\n\n${table.trim()}`;
}

/** `watch ...`: what changes, in its place on the screen, until the person has had enough. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import { CONTROL_SOCKET } from '../../default-places.ts';
import { reasonOf } from '../../reason.ts';
import { askForClock } from '../clock-commands.ts';
import { surroundings } from '../surroundings.ts';
import type { LiveScreen, Terminal } from '../surroundings.ts';
import { formatUtcTime } from '../utc-time.ts';
import { wrap } from '../wrap.ts';
import { createLiveRows } from './live-rows.ts';
import { watchedFailover, watchedLeases, watchedLinks } from './watched.ts';
import type { Watched } from './watched.ts';

const EVERY_MS = 1_000;
const CTRL_C = '\u0003';

interface Options {
  readonly control: string;
  readonly link?: string;
  readonly active?: boolean;
}

export function addWatchCommands(program: Command): void {
  const watch = program.command('watch').description('what changes, in its place on the screen; q ends it');
  const add = (name: string, description: string, watched: (options: Options) => Watched): Command =>
    watch
      .command(name)
      .option('--control <socket>', 'the control socket of the daemon', CONTROL_SOCKET)
      .description(description)
      .action(async (options: Options) => {
        const around = surroundings();
        const live = around.screen();
        if (live === undefined) throw new Error(`a terminal is needed to watch something; "show ${name}" says it once`);
        if (live.screen.isPlain) throw new Error(`this terminal (TERM=dumb) can't show what changes in its place; "show ${name}" says it once`);
        await watchUntilEnough(name, options.control, watched(options), live, around.terminal);
      });

  add('leases', 'leases in the order of their addresses', ({ control, link, active }) => watchedLeases(control, { link, active }))
    .option('--active', 'only those that a client holds now')
    .option('--link <name>', 'only those of this link');
  add('links', 'links, their interfaces and pools', ({ control }) => watchedLinks(control));
  add('failover', 'the partner, and what both boxes know', ({ control }) => watchedFailover(control));
}

async function watchUntilEnough(name: string, control: string, watched: Watched, { screen, enough }: LiveScreen, { input }: Terminal): Promise<void> {
  const rows = createLiveRows(screen);
  const over = new AbortController();
  const isOver = (): boolean => over.signal.aborted;
  let next = new AbortController();
  const room = (): number => rows.room - 1;
  const onKeys = (keys: Buffer | string): void => {
    for (const key of keys.toString()) {
      if (key === 'q' || key === CTRL_C) over.abort();
      else if (key === ' ') watched.turn(room());
    }
    next.abort();
  };
  const keys = keysOf(input, onKeys, () => over.abort());
  enough.addEventListener('abort', () => over.abort(), { once: true });
  over.signal.addEventListener('abort', () => next.abort(), { once: true });
  if (enough.aborted) over.abort();
  try {
    while (!isOver()) {
      next = new AbortController();
      const { now, lines } = await frameOf(control, watched, room());
      await rows.show([`${name}  ${now}  q: end, space: next page`, ...lines]);
      if (isOver()) break;
      await wait(EVERY_MS, undefined, { signal: next.signal }).catch(() => undefined);
    }
  } finally {
    keys.release();
    await rows.end();
  }
}

/** Without a daemon this says so, and goes on when it is back. */
async function frameOf(control: string, watched: Watched, room: number): Promise<{ readonly now: string; readonly lines: readonly string[] }> {
  try {
    const { now } = await askForClock(control);
    return { now: formatUtcTime(now), lines: await watched.lines(room, Date.parse(now)) };
  } catch (error) {
    return { now: '(no answer)', lines: wrap('', reasonOf(error)).split('\n') };
  }
}

/** Key by key: the console does so by itself, the terminal of a shell has to be told. */
function keysOf(input: Terminal['input'], onKeys: (keys: Buffer | string) => void, onEnd: () => void): { release(): void } {
  const raw = 'setRawMode' in input ? (input as NodeJS.ReadStream) : undefined;
  raw?.setRawMode(true);
  input.on('data', onKeys).on('end', onEnd);
  return {
    release() {
      input.off('data', onKeys).off('end', onEnd);
      raw?.setRawMode(false);
      input.pause();
    },
  };
}

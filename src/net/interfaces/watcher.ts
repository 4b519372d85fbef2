/**
 * Watches the interfaces of this box. The monitor's lines say that something happened; what is true now is
 * always taken from a snapshot, so no order of events has to be understood. Snapshots that are due together
 * become one, and one is taken every half minute even when nothing is heard.
 */
import { parseMonitorLine, parseSnapshot } from './iproute2-output.ts';
import { startMonitor } from './monitor.ts';
import { repeatedSnapshots } from './repeated-snapshots.ts';
import { snapshotReader } from './snapshot-reader.ts';
import { interfaceChanges } from './state.ts';
import type { InterfaceChange, InterfaceState } from './state.ts';

/** A storm of events costs no more than this many snapshots a second: 20. */
const PAUSE_AFTER_SNAPSHOT_MS = 50;
const SNAPSHOT_EVERY_MS = 30_000;
/**
 * A monitor that was just started says nothing until something happens, so when it began to listen is not known:
 * mostly after 5 ms, but on a busy box it may take seconds. Snapshots close the gap, at twice the distance each time.
 */
const FIRST_GAP_MS = 250;

export interface InterfaceWatcherOptions {
  /** The iproute2 program; `ip` of the search path unless a test says otherwise. */
  readonly ipCommand?: string;
  /** Called with all changes since the last call; never empty. At first everything appears. */
  readonly onChanges: (changes: readonly InterfaceChange[]) => void;
  /** One line in plain words: the watch is impaired, or works again. */
  readonly onReport: (severity: 'info' | 'warning', text: string) => void;
}

export interface InterfaceWatcher {
  /** What the last snapshot showed, by name. */
  readonly interfaces: ReadonlyMap<string, InterfaceState>;
  close(): void;
}

export function watchInterfaces(options: InterfaceWatcherOptions): InterfaceWatcher {
  const ipCommand = options.ipCommand ?? 'ip';
  const interfaces = new Map<string, InterfaceState>();
  let before: readonly InterfaceState[] = [];
  /** From the monitor, since the last snapshot was begun. */
  let deleted = new Set<number>();
  let linkLocalRemoved = new Set<number>();
  /** Reported, and not yet over: the monitor does not stay alive. */
  let deaf = false;
  let afterStart: NodeJS.Timeout | undefined;

  const snapshots = repeatedSnapshots({
    reader: snapshotReader(ipCommand, [], 'address show', parseSnapshot),
    pauseMs: PAUSE_AFTER_SNAPSHOT_MS,
    subject: 'the state of the interfaces',
    begin() {
      const passing = { deleted, linkLocalRemoved };
      deleted = new Set();
      linkLocalRemoved = new Set();
      return {
        taken: ({ interfaces: now }) => apply(now, interfaceChanges(before, now, passing)),
        failed() {
          // What the monitor told stays to be looked at; of interfaces that nobody knows it means nothing.
          const known = new Set(before.map(({ ifindex }) => ifindex));
          deleted = deleted.union(passing.deleted).intersection(known);
          linkLocalRemoved = linkLocalRemoved.union(passing.linkLocalRemoved).intersection(known);
        },
      };
    },
    onReport: options.onReport,
  });

  function snapshotAgainAfter(milliseconds: number): void {
    clearTimeout(afterStart);
    if (milliseconds >= SNAPSHOT_EVERY_MS) return;
    afterStart = setTimeout(() => {
      snapshots.request();
      snapshotAgainAfter(2 * milliseconds);
    }, milliseconds);
  }

  function apply(now: readonly InterfaceState[], changes: readonly InterfaceChange[]): void {
    before = now;
    interfaces.clear();
    for (const state of now) interfaces.set(state.name, state);
    if (changes.length > 0) options.onChanges(changes);
  }

  function hear(text: string): void {
    const line = parseMonitorLine(text);
    if (line.kind === 'deleted') deleted.add(line.ifindex);
    if (line.kind === 'linkLocalRemoved') linkLocalRemoved.add(line.ifindex);
    snapshots.request();
  }

  const stopMonitor = startMonitor(ipCommand, ['link', 'address'], {
    onLine: hear,
    onStart() {
      snapshots.request();
      snapshotAgainAfter(FIRST_GAP_MS);
    },
    onEnd(reason) {
      if (!deaf) options.onReport('warning', `interface events are not heard: "${ipCommand} monitor" ended (${reason}); starting it again`);
      deaf = true;
    },
    onSettled() {
      if (deaf) options.onReport('info', 'interface events are heard again');
      deaf = false;
    },
  });
  const regularly = setInterval(() => snapshots.request(), SNAPSHOT_EVERY_MS);

  return {
    interfaces,
    close() {
      stopMonitor();
      snapshots.close();
      clearInterval(regularly);
      clearTimeout(afterStart);
    },
  };
}

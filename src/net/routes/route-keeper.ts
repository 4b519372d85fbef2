/**
 * Keeps the kernel's routes to delegated prefixes as they are to be (RFC 8987 section 4.2): those of clients through the
 * interface of their link, and behind them a route that says "unreachable" for all that a pool could delegate, so that nothing for
 * a prefix that nobody has is sent back to where it came from. They outlive this process: a restart interrupts no traffic.
 */
import { backOff } from '../back-off.ts';
import type { InterfaceChange, InterfaceState } from '../interfaces/state.ts';
import { kernelRoutes } from './kernel-routes.ts';
import { UNREACHABLE, behind, prefixOfKey, routeCommand, wayTo } from './route-table.ts';
import type { Way } from './route-table.ts';

/** Commands that are given together: some 20 ms of the kernel's. */
const BATCH_MAX = 1_000;

/** A link whose delegated prefixes are routed. */
export interface RoutedLink {
  readonly name: string;
  /** Of this box; the first that works is taken. */
  readonly interfaces: readonly string[];
  /** What its pools delegate from, as RFC 5952 text. */
  readonly blocks: readonly string[];
}

export interface RouteKeeperOptions {
  /** The iproute2 program; `ip` of the search path unless a test says otherwise. */
  readonly ipCommand?: string;
  /** One line in plain words: routes can't be set, or can again. */
  readonly onReport: (severity: 'info' | 'warning', text: string) => void;
  /** All is as it is to be. */
  readonly onSettled?: () => void;
}

export interface RouteKeeper {
  /** The links that count; what is known of prefixes stays. */
  configure(links: readonly RoutedLink[]): void;
  /** How a prefix is reached from now on; undefined: by nobody. */
  set(prefix: string, way: { readonly link: string; readonly via: string } | undefined): void;
  /** What the watcher tells: changes, and what the interfaces are after them. Before the first call nothing is set. */
  follow(changes: readonly InterfaceChange[], current: ReadonlyMap<string, InterfaceState>): void;
  /** Delegated prefixes that are to have a route, and those that the kernel has. */
  readonly count: { readonly wanted: number; readonly set: number };
  close(): void;
}

export function createRouteKeeper({ ipCommand = 'ip', onReport, onSettled }: RouteKeeperOptions): RouteKeeper {
  const kernel = kernelRoutes(ipCommand);
  const delays = backOff();
  const clients = new Map<string, { readonly link: string; readonly via: string }>();
  let links: readonly RoutedLink[] = [];
  /** By link, the interface that its routes go through; undefined: none works. */
  let ports = new Map<string, string | undefined>();
  let interfaces: ReadonlyMap<string, InterfaceState> | undefined;
  let known = new Map<string, Way>();
  /** Keys that may differ between here and the kernel. */
  const doubtful = new Set<string>();
  /** The kernel may have changed something by itself. */
  let mustList = true;
  let isBusy = false;
  let failures = 0;
  let retry: NodeJS.Timeout | undefined;
  let isClosed = false;
  let isScheduled = false;

  const wantedWay = (key: string): Way | undefined => {
    const client = clients.get(key);
    if (client !== undefined) {
      const port = ports.get(client.link);
      return port === undefined ? undefined : wayTo(client.via, port);
    }
    return blocks().has(key) ? UNREACHABLE : undefined;
  };

  let blockKeys: ReadonlySet<string> | undefined;
  const blocks = (): ReadonlySet<string> => (blockKeys ??= new Set(links.flatMap((link) => link.blocks.map(behind))));

  const doubtAll = (): void => {
    for (const keys of [clients.keys(), blocks(), known.keys()]) for (const key of keys) doubtful.add(key);
  };

  const goOn = (): void => {
    if (isBusy || isClosed || interfaces === undefined || retry !== undefined) return;
    if (mustList) {
      isBusy = true;
      mustList = false;
      kernel.list((found) => {
        isBusy = false;
        if ('error' in found) {
          mustList = true;
          failed(found.error);
          return;
        }
        known = found;
        doubtAll();
        goOn();
      });
      return;
    }
    const changes = takeChanges();
    if (changes.length === 0) {
      worked();
      onSettled?.();
      return;
    }
    isBusy = true;
    kernel.apply(changes.map(({ command }) => command), (error) => {
      isBusy = false;
      if (error !== undefined) {
        failed(error);
        return;
      }
      for (const { key, way } of changes) {
        if (way === undefined) known.delete(key);
        else known.set(key, way);
      }
      goOn();
    });
  };

  const takeChanges = (): { readonly key: string; readonly way: Way | undefined; readonly command: string }[] => {
    const changes = [];
    for (const key of doubtful) {
      doubtful.delete(key);
      const way = wantedWay(key);
      const before = known.get(key);
      if (way === before) continue;
      changes.push({ key, way, command: routeCommand(prefixOfKey(key), way, before) });
      if (changes.length === BATCH_MAX) break;
    }
    return changes;
  };

  /** The kernel drops routes by itself when a port goes: what is against us may be over by the time of a second look. */
  const failed = (error: string): void => {
    mustList = true;
    failures += 1;
    if (failures === 2) onReport('warning', `routes of delegated prefixes can't be set: ${error}; trying again`);
    retry = setTimeout(() => {
      retry = undefined;
      goOn();
    }, delays.next());
  };

  const worked = (): void => {
    if (failures >= 2) onReport('info', 'routes of delegated prefixes are set again');
    failures = 0;
    delays.reset();
  };

  const choosePorts = (): void => {
    ports = new Map(links.map(({ name, interfaces: names }) => [name, names.find((each) => isUsable(interfaces?.get(each)))]));
  };

  return {
    configure(next) {
      links = next;
      blockKeys = undefined;
      choosePorts();
      doubtAll();
      goOn();
    },
    set(prefix, way) {
      const before = clients.get(prefix);
      if (before?.link === way?.link && before?.via === way?.via) return;
      if (way === undefined) clients.delete(prefix);
      else clients.set(prefix, way);
      doubtful.add(prefix);
      // What one commit changed, or all that is known at the start, goes together.
      if (isScheduled) return;
      isScheduled = true;
      setImmediate(() => {
        isScheduled = false;
        goOn();
      });
    },
    follow(changes, current) {
      const isFirst = interfaces === undefined;
      interfaces = current;
      const ours = new Set(links.flatMap((link) => link.interfaces));
      if (!isFirst && !changes.some(({ state }) => ours.has(state.name))) return;
      // A port that was gone for a moment may have lost its routes although it is the same again.
      mustList = true;
      if (changes.some(({ kind }) => kind === 'gone' || kind === 'renamed' || kind === 'appeared')) kernel.forgetNames();
      choosePorts();
      goOn();
    },
    get count() {
      return { wanted: clients.size, set: [...known.values()].filter((way) => way !== UNREACHABLE).length };
    },
    close() {
      isClosed = true;
      clearTimeout(retry);
      kernel.close();
    },
  };
}

/** Where a packet can leave: a route through a port without a carrier would keep traffic from a way that works. */
function isUsable(state: InterfaceState | undefined): boolean {
  return state?.carrier === true && state.linkLocal?.state === 'ready';
}

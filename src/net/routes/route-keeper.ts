/**
 * Keeps the kernel's routes to delegated prefixes as they are to be (RFC 8987 section 4.2), to the prefixes of links that this box
 * is a router for, and to everywhere else by a gateway that the operator names: those of clients through the interface of their link, and behind them a route that says "unreachable" for all that
 * a pool could delegate, so that nothing for a prefix that nobody has is sent back to where it came from. They outlive this process: a
 * restart interrupts no traffic. The kernel has its own route to a link, too; ours shows others, by its protocol number, that hosts
 * are reached through this box, and where no port works one that says "unreachable" stands before the kernel's.
 */
import { backOff } from '../back-off.ts';
import type { InterfaceChange, InterfaceState } from '../interfaces/state.ts';
import { kernelRoutes } from './kernel-routes.ts';
import { ANYWHERE, CUT_OFF, UNREACHABLE, ahead, behind, prefixOfKey, routeCommand, wayOnto, wayTo } from './route-table.ts';
import type { Way } from './route-table.ts';

/** Commands that are given together: some 20 ms of the kernel's. */
const BATCH_MAX = 1_000;

/** A link whose delegated prefixes are routed. */
export interface RoutedLink {
  readonly name: string;
  /** Of this box; the one that a client was heard on is taken for it, else the first that works. */
  readonly interfaces: readonly string[];
  /** What its pools delegate from, as RFC 5952 text. */
  readonly blocks: readonly string[];
  /** What is on the link itself, as far as this box is to be a router for it. */
  readonly prefixes: readonly string[];
}

/** To the client that holds a prefix. */
export interface ClientWay {
  readonly link: string;
  /** Its link-local address. */
  readonly via: string;
  /** Where it was heard; undefined: that is not known, or there is no choice. */
  readonly interfaceName?: string | undefined;
}

/** The router behind which everything else is. */
export interface Gateway {
  readonly interfaceName: string;
  /** A link-local address, or one that is on-link there. */
  readonly address: string;
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
  /** The links that count, and the default route; what is known of prefixes stays. */
  configure(links: readonly RoutedLink[], gateway?: Gateway): void;
  /** How a prefix is reached from now on; undefined: by nobody. */
  set(prefix: string, way: ClientWay | undefined): void;
  /** Links that this box lets go of though their interfaces look well. */
  leave(links: readonly string[]): void;
  /** What the watcher tells: changes, and what the interfaces are after them. Before the first call nothing is set. */
  follow(changes: readonly InterfaceChange[], current: ReadonlyMap<string, InterfaceState>): void;
  /** Delegated prefixes that are to have a route, and those that the kernel has. */
  readonly count: { readonly wanted: number; readonly set: number };
  close(): void;
}

export function createRouteKeeper({ ipCommand = 'ip', onReport, onSettled }: RouteKeeperOptions): RouteKeeper {
  const kernel = kernelRoutes(ipCommand);
  const delays = backOff();
  const clients = new Map<string, ClientWay>();
  let links: readonly RoutedLink[] = [];
  let gateway: Gateway | undefined;
  /** By link, the interfaces that its routes may go through, the best first. */
  let ports = new Map<string, readonly string[]>();
  let left: readonly string[] = [];
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
      const usable = left.includes(client.link) ? [] : (ports.get(client.link) ?? []);
      const port = usable.find((name) => name === client.interfaceName) ?? usable[0];
      return port === undefined ? undefined : wayTo(client.via, port);
    }
    if (key === ANYWHERE) return gateway !== undefined && isUsable(interfaces?.get(gateway.interfaceName)) ? wayTo(gateway.address, gateway.interfaceName) : undefined;
    const link = fixed().get(key);
    if (link === undefined) return undefined;
    if (link === BEHIND) return UNREACHABLE;
    const port = ports.get(link)?.[0];
    if (key === ahead(prefixOfKey(key))) return port === undefined ? CUT_OFF : undefined;
    return port === undefined || left.includes(link) ? undefined : wayOnto(port);
  };

  /** What is there whoever holds a prefix: the default route, the links that prefixes are on, and what stands behind it all. */
  const fixed = (): ReadonlyMap<string, string> =>
    (fixedKeys ??= new Map([
      [ANYWHERE, ANYWHERE],
      ...links.flatMap(({ name, blocks, prefixes }): [string, string][] => [
        ...blocks.map((block): [string, string] => [behind(block), BEHIND]),
        ...prefixes.flatMap((prefix): [string, string][] => [[prefix, name], [ahead(prefix), name]]),
      ]),
    ]));
  let fixedKeys: ReadonlyMap<string, string> | undefined;

  const doubtAll = (): void => {
    for (const keys of [clients.keys(), fixed().keys(), known.keys()]) for (const key of keys) doubtful.add(key);
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
    if (failures === 2) onReport('warning', `routes can't be set: ${error}; trying again`);
    retry = setTimeout(() => {
      retry = undefined;
      goOn();
    }, delays.next());
  };

  const worked = (): void => {
    if (failures >= 2) onReport('info', 'routes are set again');
    failures = 0;
    delays.reset();
  };

  const choosePorts = (): void => {
    ports = new Map(links.map(({ name, interfaces: names }) => [name, names.filter((each) => isUsable(interfaces?.get(each)))]));
  };

  return {
    configure(next, nextGateway) {
      links = next;
      gateway = nextGateway;
      fixedKeys = undefined;
      choosePorts();
      doubtAll();
      goOn();
    },
    set(prefix, way) {
      const before = clients.get(prefix);
      if (before?.link === way?.link && before?.via === way?.via && before?.interfaceName === way?.interfaceName) return;
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
    leave(next) {
      if (next.length === left.length && next.every((name) => left.includes(name))) return;
      left = next;
      doubtAll();
      goOn();
    },
    follow(changes, current) {
      const isFirst = interfaces === undefined;
      interfaces = current;
      const ours = new Set([...links.flatMap((link) => link.interfaces), gateway?.interfaceName]);
      if (!isFirst && !changes.some(({ state }) => ours.has(state.name))) return;
      // A port that was gone for a moment may have lost its routes although it is the same again.
      mustList = true;
      if (changes.some(({ kind }) => kind === 'gone' || kind === 'renamed' || kind === 'appeared')) kernel.forgetNames();
      choosePorts();
      goOn();
    },
    get count() {
      return { wanted: clients.size, set: [...known].filter(([key, way]) => way !== UNREACHABLE && way !== CUT_OFF && !fixed().has(key)).length };
    },
    close() {
      isClosed = true;
      clearTimeout(retry);
      kernel.close();
    },
  };
}

const BEHIND = '';

/** Where a packet can leave: a route through a port without a carrier would keep traffic from a way that works. */
function isUsable(state: InterfaceState | undefined): boolean {
  return state?.carrier === true && state.linkLocal?.state === 'ready';
}

/**
 * By which interfaces this box has a default route that works: a router without one is no default router for others (RFC 7084 G-4,
 * G-5). Whoever sets the route: an operator, a routing daemon, the kernel by another router's advertisement.
 */
import * as v from 'valibot';
import { startMonitor } from '../interfaces/monitor.ts';
import { repeatedSnapshots } from '../interfaces/repeated-snapshots.ts';
import { snapshotReader } from '../interfaces/snapshot-reader.ts';

/** Changes of routes that come in a storm cost no more than so many looks a second: 4. */
const PAUSE_AFTER_LOOK_MS = 250;
/** For what nobody tells: whether a router far away still answers shows in the kernel's flags. */
const LOOK_EVERY_MS = 30_000;

export interface DefaultRouteOptions {
  /** The iproute2 program; `ip` of the search path unless a test says otherwise. */
  readonly ipCommand?: string;
  /** After each look, whether it shows anything new or not: the interfaces, each once. */
  readonly onLook: (interfaces: readonly string[]) => void;
  /** One line in plain words: the watch is impaired, or works again. */
  readonly onReport: (severity: 'info' | 'warning', text: string) => void;
}

export interface DefaultRouteWatch {
  /** Looks again: a port whose carrier went has changed no route, as the kernel sees it. */
  look(): void;
  close(): void;
}

export function watchDefaultRoute({ ipCommand = 'ip', onLook, onReport }: DefaultRouteOptions): DefaultRouteWatch {
  const snapshots = repeatedSnapshots({
    reader: snapshotReader(ipCommand, ['-6'], 'route show default', parseDefaultRoutes),
    pauseMs: PAUSE_AFTER_LOOK_MS,
    subject: 'the default route',
    begin: () => ({ taken: ({ interfaces }) => onLook(interfaces) }),
    onReport,
  });
  const look = (): void => snapshots.request();

  const stopMonitor = startMonitor(ipCommand, ['route'], {
    onLine(line) {
      if (DEFAULT.test(line)) look();
    },
    onStart: look,
    // The interfaces' own monitor says it where none of them stays alive.
    onEnd: look,
    onSettled: look,
  });
  const regularly = setInterval(look, LOOK_EVERY_MS);

  return {
    look,
    close() {
      stopMonitor();
      snapshots.close();
      clearInterval(regularly);
    },
  };
}

/** `default via fe80::1 dev eth0 ...`, `Deleted default ...`, `unreachable default ...`; IPv4 has its own, which cost a look. */
const DEFAULT = /^(Deleted )?([a-z]+ )?default\b/;

const Hop = v.object({ dev: v.optional(v.string()), flags: v.optional(v.array(v.string()), []) });
const Routes = v.array(v.object({ ...Hop.entries, type: v.optional(v.string(), 'unicast'), nexthops: v.optional(v.array(Hop), []) }));

type DefaultRoutes =
  | { readonly ok: true; readonly interfaces: readonly string[] }
  | { readonly ok: false; readonly reason: string };

function parseDefaultRoutes(line: string): DefaultRoutes {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return { ok: false, reason: 'what iproute2 prints is no JSON' };
  }
  const parsed = v.safeParse(Routes, json);
  if (!parsed.success) return { ok: false, reason: 'what iproute2 prints is no list of routes' };
  const hops = parsed.output.filter(({ type }) => type === 'unicast').flatMap((route) => [route, ...route.nexthops]);
  const working = hops.filter(({ flags }) => !flags.includes('linkdown') && !flags.includes('dead'));
  return { ok: true, interfaces: [...new Set(working.flatMap(({ dev }) => dev ?? []))] };
}

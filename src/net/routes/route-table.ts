/** What the kernel's routing table is to hold of ours, in the words of iproute2. */
import * as v from 'valibot';
import { formatPrefix, parseAddress, parsePrefix } from '../../wire/index.ts';

/**
 * Marks our routes in the kernel, so that they are told from everybody else's; a number that nobody has in
 * /etc/iproute2/rt_protos.
 */
const PROTOCOL = 229;
/** Of the route that stands behind all those to clients: those have 1024, the kernel's own default, and go first. */
const BEHIND = 2048;
/** Of the route that says so of a link whose hosts can't be reached: the kernel's own to it has 256, and stays without a carrier. */
const AHEAD = 128;

/** Where the default route leads. */
export const ANYWHERE = '::/0';

/** `fe80::1 lan1`, or what is said of a prefix that nobody behind this box has. */
export type Way = string;
export const UNREACHABLE: Way = 'unreachable';
/** The same of a link as a whole. */
export const CUT_OFF: Way = 'cut-off';

export function wayTo(gateway: string, interfaceName: string): Way {
  return `${gateway} ${interfaceName}`;
}

/** To hosts that are there themselves. */
export function wayOnto(interfaceName: string): Way {
  return wayTo(ON_LINK, interfaceName);
}

const ON_LINK = 'on-link';

/** @param way undefined: none any more @param known what is there now */
export function routeCommand(prefix: string, way: Way | undefined, known: Way | undefined): string {
  const verb = way === undefined ? 'del' : 'replace';
  const metric = { [UNREACHABLE]: BEHIND, [CUT_OFF]: AHEAD }[way ?? known ?? ''];
  if (metric !== undefined) return `route ${verb} unreachable ${prefix} metric ${metric} proto ${PROTOCOL}\n`;
  const [gateway, interfaceName] = (way ?? known ?? '').split(' ');
  const via = gateway === ON_LINK ? '' : `via ${gateway} `;
  return `route ${verb} ${prefix} ${via}dev ${interfaceName} proto ${PROTOCOL}\n`;
}

export const LIST_COMMAND = `route show proto ${PROTOCOL}\n`;
/** Prints a line whatever became of the commands before it. */
export const BARRIER_COMMAND = 'link show dev lo\n';

const Routes = v.array(
  v.object({ dst: v.string(), type: v.optional(v.string()), gateway: v.optional(v.string()), dev: v.optional(v.string()), metric: v.optional(v.number()) }),
);

/** @returns by prefix, what `LIST_COMMAND` printed; undefined where that is no list of routes */
export function parseRoutes(line: string): Map<string, Way> | undefined {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return undefined;
  }
  const parsed = v.safeParse(Routes, json);
  if (!parsed.success) return undefined;
  const found = new Map<string, Way>();
  for (const { dst, type, gateway, dev, metric } of parsed.output) {
    const prefix = dst === 'default' ? ANYWHERE : prefixOf(dst);
    if (prefix === undefined) continue;
    if (type === UNREACHABLE && metric === AHEAD) found.set(ahead(prefix), CUT_OFF);
    else if (type === UNREACHABLE) found.set(behind(prefix), UNREACHABLE);
    else found.set(prefix, wayTo(gateway ?? ON_LINK, dev ?? ''));
  }
  return found;
}

/** The key of the route behind the others, which may be to a prefix that a client has as a whole. */
export function behind(prefix: string): string {
  return `${prefix} behind`;
}

/** The key of the route that goes before the kernel's own. */
export function ahead(prefix: string): string {
  return `${prefix} ahead`;
}

/** The prefix of a key. */
export function prefixOfKey(key: string): string {
  return key.split(' ', 1)[0] ?? key;
}

/** A prefix of all 128 bits is printed as an address. */
function prefixOf(text: string): string | undefined {
  const prefix = parsePrefix(text.includes('/') ? text : `${text}/128`);
  if (prefix !== undefined) return formatPrefix(prefix);
  return parseAddress(text) === undefined ? undefined : text;
}

/** What this box is to the hosts of its links as a router, from what the core and the kernel say to what radvd sends. */
import { readFileSync } from 'node:fs';
import type { RouterStanding } from '../appliance/index.ts';
import type { AdvertisedLink, ApplianceConfiguration } from '../config/index.ts';
import type { Alarms } from '../control/index.ts';
import type { Severity } from '../failover/index.ts';
import { createAdvertiser, watchDefaultRoute } from '../net/index.ts';
import type { RouterAdvertisement } from '../net/index.ts';
import { formatAddress, formatPrefix } from '../wire/index.ts';

export interface KeptAdvertisements {
  /** Before the first call nothing changes, of what an earlier daemon left either. */
  configure(configuration: Pick<ApplianceConfiguration, 'advertisedLinks'>): void;
  stand(standings: readonly RouterStanding[]): void;
  /** Interfaces changed. */
  follow(): void;
  /** The daemon ends, and the kernel goes on forwarding: what hosts are told stays. */
  leave(): void;
  /** The same, but hosts are told to go by another router. */
  end(): void;
}

export interface AdvertisementParts {
  /** For radvd's files. */
  readonly directory: string;
  readonly report: (severity: Severity, text: string) => void;
  readonly alarms: Pick<Alarms, 'raise' | 'clear'>;
}

export function keepAdvertisements({ directory, report, alarms }: AdvertisementParts): KeptAdvertisements {
  let links: readonly AdvertisedLink[] | undefined;
  let standings: readonly RouterStanding[] = [];
  let defaultRoutes: readonly string[] | undefined;
  const raised = new Map<string, string>();

  const say = (id: string, text: string | undefined, advice: string): void => {
    const before = raised.get(id);
    if (before === text) return;
    if (text === undefined) {
      raised.delete(id);
      alarms.clear(id);
      report('info', `over: ${before ?? ''}`);
      return;
    }
    raised.set(id, text);
    alarms.raise(id, text, { severity: 'error', advice });
    if (before === undefined) report('error', text);
  };

  const advertiser = createAdvertiser({
    directory,
    onTrouble: (reason) =>
      say(
        'router-advertisements',
        reason === undefined ? undefined : `router advertisements are not sent, hosts lose their default router in time: radvd ended (${reason})`,
        'Install radvd, if it is missing. It is tried again all the time.',
      ),
  });

  const bringAbout = (): void => {
    if (links === undefined || (links.length > 0 && (defaultRoutes === undefined || standings.length === 0))) return;
    const facts = { standings, defaultRoutes: defaultRoutes ?? [], isForwarding };
    advertiser.set(advertisementsOf(links, facts));
    if (links.length === 0) say('router-advertisements', undefined, '');
    const routers = links.filter(({ routerLifetime }) => routerLifetime > 0);
    const closed = routers.filter(({ interfaces }) => !interfaces.some(isForwarding)).map(({ name }) => name);
    say(
      'not-forwarding',
      closed.length === 0 ? undefined : `this box is to be a router for ${closed.join(', ')}, and its kernel forwards nothing: hosts are told not to send to it`,
      'Let it: "sysctl -w net.ipv6.conf.all.forwarding=1", also at each start.',
    );
    const ways = waysOut(links, facts.defaultRoutes);
    const cutOff = ways.length > 0 ? [] : routers.filter(({ needsDefaultRoute }) => needsDefaultRoute).map(({ name }) => name);
    say(
      'no-default-route',
      cutOff.length === 0 ? undefined : `this box has no default route that works: hosts on ${cutOff.join(', ')} are told not to send to it`,
      'Look after the port to the rest of the network and its cable, and whether there is a default route ("ip -6 route show default").',
    );
  };

  // A box that is no router for its hosts does without.
  let watch: ReturnType<typeof watchDefaultRoute> | undefined;
  const watchOrNot = (isRouter: boolean): void => {
    if (!isRouter) {
      watch?.close();
      watch = undefined;
      return;
    }
    watch ??= watchDefaultRoute({
      onLook(interfaces) {
        defaultRoutes = interfaces;
        bringAbout();
      },
      onReport: report,
    });
  };

  return {
    configure(next) {
      links = next.advertisedLinks;
      watchOrNot(links.length > 0);
      bringAbout();
    },
    stand(next) {
      standings = next;
      bringAbout();
    },
    follow() {
      watch?.look();
    },
    leave() {
      watch?.close();
      advertiser.leave();
    },
    end() {
      watch?.close();
      advertiser.end();
    },
  };
}

/** What decides besides the configuration. */
export interface RouterFacts {
  readonly standings: readonly RouterStanding[];
  /** Interfaces with a default route that works. */
  readonly defaultRoutes: readonly string[];
  readonly isForwarding: (interfaceName: string) => boolean;
}

/** Nothing is said on a link that nobody knows anything of. */
export function advertisementsOf(links: readonly AdvertisedLink[], { standings, defaultRoutes, isForwarding: forwards }: RouterFacts): readonly RouterAdvertisement[] {
  const hasWayOut = waysOut(links, defaultRoutes).length > 0;
  return links.flatMap((link) => {
    const standing = standings.find((one) => one.link === link.name);
    if (standing === undefined) return [];
    const { managed, otherConfig, interval, autonomous, preferred, valid, domainSearch } = link;
    const isWay = !standing.isLeft && (hasWayOut || !link.needsDefaultRoute);
    return link.interfaces.map((interfaceName) => ({
      interfaceName,
      managed,
      otherConfig,
      interval,
      routerLifetime: isWay && forwards(interfaceName) ? link.routerLifetime : 0,
      preference: standing.preference,
      prefixes: link.prefixes.map(formatPrefix),
      autonomous,
      preferred,
      valid,
      dnsServers: link.dnsServers.map(formatAddress),
      domainSearch,
    }));
  });
}

/** A default route back into a link of hosts is none. */
function waysOut(links: readonly AdvertisedLink[], defaultRoutes: readonly string[]): readonly string[] {
  return defaultRoutes.filter((name) => !links.some(({ interfaces }) => interfaces.includes(name)));
}

function isForwarding(interfaceName: string): boolean {
  try {
    return readFileSync(`/proc/sys/net/ipv6/conf/${interfaceName}/forwarding`, 'utf8').trim() === '1';
  } catch {
    // There is no such interface; radvd waits for it.
    return true;
  }
}

/** The routes to clients and their prefixes, and the default route, from what the core says to what the kernel has. */
import type { Appliance, DelegatedRoute, RouterStanding } from '../appliance/index.ts';
import type { ApplianceConfiguration } from '../config/index.ts';
import type { Severity } from '../failover/index.ts';
import { createRouteKeeper } from '../net/index.ts';
import type { Gateway, RoutedLink, RouteKeeper } from '../net/index.ts';
import { formatAddress, formatPrefix } from '../wire/index.ts';

export interface KeptRoutes extends Pick<RouteKeeper, 'follow' | 'close'> {
  set(route: DelegatedRoute): void;
  configure(configuration: ApplianceConfiguration): void;
  stand(standings: readonly RouterStanding[]): void;
}

export function keepRoutes(
  appliance: Pick<Appliance, 'routes'>,
  configuration: ApplianceConfiguration,
  report: (severity: Severity, text: string) => void,
): KeptRoutes {
  const keeper = createRouteKeeper({ onReport: report });
  let routed = configuration.routedLinks;
  const set = ({ prefix, way }: DelegatedRoute): void => {
    const isOurs = way !== undefined && routed.includes(way.link);
    keeper.set(formatPrefix(prefix), isOurs ? { ...way, via: formatAddress(way.via) } : undefined);
  };
  const configure = (next: ApplianceConfiguration): void => {
    routed = next.routedLinks;
    keeper.configure(routedLinks(next), gatewayOf(next));
    for (const route of appliance.routes()) set(route);
  };
  configure(configuration);
  return {
    set,
    configure,
    stand: (standings) => keeper.leave(standings.filter(({ isLeft }) => isLeft).map(({ link }) => link)),
    follow: (changes, current) => keeper.follow(changes, current),
    close: () => keeper.close(),
  };
}

function gatewayOf({ defaultGateway }: ApplianceConfiguration): Gateway | undefined {
  return defaultGateway && { interfaceName: defaultGateway.interface, address: formatAddress(defaultGateway.address) };
}

function routedLinks({ routedLinks: names, advertisedLinks, server }: ApplianceConfiguration): readonly RoutedLink[] {
  return server.links.flatMap(({ name, interfaces, prefixPools, prefixes }) => {
    const isRouter = advertisedLinks.some((link) => link.name === name);
    const isRouted = names.includes(name);
    if (!isRouter && !isRouted) return [];
    return {
      name,
      interfaces,
      blocks: isRouted ? prefixPools.map(({ prefix }) => formatPrefix(prefix)) : [],
      prefixes: isRouter ? prefixes.map(formatPrefix) : [],
    };
  });
}

/** The routes of delegated prefixes, from what the core says to what the kernel has. */
import type { Appliance, DelegatedRoute } from '../appliance/index.ts';
import type { ApplianceConfiguration } from '../config/index.ts';
import type { Severity } from '../failover/index.ts';
import { createRouteKeeper } from '../net/index.ts';
import type { RoutedLink, RouteKeeper } from '../net/index.ts';
import { formatAddress, formatPrefix } from '../wire/index.ts';

export interface KeptRoutes extends Pick<RouteKeeper, 'follow' | 'close'> {
  set(route: DelegatedRoute): void;
  configure(configuration: ApplianceConfiguration): void;
}

export function keepRoutes(
  appliance: Pick<Appliance, 'routes'>,
  configuration: ApplianceConfiguration,
  report: (severity: Severity, text: string) => void,
): KeptRoutes {
  const keeper = createRouteKeeper({ onReport: report });
  const set = ({ prefix, way }: DelegatedRoute): void => {
    keeper.set(formatPrefix(prefix), way === undefined ? undefined : { link: way.link, via: formatAddress(way.via) });
  };
  const configure = (next: ApplianceConfiguration): void => {
    keeper.configure(routedLinks(next));
    for (const route of appliance.routes()) set(route);
  };
  configure(configuration);
  return {
    set,
    configure,
    follow: (changes, current) => keeper.follow(changes, current),
    close: () => keeper.close(),
  };
}

function routedLinks({ routedLinks: names, server }: ApplianceConfiguration): readonly RoutedLink[] {
  return server.links
    .filter(({ name }) => names.includes(name))
    .map(({ name, interfaces, prefixPools }) => ({ name, interfaces, blocks: prefixPools.map(({ prefix }) => formatPrefix(prefix)) }));
}

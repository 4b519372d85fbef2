import type { LoadedConfiguration } from './configuration/loaded-configuration.ts';
import type { ClientInterface } from '../net/index.ts';

/** On which interfaces messages of clients and relays come, and for which link each is. */
export function clientInterfaces({ appliance }: LoadedConfiguration): readonly ClientInterface[] {
  return [
    ...appliance.server.links.flatMap((link) =>
      link.interfaces.map((interfaceName) => ({ link: link.name, interfaceName })),
    ),
    ...appliance.relayInterfaces.map((interfaceName) => ({ link: 'relays', interfaceName })),
    ...[...partnerInterfaces(appliance)].map((interfaceName) => ({ link: 'partner', interfaceName })),
  ];
}

/** Where this box is a relay agent for a partner. */
function partnerInterfaces({ relationships }: LoadedConfiguration['appliance']): ReadonlySet<string> {
  return new Set(relationships.flatMap(({ relayByUdp }) => relayByUdp ?? []));
}

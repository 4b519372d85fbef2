/** What ties the box to its partners: the connections to their daemons, and echoes of their kernels. */
import type { LoadedConfiguration } from './loaded-configuration.ts';
import type { FailoverEvent } from './failover/index.ts';
import { createPartnerHosts, createPartnerLinks } from './net/index.ts';
import type { InterfaceWatcher, PartnerLinks } from './net/index.ts';
import type { Partners } from './partner-certificates.ts';
import { epochSeconds } from './wire/index.ts';

export interface PartnerConnections {
  readonly links: PartnerLinks;
  /** Listens, and watches the partners' hosts; nothing where there is no partner. @returns whether there is one */
  open(configuration: LoadedConfiguration, partners: Partners): boolean;
  follow(interfaces: InterfaceWatcher['interfaces']): void;
  /** Resolves when the last words are sent, or could not be. */
  close(): Promise<void>;
}

export function createPartnerConnections(
  onEvent: (event: FailoverEvent) => void,
  onReport: (severity: 'info' | 'warning', text: string) => void,
): PartnerConnections {
  const clock = () => epochSeconds(Math.floor(Date.now() / 1_000));
  const links = createPartnerLinks({ onEvent, onReport, clock });
  const hosts = createPartnerHosts({ onEvent, onReport });
  return {
    links,
    open({ appliance: { management } }, { identity, relationships, pairings }) {
      if (management === undefined || relationships.length === 0) return false;
      const port = { interfaceName: management.interface, address: management.address.address };
      links.configure({ management: port, identity, relationships, pairings });
      hosts.configure(port, relationships.map(({ name, partnerAddress }) => ({ relationship: name, address: partnerAddress })));
      for (const { name } of relationships) hosts.ask(name);
      return true;
    },
    follow(interfaces) {
      links.follow(interfaces);
      hosts.follow(interfaces);
    },
    async close() {
      await links.stop();
      hosts.close();
    },
  };
}

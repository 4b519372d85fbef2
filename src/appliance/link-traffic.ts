/** How much was heard from clients, and said to them, on each interface: what the partner is told of a link is their sum. */
import type { LinkTraffic } from '../failover/index.ts';
import type { ServerConfiguration } from '../server/index.ts';

export interface LinkTrafficCount {
  received(interfaceName: string): void;
  sent(interfaceName: string): void;
  /** Since the start; 0 for a link that this box has no interface on. */
  of(link: string): LinkTraffic;
  configure(configuration: ServerConfiguration): void;
}

interface Count {
  received: number;
  sent: number;
}

export function createLinkTraffic(initial: ServerConfiguration): LinkTrafficCount {
  let { links } = initial;
  const counts = new Map<string, Count>();
  const countOf = (interfaceName: string): Count => {
    let count = counts.get(interfaceName);
    if (count === undefined) counts.set(interfaceName, (count = { received: 0, sent: 0 }));
    return count;
  };
  return {
    received(interfaceName) {
      countOf(interfaceName).received++;
    },
    sent(interfaceName) {
      countOf(interfaceName).sent++;
    },
    of(link) {
      const total = { received: 0, sent: 0 };
      for (const interfaceName of links.find(({ name }) => name === link)?.interfaces ?? []) {
        const { received, sent } = countOf(interfaceName);
        total.received += received;
        total.sent += sent;
      }
      return total;
    },
    configure(configuration) {
      ({ links } = configuration);
    },
  };
}

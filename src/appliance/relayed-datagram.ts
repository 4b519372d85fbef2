/** Clients' messages on their way from one box to the other, as the rooms of the appliance see them. */
import type { OfferedMessage, RelayedMessage } from '../failover/index.ts';
import type { Link } from '../server/index.ts';
import { RelayOutcome, SERVER_PORT } from '../wire/index.ts';
import type { Datagram } from '../wire/index.ts';
import type { ReceivedDatagram, RelayedDatagram } from './event.ts';

/** What this box leaves to its partner; undefined where it is on a link without a partner, or without a prefix to name it by. */
export function offeredMessage(link: Link, datagram: ReceivedDatagram, decoded: Datagram): OfferedMessage | undefined {
  const [prefix] = link.prefixes;
  if (link.relationship === undefined || prefix === undefined) return undefined;
  const { interfaceName, source, sourcePort, bytes } = datagram;
  // Of a prefix the first address is that of its routers (RFC 4291 section 2.6.1): it names the link whoever says it.
  return { link: link.name, linkAddress: prefix.address, interfaceName, source, sourcePort, bytes, decoded };
}

/** What the partner heard, as if it had come on the link itself: the header around it is not to be kept with a lease. */
export function relayedDatagram(message: RelayedMessage): ReceivedDatagram & { readonly relayed: RelayedDatagram } {
  return {
    bytes: message.bytes,
    interfaceName: `relayed in ${message.relationship}`,
    source: message.source,
    sourcePort: SERVER_PORT,
    destination: 'multicast',
    relayed: { message, outcome: RelayOutcome.WAITING },
  };
}

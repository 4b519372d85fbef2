/**
 * Sockets towards the clients and towards the partners, and what the kernel says of the interfaces they stand on.
 *
 * - `udp/`: UDP in batches through a C addon of our own, one socket an interface (RFC 9915 section 7: ports and
 *   multicast groups; RFC 8357: the sender's port).
 * - `interfaces/`: link and address state from iproute2, as snapshots and changes (RFC 4862 section 5.4: duplicate
 *   addresses).
 * - `partner/`: connections between failover partners (RFC 8156 sections 5.1, 6.1, 10; RFC 7653 sections 8.2, 9.1).
 * - `tls/`: TLS with both, and when a handshake may begin (RFC 7653 sections 8.2 and 9.1, RFC 9325).
 * - `frames.ts`, `troubles.ts`: how both read messages, and tell what goes wrong.
 * - `echo/`: whether a partner's box is there at all, by ICMPv6 echoes (RFC 4443 section 4).
 * - `beacon/`: what the boxes of a pair say to each other on the links that clients are on (RFC 4443 section 2.1).
 * - `routes/`: the kernel's routes to delegated prefixes (RFC 8987 section 4.2), and whether it has a default route.
 * - `advertisements/`: what hosts are told of this box as a router, by radvd (RFC 4861 section 6.2).
 * - `dns/`: updates of the DNS, signed (RFC 2136, RFC 8945).
 * - `leasequery/`: requestors over TCP, with TLS or without (RFC 5460; RFC 7653 section 9.1).
 * - `interface-addresses.ts`: the addresses of this box on its ports, where nobody else sets them.
 * - `icmpv6-socket.ts`: what echoes and beacons go through (RFC 3542).
 * - `probe-ports.ts`: asks as a client where the partner serves clients (RFC 9915 section 18.2.1).
 * - `client-ports.ts`, `client-port.ts`: keep a socket open on each configured interface for as long as that exists.
 */
export type { ClientInterface, ClientPort } from './client-port.ts';
export { createClientPorts, type ClientPorts } from './client-ports.ts';
export { createDnsSender, type DnsSender, type ZoneServers } from './dns/sender.ts';
export { createAdvertiser } from './advertisements/advertiser.ts';
export { radvdText, type RouterAdvertisement } from './advertisements/radvd-text.ts';
export { createBeaconPorts, type BeaconPorts } from './beacon/beacon-ports.ts';
export { createPartnerHosts, type PartnerHosts } from './echo/partner-hosts.ts';
export { createLeasequeryServer, type LeasequeryConnection, type LeasequeryServer } from './leasequery/server.ts';
export type { InterfaceChange, InterfaceState } from './interfaces/state.ts';
export { watchInterfaces, type InterfaceWatcher } from './interfaces/watcher.ts';
export { keepInterfaceAddresses, type InterfaceAddressKeeper, type KeptAddress } from './interface-addresses.ts';
export { createPartnerLinks, type PartnerLinks } from './partner/partner-links.ts';
export type { PartnerEvent } from './partner/open-links.ts';
export type { PartnerRelationship } from './partner/relationship.ts';
export { createProbePorts } from './probe-ports.ts';
export { watchDefaultRoute } from './routes/default-route.ts';
export { createRouteKeeper, type Gateway, type RoutedLink, type RouteKeeper } from './routes/route-keeper.ts';
export type { ReceivedBatch } from './udp/shared-memory.ts';

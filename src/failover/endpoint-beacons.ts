/**
 * Whether the partner sends beacons on the links of both (R-LH1): the two say so when they connect, and from then on each has a
 * key for them that comes from that connection. The beacons themselves are no business of failover: they carry no binding, and
 * never count as communications (R-PD2).
 */
import { ExtensionCode, extensionOf, monotonicMs } from '../wire/index.ts';
import type { Now, VendorSuboption } from '../wire/index.ts';
import type { Connection } from './connection.ts';
import type { Endpoint } from './endpoint.ts';

/** Both boxes have their keys by then, and the first beacons came. */
const FIRST_MS = 1_000;

/** This box's session; undefined where it sends no beacons: their key comes from TLS, without which anybody could send them. */
export function ownSession({ beaconSession, configuration: { relaying, insecure } }: Endpoint): string | undefined {
  return relaying && !insecure ? beaconSession : undefined;
}

/** What the partner says of its beacons. */
export function beaconsHeard(endpoint: Endpoint, { id, extensions }: Connection, vendor: readonly VendorSuboption[], now: Now): void {
  const session = extensionOf(vendor, ExtensionCode.BEACON_SESSION);
  if (session === undefined || ownSession(endpoint) === undefined || !extensions.includes(ExtensionCode.BEACON_SESSION)) return;
  endpoint.relaying.partnerBeacons = { session, since: monotonicMs(now.monotonic + FIRST_MS) };
  endpoint.emit({ kind: 'beaconKey', relationship: endpoint.configuration.name, connection: id });
}

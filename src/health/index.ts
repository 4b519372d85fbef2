/**
 * Whether this box reaches the clients on its links: signals to a verdict, with evidence (RFC 7031 section 4.7). A verdict says
 * what is seen, to an operator and to the partner. It is never authority over leases.
 */
export { BEACON_INTERVAL_MS } from './beacon.ts';
export type { Beacon, BeaconMark } from './beacon.ts';
export { createBeaconEar } from './beacon-ear.ts';
export type { BeaconEar } from './beacon-ear.ts';
export { createHeardTransactions } from './heard-transactions.ts';
export { createLastingRank, linkRank } from './lasting-rank.ts';
export type { LastingRank, LinkRank } from './lasting-rank.ts';
export { PROBE_CLIENT, isProbe, probeSolicit } from './probe-message.ts';
export { createServerProbe } from './server-probe.ts';
export type { ServerProbe } from './server-probe.ts';
export { judgeLink } from './link-verdict.ts';
export type { InterfaceSignals, LanSignals } from './link-verdict.ts';

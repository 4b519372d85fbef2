import type { HashKey, LeaseName, LeaseTable } from '../lease/index.ts';
import type { ClockReport, Duid, LinkHealth } from '../wire/index.ts';
import type { RelationshipConfiguration } from './configuration.ts';
import type { EndpointRecord } from './endpoint-record.ts';

/** One opening of this box's database. */
export interface DatabaseGeneration {
  /** 8 octets */
  readonly id: Uint8Array;
  /** The counter of commits when it began, which is where the one before it ended. */
  readonly start: number;
}

/** What the partners are told of this box's stable storage, and what it is compared with. */
export interface DatabaseFacts {
  /** Every opening that is known, oldest first; the last one is this. */
  readonly generations: readonly DatabaseGeneration[];
  /** Something is missing from stable storage, and nobody has accepted that. */
  readonly isLost: boolean;
  /** It is known which leases are missing, and nothing else is: what is recorded of the endpoints is as it was written last. */
  readonly onlyLeasesLost?: boolean;
}

/** What the clock of the box is worth (R-ST2). */
export interface ClockFacts {
  isTrusted(): boolean;
  /** Stable storage has what is known of the timescales: partners may be told of it. */
  isDurable(): boolean;
  /** Whether a time of an endpoint's record with this timescale is exact; else it is an upper bound. */
  readonly isExact: (timescale: number) => boolean;
  /** What partners are told. */
  report(): ClockReport;
}

export type LinkTraffic = Pick<LinkHealth, 'received' | 'sent'>;

export interface FailoverParameters {
  readonly relationships: readonly RelationshipConfiguration[];
  /** What stable storage has of the endpoints. */
  readonly endpoints: readonly EndpointRecord[];
  readonly database: DatabaseFacts;
  readonly clock: ClockFacts;
  /** The last commit that is durable. */
  readonly commitCounter: () => number;
  readonly table: LeaseTable;
  /** How many lease records the box keeps: no partner can make it keep more. */
  readonly leasesMax: number;
  /** The DUID that this box has for its clients (RFC 9915 section 11). */
  readonly serverId: Duid;
  /** Random at each start: under it clients are remembered. */
  readonly hashKey: HashKey;
  /** Messages that came from clients on a link, and answers that went there, since the start. */
  readonly linkTraffic: (link: string) => LinkTraffic;
  /** Random at each start, 16 hexadecimal digits: which run of the program its beacons belong to; undefined: it sends none. */
  readonly beaconSession?: string | undefined;
  /** Of this program, which partners are told; undefined: they are not. */
  readonly programVersion?: string | undefined;
  /** Up to `count` delegable prefixes of the pool that this box, the primary, could give to clients. */
  readonly takeForPartner: (pool: number, count: number) => readonly LeaseName[];
  /** Up to `count` prefixes of the pool that the secondary could give to clients, and would give last. */
  readonly takeFromPartner: (pool: number, count: number) => readonly LeaseName[];
}

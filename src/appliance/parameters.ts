/** What an appliance begins with. */
import type { ClockStart } from '../clock/index.ts';
import type { DatabaseFacts, EndpointRecord, RelationshipConfiguration } from '../failover/index.ts';
import type { HashKey, LeaseTable } from '../lease/index.ts';
import type { ServerConfiguration } from '../server/index.ts';
import type { Duid } from '../wire/index.ts';
import type { DnsStart } from './dns-work.ts';
import type { ReconfigureStart } from './reconfigure/reconfigures.ts';
import type { LostRecords } from './storage-state.ts';

export interface ApplianceParameters {
  readonly configuration: ServerConfiguration;
  /** This server's DUID, the same for the life of the box (RFC 9915 section 11). */
  readonly serverId: Duid;
  /** Decides which client gets which lease; the same for the life of the box. */
  readonly allocationSecret: HashKey;
  /** Random at each start: nobody can aim at the hash tables. */
  readonly hashKey: HashKey;
  /** As stable storage has them. */
  readonly leases: LeaseTable;
  readonly lostRecords: LostRecords;
  /** One more than the revision of the last commit that stable storage has. */
  readonly firstRevision: number;
  /** None for a box by itself. */
  readonly relationships: readonly RelationshipConfiguration[];
  /** What stable storage holds of its endpoints. */
  readonly endpoints: readonly EndpointRecord[];
  /** What the partners are told of this box's stable storage. */
  readonly database: DatabaseFacts;
  /** Random at each start, 16 hexadecimal digits: which run of the program its beacons belong to; undefined: it sends none. */
  readonly beaconSession?: string | undefined;
  /** Of this program, which partners are told; undefined: they are not. */
  readonly programVersion?: string | undefined;
  readonly clock: ClockStart;
  /** Undefined: no lease has a name. */
  readonly dns?: DnsStart | undefined;
  /** Undefined: no client gets a reconfigure key. */
  readonly reconfigure?: ReconfigureStart | undefined;
}

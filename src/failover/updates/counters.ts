/** What an update flow counted since it was made. */
export interface UpdateCounters {
  updatesSent: number;
  /** Leases in them. */
  leasesSent: number;
  updatesReceived: number;
  /** Leases of the partner's updates that were accepted. */
  leasesAccepted: number;
  /** Those that were not, by the status code that they got. */
  readonly leasesRejected: Map<number, number>;
  repliesReceived: number;
  /** Leases that the partner accepted. */
  leasesAcked: number;
  /** Those that it did not, by its status code. */
  readonly leasesRefused: Map<number, number>;
  /** Replies that answer nothing that is outstanding, or not what was asked. */
  repliesUnexpected: number;
  /** Replies to what has changed again since. */
  acksOutdated: number;
  /** Updates of the partner that replaced what it was being told of the lease. */
  updatesCrossed: number;
  /** Updates of the partner that waited for a lease's commit. */
  updatesDeferred: number;
  /** Those that found no room to wait. */
  deferredTooMany: number;
  /** Fresh changes that found no room in the queue: a scan finds them. */
  changesOverflowed: number;
  scans: number;
  poolRequestsReceived: number;
  /** Delegable prefixes that went to the secondary. */
  prefixesGiven: number;
  /** Those that it gave back. */
  prefixesTakenBack: number;
  /** Messages that make no sense from this partner. */
  protocolErrors: number;
}

export function createUpdateCounters(): UpdateCounters {
  return {
    updatesSent: 0,
    leasesSent: 0,
    updatesReceived: 0,
    leasesAccepted: 0,
    leasesRejected: new Map(),
    repliesReceived: 0,
    leasesAcked: 0,
    leasesRefused: new Map(),
    repliesUnexpected: 0,
    acksOutdated: 0,
    updatesCrossed: 0,
    updatesDeferred: 0,
    deferredTooMany: 0,
    changesOverflowed: 0,
    scans: 0,
    poolRequestsReceived: 0,
    prefixesGiven: 0,
    prefixesTakenBack: 0,
    protocolErrors: 0,
  };
}

export function countCode(map: Map<number, number>, code: number): void {
  map.set(code, (map.get(code) ?? 0) + 1);
}

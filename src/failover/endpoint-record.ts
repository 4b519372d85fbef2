import { movedTime } from '../lease/index.ts';
import type { EpochSeconds, Seconds } from '../wire/index.ts';
import type { EndpointState, Role } from './endpoint-state.ts';

/** What of an endpoint's record is a time. */
export const ENDPOINT_TIMES = ['startTimeOfState', 'partnerStartTimeOfState', 'partnerDownTime', 'lastContact', 'lastOperation'] as const;
export type EndpointTime = (typeof ENDPOINT_TIMES)[number];

/**
 * What stable storage keeps of one endpoint (RFC 8156 section 8.2), one record a relationship. A plain record that
 * nobody changes after it is made. Times of 0 mean "none".
 */
export interface EndpointRecord {
  /** Name of the relationship: the key. */
  readonly relationship: string;
  readonly role: Role;
  /** Never STARTUP: a box that starts keeps the state that it was in. */
  readonly state: EndpointState;
  readonly previousState: EndpointState;
  readonly startTimeOfState: EpochSeconds;
  /** 0 until the partner's first STATE. */
  readonly partnerState: EndpointState | 0;
  readonly partnerStartTimeOfState: EpochSeconds;
  /** When the partner began to serve alone, as it said (section 6.4); 0 unless it is in PARTNER-DOWN. */
  readonly partnerDownTime: EpochSeconds;
  /** Time of the last message from the partner. */
  readonly lastContact: EpochSeconds;
  /** The box answered clients then: what TIME-OF-FAILURE comes from (section 8.3.2). */
  readonly lastOperation: EpochSeconds;
  /** Was in NORMAL with this partner at least once: the COMMUNICATED flag (section 5.5.15). */
  readonly hasCommunicated: boolean;
  /** The one in force: a secondary's is what the primary supplied last (section 6.1.2). */
  readonly mclt: Seconds;
  /** The partner's database when it was last heard of: 8 octets, or none. */
  readonly partnerGeneration: Uint8Array;
  /** The last commit of that generation that the partner told of. */
  readonly partnerCounter: number;
  /** Everything has to be asked of the partner (UPDREQALL), and was not received in full yet. */
  readonly updateAllNeeded: boolean;
  /** The operator let the box serve before it had received all that: it is asked for whenever the two meet, until it was received. */
  readonly restNeeded: boolean;
  /**
   * The last commit that may have been written before the database was found to be an old one: what its records, and those before, say
   * the partner acknowledged counts for nothing (R-ST1). 0: it never was.
   */
  readonly acksVoidThrough: number;
  /** The timescale of each time, as `Binding.timescale` is that of a lease's (R-ST2); 0 where it is not named. */
  readonly timescales?: Readonly<Partial<Record<EndpointTime, number>>>;
}

/** The record with these changes; a time that changed is exact, and of the present timescale. */
export function changedRecord(record: EndpointRecord, changes: Partial<EndpointRecord>): EndpointRecord {
  const changed = { ...record, ...changes };
  const { timescales } = record;
  if (timescales === undefined || Object.keys(timescales).length === 0) return changed;
  const left = ENDPOINT_TIMES.filter((name) => timescales[name] !== undefined && changed[name] === record[name]);
  return { ...changed, timescales: Object.fromEntries(left.map((name) => [name, timescales[name]])) };
}

/** What to add to a time with this label (`EndpointRecord.timescales`), and its label from now on. */
export type MoveTime = (label: number) => { readonly by: number; readonly label: number };

/** The record with its times in another timescale. */
export function movedRecord(record: EndpointRecord, move: MoveTime): EndpointRecord {
  let moved = record;
  const timescales: { [name: string]: number } = {};
  for (const name of ENDPOINT_TIMES) {
    const { by, label } = move(record.timescales?.[name] ?? 0);
    if (by !== 0) moved = { ...moved, [name]: movedTime(record[name], by) };
    if (label !== 0) timescales[name] = label;
  }
  return { ...moved, timescales };
}

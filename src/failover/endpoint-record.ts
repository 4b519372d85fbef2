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
  /** The timescale of each time, as a binding has it (R-ST2); 0 where it is not named. */
  readonly timescales?: Readonly<Partial<Record<EndpointTime, number>>>;
}

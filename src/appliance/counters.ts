/** What the appliance counted since it started; all of it is shown by `twinlease show counters`. */
import { DISCARD_REASONS } from '../server/index.ts';
import type { DiscardReason } from '../server/index.ts';
import type { WireErrorCode } from '../wire/index.ts';

export interface Counters {
  /** Messages by their type (RFC 9915 section 7.3, RFC 9686 section 4), 0 to 37; relay messages count as what they carry. */
  readonly received: number[];
  readonly sent: number[];
  readonly discarded: Record<DiscardReason, number>;
  /** Datagrams that could not be decoded, by what was wrong. */
  readonly malformed: Map<WireErrorCode, number>;
  /** Leasequeries by UDP: those that were answered, and those that were refused by status code (RFC 5007 section 4.1.3). */
  readonly leasequery: { answered: number; readonly refused: Map<number, number> };
  /** Options that stood in a message once too often; the first one counted. */
  repeatedOptions: number;
  commits: number;
  commitsFailed: number;
  bindingsCommitted: number;
  /** Answers that were not sent because their commit failed. */
  answersDropped: number;
  /** Answers that were made anew because their commit took long. */
  answersLate: number;
  /** Messages that waited for a commit of their client's lease. */
  waited: number;
  /** Of those, dropped because too many waited. */
  waitedTooMany: number;
  expired: number;
  /** Messages of clients that are quarantined (a daemon failed over them before). */
  quarantined: number;
}

const MESSAGE_TYPES = 38;

export function createCounters(): Counters {
  return {
    received: new Array<number>(MESSAGE_TYPES).fill(0),
    sent: new Array<number>(MESSAGE_TYPES).fill(0),
    discarded: Object.fromEntries(DISCARD_REASONS.map((reason) => [reason, 0])) as Record<DiscardReason, number>,
    malformed: new Map(),
    leasequery: { answered: 0, refused: new Map() },
    repeatedOptions: 0,
    commits: 0,
    commitsFailed: 0,
    bindingsCommitted: 0,
    answersDropped: 0,
    answersLate: 0,
    waited: 0,
    waitedTooMany: 0,
    expired: 0,
    quarantined: 0,
  };
}

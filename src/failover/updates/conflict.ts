/** Whether to believe a binding update (RFC 8156 section 7.5.4). */
import { BindingStatus, type LeaseReader, NO_SLOT, hasEnded, isFree } from '../../lease/index.ts';
import { type Duid, type EpochSeconds, FailoverStatusCode } from '../../wire/index.ts';
import type { Role } from '../endpoint-state.ts';
import { type Keeper, forgottenPromise } from './keeper.ts';
import { laterOf, timeOrder } from './same-time.ts';

/** What an update says of one lease, as far as it decides whether it is believed. */
export interface ReceivedLease {
  /** Never PENDING_FREE: what it stands for (F-CR-32). */
  readonly status: BindingStatus;
  /** Of length 0: it names no client. */
  readonly client: Duid;
  /** Whether its times of what was are exact; otherwise they are upper bounds (R-ST2). */
  readonly isExact: boolean;
  /** When the client last talked to the partner; 0: not said. */
  readonly cltTime: EpochSeconds;
  readonly startTimeOfState: EpochSeconds;
  /** 0: the status has no end of its own. */
  readonly stateExpirationTime: EpochSeconds;
  /** Until when the lease is promised by the word of this box, as the partner knows it; 0: it knows of nothing. */
  readonly expirationTime: EpochSeconds;
  /** When the client last talked to this box, as the partner knows it; 0: not said. */
  readonly partnerRawCltTime: EpochSeconds;
}

/** 0: accepted. */
export type Verdict = 0 | typeof FailoverStatusCode.AddressInUse | typeof FailoverStatusCode.OutdatedBindingInformation;

type Rule = 'accept' | 'accept(3)' | 'time(1)' | 'time(2)';

/** Figure 4, cell by cell. Rows: what this box has; columns: what it received. */
const FIGURE_4: readonly (readonly Rule[])[] = [
  //                             ACTIVE       EXPIRED    RELEASED  FREE       RESET
  //                                                               FREE_B.    ABANDONED
  /* ACTIVE    F-CR-1..5   */ ['accept(3)', 'time(1)', 'accept', 'time(1)', 'accept'],
  /* EXPIRED   F-CR-6..10  */ ['accept', 'accept', 'accept', 'accept', 'accept'],
  /* RELEASED  F-CR-11..15 */ ['accept', 'accept', 'accept', 'accept', 'accept'],
  /* FREE(_B.) F-CR-16..20 */ ['accept', 'accept', 'accept', 'accept', 'accept'],
  /* RESET     F-CR-21..25 */ ['time(2)', 'accept', 'accept', 'accept', 'accept'],
  /* ABANDONED F-CR-26..30 */ ['accept', 'accept', 'accept', 'accept', 'accept'],
];

const ROW: Readonly<Record<BindingStatus, number>> = {
  [BindingStatus.ACTIVE]: 0,
  [BindingStatus.EXPIRED]: 1,
  [BindingStatus.RELEASED]: 2,
  [BindingStatus.PENDING_FREE]: 3,
  [BindingStatus.FREE]: 3,
  [BindingStatus.FREE_BACKUP]: 3,
  [BindingStatus.RESET]: 4,
  [BindingStatus.ABANDONED]: 5,
};

/** Rows and columns are alike, but that RESET and ABANDONED share a column. */
const COLUMN: Readonly<Record<BindingStatus, number>> = { ...ROW, [BindingStatus.ABANDONED]: ROW[BindingStatus.RESET] };

const OUTDATED = FailoverStatusCode.OutdatedBindingInformation;

/** Whether this box believes what it received of the lease in `slot` (NO_SLOT: it has no record, F-CR-31). */
export function judge(records: LeaseReader, slot: number, received: ReceivedLease, keeper: Keeper, now: EpochSeconds): Verdict {
  if (slot === NO_SLOT) return 0;
  const own = records.status(slot);
  if (!records.isExact(slot) && !keeper.isRebuilding()) return judgeInexact(records, slot, received, keeper.role, now);
  switch (FIGURE_4[ROW[own]]?.[COLUMN[received.status]] as Rule) {
    case 'accept':
      return isNewer(records, slot, received, keeper, now) ? 0 : OUTDATED;
    case 'accept(3)':
      if (isSameClient(records, slot, received)) return 0;
      if (!received.isExact && records.stateExpirationTime(slot) >= now) return FailoverStatusCode.AddressInUse;
      return keeper.role === 'secondary' || time2(records, slot, received) || isGivenSince(records, slot, received, keeper) ? 0 : FailoverStatusCode.AddressInUse;
    case 'time(1)':
      return now > records.stateExpirationTime(slot) || isEndForgotten(records, slot, received, keeper, now) ? 0 : OUTDATED;
    case 'time(2)':
      return time2(records, slot, received) ? 0 : OUTDATED;
  }
}

/**
 * When the own record changed is not exactly known (R-ST2, rule 8): it can't be put in order with the update. A lease that a client
 * may hold stays with it, for as long as either box thinks. But a partner that knew of its client, and has another one now, gave it to that
 * one when what the first had been promised was over; and so did one whose times are exact, and whose client has the lease now.
 */
function judgeInexact(records: LeaseReader, slot: number, received: ReceivedLease, role: Role, now: EpochSeconds): Verdict {
  if (records.status(slot) !== BindingStatus.ACTIVE) return 0;
  if (received.status !== BindingStatus.ACTIVE) return OUTDATED;
  if (isSameClient(records, slot, received) || role === 'secondary') return 0;
  const wasKnownThere = records.ackedPartnerLifetime(slot) !== 0;
  const isHeldThereNow = received.isExact && received.stateExpirationTime > now;
  return wasKnownThere || isHeldThereNow || received.stateExpirationTime > records.heldUntil(slot) ? 0 : FailoverStatusCode.AddressInUse;
}

/** The time of an update (T_u). */
export function receivedTime(received: ReceivedLease): EpochSeconds {
  switch (received.status) {
    case BindingStatus.ACTIVE:
    case BindingStatus.EXPIRED:
    case BindingStatus.RELEASED:
      return received.cltTime === 0 ? received.startTimeOfState : received.cltTime;
    default:
      return laterOf(received.cltTime, received.startTimeOfState);
  }
}

/**
 * The time of the own record (T_d): when this box heard the client, or else when the status began. There are two exceptions. A lease
 * that is free is as new as that: by the time of its last client, what was said of it before would undo a hand-over. A lease that
 * expired here without a word from the client is as old as the last word that it had with the partner: the moment of expiry would stand
 * against the renewal that prevents it.
 */
export function ownTime(records: LeaseReader, slot: number): EpochSeconds {
  const heard = records.clientLastTransactionTime(slot);
  const since = records.startTimeOfState(slot);
  const status = records.status(slot);
  if (isFree(status)) return laterOf(heard, since);
  if (heard !== 0) return heard;
  const heardByPartner = records.partnerRawCltTime(slot);
  return status === BindingStatus.EXPIRED && heardByPartner !== 0 ? heardByPartner : since;
}

/** Whether the lease is, or was, the client's that the update names. */
export function isSameClient(records: LeaseReader, slot: number, { client }: ReceivedLease): boolean {
  return records.isClient(slot, client, 0, client.length);
}

/** "If the OPTION_CLT_TIME value is later than the start-time-of-state in the receiving server's binding". */
function time2(records: LeaseReader, slot: number, received: ReceivedLease): boolean {
  return timeOrder(received.cltTime, records.startTimeOfState(slot)) === 'later';
}

/** The partner has it by the word of this box, which gave it to the next client and lost the record of that: it has the former one's. */
function isGivenSince(records: LeaseReader, slot: number, { partnerRawCltTime }: ReceivedLease, keeper: Keeper): boolean {
  return keeper.isRebuilding() && timeOrder(partnerRawCltTime, records.startTimeOfState(slot)) === 'later';
}

/**
 * What is over for the partner is over with the consent of this box, of which it may have lost the record. Not while it may have promised
 * more to the same client: then it is told of that promise, and its own stands beside it.
 */
function isEndForgotten(records: LeaseReader, slot: number, received: ReceivedLease, keeper: Keeper, now: EpochSeconds): boolean {
  if (!keeper.isRebuilding()) return false;
  return isPromiseTold(received) ? isSameClient(records, slot, received) : isNewer(records, slot, received, keeper, now);
}

/** That it ended says as well until when it is promised by the word of this box (see `compose.ts`). */
export function isPromiseTold({ status, expirationTime }: ReceivedLease): boolean {
  return hasEnded(status) && expirationTime !== 0;
}

function isNewer(records: LeaseReader, slot: number, received: ReceivedLease, keeper: Keeper, now: EpochSeconds): boolean {
  const heard = laterOf(received.cltTime, received.partnerRawCltTime);
  const time = heard !== 0 && isResetOfHeld(records, slot, received, now) ? heard : receivedTime(received);
  const order = timeOrder(time, ownTime(records, slot));
  if (order === 'later' || saysTheSame(records, slot, received) || isLongerPromise(records, slot, received, keeper, now) || isHeldThere(records, slot, received, now)) return true;
  return order === 'same' && (!records.updateNeeded(slot) || winsTie(records, slot, received, keeper.role, now));
}

/**
 * The partner resets a lease that a client may hold by this box's word: that it was reset later is no reason to take it from the client,
 * only that the client was heard later.
 */
function isResetOfHeld(records: LeaseReader, slot: number, received: ReceivedLease, now: EpochSeconds): boolean {
  const isHeld = records.status(slot) === BindingStatus.ACTIVE && records.stateExpirationTime(slot) >= now;
  return isHeld && received.status === BindingStatus.RESET;
}

/** That a lease of this client ended in this way, or is set aside, is what this box thinks as well, whoever noticed first. */
function saysTheSame(records: LeaseReader, slot: number, received: ReceivedLease): boolean {
  return records.status(slot) === received.status && isSameClient(records, slot, received);
}

/** It expired here, while one of the boxes promised the client more: nothing expires before the last promise (F-GAP-12). */
function isLongerPromise(records: LeaseReader, slot: number, received: ReceivedLease, keeper: Keeper, now: EpochSeconds): boolean {
  if (records.status(slot) !== BindingStatus.EXPIRED || received.status !== BindingStatus.ACTIVE) return false;
  const promised = laterOf(received.stateExpirationTime, forgottenPromise(records, slot, received.expirationTime, keeper));
  return promised > now && isSameClient(records, slot, received);
}

/**
 * It is free here, and by the partner's word a client holds it that was heard after the last one of this box. Both served as if alone:
 * when the status began is no reason against that client, only when one was heard is (F-BA-6 by its letter).
 */
function isHeldThere(records: LeaseReader, slot: number, received: ReceivedLease, now: EpochSeconds): boolean {
  if (!isFree(records.status(slot)) || received.status !== BindingStatus.ACTIVE || received.stateExpirationTime <= now) return false;
  const heard = laterOf(records.clientLastTransactionTime(slot), records.partnerRawCltTime(slot));
  return timeOrder(received.cltTime, heard) === 'later';
}

/**
 * Both boxes changed the lease at the same time (F-GAP-11). The lease stays with whoever may be using it, client or unknown host;
 * else the secondary yields. So one side accepts, not both and not none.
 */
function winsTie(records: LeaseReader, slot: number, received: ReceivedLease, role: Role, now: EpochSeconds): boolean {
  const own = records.status(slot);
  // A lease whose end has passed is what became of it: that it is leased is old.
  if (received.status === BindingStatus.ACTIVE && received.stateExpirationTime <= now) return false;
  if (own === BindingStatus.ACTIVE && records.stateExpirationTime(slot) <= now) return true;
  const difference = tieRank(received.status) - tieRank(own);
  return difference === 0 ? role === 'secondary' : difference > 0;
}

function tieRank(status: BindingStatus): number {
  if (status === BindingStatus.ACTIVE) return 2;
  return status === BindingStatus.ABANDONED ? 1 : 0;
}

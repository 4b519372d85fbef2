/**
 * Knows what every client was told and holds, apart from what the boxes believe, and checks the invariants at each event that
 * could break them. Times are simulated, except where a box's own clock decides.
 */
import type { Role } from '../../../src/failover/index.ts';
import { BindingStatus, movedTime } from '../../../src/lease/index.ts';
import type { Binding } from '../../../src/lease/index.ts';
import { MessageType, StatusCode, epochSeconds, formatHex } from '../../../src/wire/index.ts';
import { isSame } from '../client/answers.ts';
import type { Client, DropReason } from '../client/client.ts';
import type { HeldLease } from '../client/lease.ts';
import type { IaRequest } from '../client/message.ts';
import type { AnsweredIa, AnsweredLease, ServerAnswer } from '../client/reply.ts';
import type { BoxName } from '../schedule/schedule.ts';
import { leaseKey, leaseName } from '../world/lease-key.ts';
import type { Named } from '../world/lease-key.ts';
import { createEndsKnown } from './ends-known.ts';
import { createPartnerKnowledge } from './partner-knowledge.ts';
import { Violation } from './violation.ts';

/** A lease that a client may be using. */
interface Claim {
  readonly client: Client;
  readonly lease: HeldLease;
  /** Taken from the client by an operator, and what was promised until then with it; Infinity: it was not. */
  revokedMs: number;
}

/** What is known of the box that an answer comes from. */
export interface AnsweringBox {
  readonly durable: ReadonlyMap<string, Binding>;
  /** What the box itself can make of it. */
  readonly isReadable: (binding: Binding) => boolean;
  /** What to add to the times of a binding on its disk for those of now, in seconds; undefined: that can't be said at this moment. */
  readonly placedBy: (binding: Binding) => number | undefined;
  /** What time it is by the clock that it works by, in milliseconds since 1970. */
  readonly workingMs: number;
  /** What that lacks for the true time. */
  readonly lacksMs: number;
  /** The box that has to know of long leases before they are given; undefined where none has. */
  readonly limitedBy: { readonly partner: BoxName; readonly mcltSeconds: number } | undefined;
}

/** Who writes, and what the state of its endpoint leaves to it. */
export interface Writer {
  readonly box: BoxName;
  /** One by itself owns all, as a primary does. */
  readonly role: Role;
  /** It gives nothing to anybody before MCLT has passed: what it writes as free is nobody's yet. */
  readonly isRecovering: boolean;
  /** It is in PARTNER-DOWN, or was a moment ago. */
  readonly isAlone: boolean;
}

/** Between the moment for which a lifetime counts and the moment at which the Reply leaves a box may spend so long. */
export const REPLY_DELAY_MAX_MS = 2_000;
const SECOND_MS = 1_000;
/** Clocks that were put right are as exact as the time that was told. */
const CLOCK_ERROR_MS = 6_000;

export interface Oracle {
  /** Leases that clients lost without a fault of theirs. */
  readonly lost: number;
  /** How often a lease was given. */
  readonly grants: number;
  /** No clock that counted as right was ever further off than RFC 8156 section 7.1 allows for. */
  readonly timesTrusted: boolean;
  readonly answerLeaves: (answer: ServerAnswer, box: AnsweringBox) => void;
  readonly holds: (client: Client, lease: HeldLease) => void;
  readonly drops: (client: Client, lease: HeldLease, why: DropReason) => void;
  /** A client releases or declines these leases in this transaction. */
  readonly givesBack: (client: Client, transactionId: number, ias: readonly IaRequest[]) => void;
  /** A box is about to make this durable. */
  readonly writes: (writer: Writer, after: Binding) => void;
  /** Its partner says to a box that a lease is free. */
  readonly toldFree: (box: BoxName, lease: Named) => void;
  /** The disk of a box is not what it was. */
  readonly losesDisk: (box: BoxName) => void;
  /** A lease that is held, for an operator to free; it counts as taken by him from now on. */
  readonly revokeOne: (choose: (bound: number) => number) => Named | undefined;
  /** The only record of what was promised of these leases was lost, and no box waits until that is over. */
  readonly forgets: (leases: readonly Named[]) => void;
  /** A box lost its time, and is told what it is later: two boxes with one clock are a few seconds off what each was before. */
  readonly clocksWereOff: () => void;
  readonly wereClocksOff: () => boolean;
  /** The clocks of a box went wrong, and count as right: what follows from lifetimes can't be expected any more. */
  readonly distrustTimes: () => void;
  /** A disk lost what nobody can know of: what its box promised can't be expected any more. */
  readonly distrustStorage: () => void;
  /** The box serves from an old copy of its disk: what it acknowledged since it does not know, and its partner counts on that. */
  readonly servesFromOldCopy: (box: BoxName) => void;
  /** Both boxes serve as if alone, by an operator's mistake (RFC 8156 section 8.4). */
  readonly allowConflicts: () => void;
}

export interface OracleParameters {
  readonly nowMs: () => number;
  readonly validSeconds: number;
}

export function createOracle({ nowMs, validSeconds }: OracleParameters): Oracle {
  const claims = new Map<string, Claim>();
  const givenBack = new Map<string, { readonly transactionId: number; readonly ias: readonly IaRequest[] }>();
  const knowledge = createPartnerKnowledge();
  const ends = createEndsKnown();
  const withOldCopies = new Set<BoxName>();
  let storageTrusted = true;
  let conflictsAllowed = false;
  let clockErrorMs = 0;

  const isLive = (claim: Claim | undefined): claim is Claim =>
    claim !== undefined && claim.revokedMs === Infinity && claim.lease.promisedUntilMs > nowMs();
  const leasesAreSafe = (): boolean => oracle.timesTrusted && storageTrusted && !conflictsAllowed;
  const secondsLeft = (claim: Claim): number => Math.ceil((claim.lease.promisedUntilMs - nowMs()) / SECOND_MS);

  /** Nothing that is sent speaks of what is not durable (DESIGN 1). */
  const checkDurable = (answer: ServerAnswer, lease: AnsweredLease, box: AnsweringBox): void => {
    const binding = box.durable.get(leaseKey(lease));
    if (binding?.status !== BindingStatus.ACTIVE || !isSame(binding.duid, answer.client)) {
      throw new Violation('reply-before-commit', `${answer.box} gives ${leaseName(lease)}, which its disk does not say`);
    }
    const by = box.placedBy(binding);
    if (by === undefined) return;
    const promisedUntil = box.workingMs + lease.valid * SECOND_MS;
    const durableUntil = (movedTime(binding.stateExpirationTime, by) + 1) * SECOND_MS + REPLY_DELAY_MAX_MS;
    if (oracle.timesTrusted && durableUntil < promisedUntil) {
      const early = Math.ceil((promisedUntil - durableUntil) / SECOND_MS);
      throw new Violation('reply-before-commit', `${answer.box} gives ${leaseName(lease)} for ${String(lease.valid)} s, its disk says ${String(early)} s less`);
    }
  };

  /** A lease ends MCLT behind what the partner knows, at the latest (RFC 8156 section 4.4). */
  const checkLength = (answer: ServerAnswer, lease: AnsweredLease, box: AnsweringBox): void => {
    if (lease.valid > validSeconds) {
      throw new Violation('lease-longer-than-allowed', `${answer.box} gives ${leaseName(lease)} for ${String(lease.valid)} s`);
    }
    if (box.limitedBy === undefined || !oracle.timesTrusted) return;
    const { partner, mcltSeconds } = box.limitedBy;
    // Of two tenancies an old copy has the first, and what the partner agreed to then.
    if (withOldCopies.has(partner) || withOldCopies.has(answer.box)) return;
    const nowMsByBox = box.workingMs + box.lacksMs;
    const nowSeconds = (nowMsByBox - REPLY_DELAY_MAX_MS - clockErrorMs) / SECOND_MS - 1;
    const known = Math.max(knowledge.expiryKnownTo(partner, leaseKey(lease), answer.client), nowMsByBox / SECOND_MS);
    const over = nowSeconds + lease.valid - known - mcltSeconds;
    if (over <= 0) return;
    throw new Violation('lease-longer-than-allowed', `${answer.box} gives ${leaseName(lease)} for ${String(lease.valid)} s, ${over.toFixed(1)} s more than ${partner} knows and MCLT allow`);
  };

  /** Each lease that a client has is one that the file lets it keep: T1 at its end would say that it is not extended (RFC 9915 section 18.3.4). */
  const checkRenewal = ({ box }: ServerAnswer, { t1 }: AnsweredIa, lease: AnsweredLease): void => {
    if (t1 < lease.valid) return;
    throw new Violation('told-not-to-renew', `${box} gives ${leaseName(lease)} for ${String(lease.valid)} s, and is to be asked again after ${String(t1)} s`);
  };

  /** The answer to a Release or Decline may not leave before the disk has that the lease ended. */
  const checkGivenBack = (answer: ServerAnswer, box: AnsweringBox): void => {
    const given = givenBack.get(formatHex(answer.client, ''));
    if (given?.transactionId !== answer.transactionId) return;
    for (const { kind, iaid, lease } of given.ias) {
      const isUnknown = answer.ias.some((ia) => ia.kind === kind && ia.iaid === iaid && ia.status === StatusCode.NoBinding);
      if (lease === undefined || isUnknown) continue;
      const binding = box.durable.get(leaseKey(lease));
      if (binding?.status !== BindingStatus.ACTIVE || !isSame(binding.duid, answer.client)) continue;
      // A lease that the box does not know goes without a word, too; it is held back until the operator accepts the loss.
      if (!box.isReadable(binding)) continue;
      // What has run out is not the client's any more, and not released: beside another lease of the IA that goes without a word (RFC 9915 section 18.3.7).
      const by = box.placedBy(binding);
      if (by === undefined || movedTime(epochSeconds(Math.max(binding.stateExpirationTime, binding.expirationTime)), by) * SECOND_MS <= box.workingMs) continue;
      throw new Violation('given-back-before-commit', `${answer.box} says that ${leaseName(lease)} was given back, its disk does not`);
    }
  };

  const oracle: { -readonly [Field in keyof Oracle]: Oracle[Field] } = {
    lost: 0,
    grants: 0,
    timesTrusted: true,
    answerLeaves(answer, box) {
      if (answer.type !== MessageType.REPLY) return;
      checkGivenBack(answer, box);
      for (const ia of answer.ias) {
        for (const lease of ia.leases) {
          if (lease.valid === 0) continue;
          checkLength(answer, lease, box);
          checkDurable(answer, lease, box);
          checkRenewal(answer, ia, lease);
        }
      }
    },
    holds(client, lease) {
      oracle.grants++;
      const key = leaseKey(lease);
      const other = claims.get(key);
      if (isLive(other) && other.client !== client && leasesAreSafe()) {
        throw new Violation(
          'two-clients-one-lease',
          `client ${String(client.number)} gets ${leaseName(lease)}, which client ${String(other.client.number)} holds for ${String(secondsLeft(other))} s more`,
        );
      }
      // A Reply may be on its way when an operator frees the lease.
      const revokedMs = other?.client === client && lease.sentMs <= other.revokedMs ? other.revokedMs : Infinity;
      claims.set(key, { client, lease, revokedMs });
    },
    drops(client, lease, why) {
      if (why === 'expired' || why === 'taken back') oracle.lost++;
      const key = leaseKey(lease);
      if (claims.get(key)?.client === client) claims.delete(key);
    },
    givesBack(client, transactionId, ias) {
      givenBack.set(formatHex(client.duid, ''), { transactionId, ias });
    },
    writes({ box, role, isRecovering, isAlone }, after) {
      const key = leaseKey(after);
      knowledge.note(box, key, after);
      ends.note(box, after);
      const isFree = after.status === BindingStatus.FREE || after.status === BindingStatus.FREE_BACKUP;
      if (isFree && !isRecovering && !isAlone && leasesAreSafe()) {
        const other = ends.whoWasNotTold(box, after);
        if (other !== undefined) throw new Violation('freed-without-a-word', `${box} frees ${leaseName(after)}, of which ${other} does not know that it ended`);
      }
      const isForItself = !isRecovering && after.status === (role === 'primary' ? BindingStatus.FREE : BindingStatus.FREE_BACKUP);
      if (!isForItself && after.status !== BindingStatus.ACTIVE) return;
      const claim = claims.get(key);
      if (!isLive(claim) || !leasesAreSafe()) return;
      if (after.status === BindingStatus.ACTIVE && isSame(after.duid, claim.client.duid)) return;
      throw new Violation('lease-taken-away', `client ${String(claim.client.number)} holds ${leaseName(after)} for ${String(secondsLeft(claim))} s more, ${box} disposes of it`);
    },
    toldFree(box, lease) {
      ends.toldFree(box, lease);
    },
    losesDisk(box) {
      ends.forgets(box);
    },
    revokeOne(choose) {
      const live = [...claims.values()].filter(isLive);
      const claim = live[choose(Math.max(1, live.length))];
      if (claim === undefined) return undefined;
      claim.revokedMs = nowMs();
      return claim.lease;
    },
    forgets(leases) {
      for (const lease of leases) {
        const claim = claims.get(leaseKey(lease));
        if (claim !== undefined) claim.revokedMs = nowMs();
      }
    },
    clocksWereOff() {
      clockErrorMs = CLOCK_ERROR_MS;
    },
    wereClocksOff: () => clockErrorMs > 0,
    distrustTimes() {
      oracle.timesTrusted = false;
    },
    distrustStorage() {
      storageTrusted = false;
    },
    servesFromOldCopy(box) {
      withOldCopies.add(box);
      storageTrusted = false;
    },
    allowConflicts() {
      conflictsAllowed = true;
    },
  };
  return oracle;
}

/** The clock that the box works by (R-ST2, rules 1, 2, 5 and 9). */
import { epochSeconds, sameBytes } from '../wire/index.ts';
import type { ClockReport, ClockTimescale, EpochSeconds, Now } from '../wire/index.ts';
import { conversion, lastTrueTime } from './timescale.ts';
import type { Timescale } from './timescale.ts';

/** Who says what time it is. The numbers are those of the wire. */
export const ClockSource = {
  NOBODY: 0,
  NTP: 1,
  OPERATOR: 2,
  /** A partner whose own clock was trusted. */
  PARTNER: 3,
  /** The system's clock, which the configuration says to believe: something else keeps it right. */
  SYSTEM: 4,
} as const;
export type ClockSource = (typeof ClockSource)[keyof typeof ClockSource];

/** What is known of the system's clock: nothing; that NTP keeps it right; or that it is to be believed. */
export type SystemClock = 'unconfirmed' | 'synchronized' | 'believed';

/** How the clock went on when the program ended. */
export interface ClockContinuation {
  readonly timescale: Uint8Array;
  /** The clock minus the monotonic one, in seconds. */
  readonly ahead: number;
  readonly source: ClockSource;
}

/** What the clock of a box begins with. */
export interface ClockStart {
  /** What stable storage has, oldest first. */
  readonly timescales: readonly Timescale[];
  /** The last time that stable storage has, and the timescale that it is in. */
  readonly saved: { readonly time: EpochSeconds; readonly timescale: number } | undefined;
  /** When the program was made: it can't be earlier. */
  readonly builtAt: EpochSeconds;
  /** 8 random octets, new at each start: the ids of timescales come from them. */
  readonly seed: Uint8Array;
  readonly system: SystemClock;
  /** Where the program ended and the box did not: its monotonic clock went on, and so does this one. */
  readonly continued?: ClockContinuation | undefined;
  /** What the clocks of the system show. */
  readonly now: Now;
}

/** What stable storage is to have of the clock. */
export interface ClockRecord {
  readonly time: EpochSeconds;
  /** The timescale that this commit's times are in. */
  readonly timescale: number;
  /** Those that are new, or changed. */
  readonly timescales: readonly Timescale[];
}

/** A time that needs another source that says the same. */
export interface ClockDoubt {
  readonly source: ClockSource;
  /** By how many seconds the clock would be set. */
  readonly by: number;
}

export interface ClockView {
  readonly isTrusted: boolean;
  readonly source: ClockSource;
  readonly doubt: ClockDoubt | undefined;
  readonly system: SystemClock;
  /** The clock never stood still or jumped within it; 8 octets. */
  readonly timescale: Uint8Array;
  /** The clock minus the monotonic one, in seconds. */
  readonly ahead: number;
}

export type ClaimOutcome =
  | 'accepted'
  /** A trusted clock is set by more than a day only where two sources say so. */
  | 'needs-another'
  /** It is before the program was made. */
  | 'too-early'
  /** NTP keeps the clock, and says otherwise. */
  | 'kept-by-ntp';

/** Where a time goes when the present timescale is another one, or more is known of the old ones. */
export interface Moved {
  /** Seconds to add. */
  readonly by: number;
  /**
   * 0: it is counted in the present timescale, or in one that the clock was set from since it was started. Otherwise one more than
   * the index of the timescale that it comes from: what is known of that may change.
   */
  readonly label: number;
}
export type Rebase = (label: number) => Moved;

export interface WorkingClock {
  /** What time it is when the clocks of the system show this. It may find that the clock has to be set: see `takeRebase`. */
  read(given: Now): Now;
  /** The same, for a time stamp: nothing is found. */
  peek(given: Now): EpochSeconds;
  view(): ClockView;
  isTrusted(): boolean;
  /** Grows with everything that changes in `view`, `report` or `isDurable`. */
  changes(): number;
  systemClock(status: SystemClock): void;
  /** The operator, or a partner that is trusted, says what time it is. */
  claim(source: ClockSource, time: EpochSeconds, given: Now): ClaimOutcome;
  /** This box counts in its partner's timescale from now on, whose clock is ahead by so many seconds (rule 3). */
  adopt(report: ClockReport, ahead: number, given: Now): void;
  /** Corrections of former timescales that a partner knows. */
  learn(timescales: readonly ClockTimescale[]): void;
  /** What the partners are told. */
  report(): ClockReport;
  /** What is to be done to every time in memory; undefined: nothing. It is given once. */
  takeRebase(): Rebase | undefined;
  /** For a time as it is stored in the timescale with this index. */
  readonly placed: (index: number) => Moved;
  /** Whether a time with this label is exact; otherwise it is an upper bound. */
  readonly isExact: (label: number) => boolean;
  /** For a time with this label that is to be stored: what to add, and the index of its timescale. */
  readonly stored: (label: number) => { readonly by: number; readonly timescale: number };
  /** What a commit that begins now takes along. */
  takeRecord(now: Now): ClockRecord;
  recorded(succeeded: boolean): void;
  /** A commit that takes a record along is on its way. */
  isRecording(): boolean;
  /** Whether stable storage has all that is known of the timescales. */
  isDurable(): boolean;
}

/** Two clocks that differ by no more are the same: whole seconds are compared. */
const SAME_SECONDS = 2;
/** Two sources agree that are not further apart: one of them is typed by hand. */
const AGREED_SECONDS = 60;
const DAY = 86_400;
/** A second's fraction is not told: what remains of it is put right a little at a time. */
const PULL = 0.1;
/** Until it shows the same as what it follows, a clock goes faster or slower by so much: what was promised a moment ago must not end too early. */
const SLEW = 0.1;
/** What adding seconds and thousandths of them loses. */
const ROUNDING = 1e-5;
/** So many of the newest timescales are told to a partner. */
const TOLD_MAX = 64;

export function createWorkingClock(start: ClockStart): WorkingClock {
  const { builtAt, seed } = start;
  let chain = [...start.timescales];
  let system = start.system;
  let source: ClockSource = ClockSource.NOBODY;
  let isFollowing = false;
  /** Since the clock follows, both have shown the same second. */
  let isAligned = false;
  let followedAt = 0;
  let doubt: { readonly source: ClockSource; readonly anchor: number } | undefined;
  /** The working clock minus the monotonic one, in seconds. */
  let anchor = 0;
  /** Where the last time that was saved as a true one, or lags behind one, lies as the monotonic clock goes on; and the timescale that was true. */
  let saved: { readonly anchor: number; readonly index: number } | undefined;
  /** The timescales that were taken for true and were not. */
  const disproved = new Set<number>();
  let made = 0;
  let changes = 0;
  /** The chain as memory knows it. */
  let before: readonly Timescale[] | undefined;
  const unsaved = new Set<number>();
  let inFlight: readonly number[] | undefined;

  const present = (): Timescale => chain.at(-1) as Timescale;
  const monotonicSeconds = ({ monotonic }: Now): number => monotonic / 1_000;
  const own = (given: Now): number => Math.floor(anchor + monotonicSeconds(given) + ROUNDING);
  const isSame = (by: number): boolean => Math.abs(by) <= SAME_SECONDS;
  /** A clock that is followed is read itself: it is set a little at a time. */
  const peek = (given: Now): EpochSeconds => (isFollowing && isAligned && isSame(given.epoch - own(given)) ? given.epoch : epochSeconds(own(given)));

  const change = (): void => {
    before ??= [...chain];
    changes++;
  };

  const replace = (index: number, correction: number | undefined): void => {
    change();
    chain = chain.map((timescale) => (timescale.index === index ? { ...timescale, correction } : timescale));
    unsaved.add(index);
  };

  const begin = (timescale: Omit<Timescale, 'index'>): void => {
    change();
    const index = (chain.at(-1)?.index ?? -1) + 1;
    chain.push({ index, ...timescale });
    unsaved.add(index);
  };

  const newId = (): Uint8Array => {
    const id = Uint8Array.from(seed);
    id[7] = (id[7] ?? 0) ^ made++;
    return id;
  };

  /** The present timescale lacks so much; those that steps led from are known by that, or were known wrongly. */
  const correct = (correction: number): void => {
    let lacks = correction;
    for (let i = chain.length - 1; i >= 0; i--) {
      const { index, ahead, begins, correction: known } = chain[i] as Timescale;
      if (known !== lacks) replace(index, lacks);
      if (begins !== 'step') return;
      lacks += ahead;
    }
  };

  /**
   * The true time is that of this anchor. What was saved as one lies ahead of that, behind a start: that clock was wrong for nobody knows how long.
   */
  const disprove = (truth: number): void => {
    if (saved === undefined || truth >= saved.anchor - AGREED_SECONDS) return;
    const { index: last } = saved;
    if (!chain.some(({ index, begins }) => index > last && begins === 'start')) return;
    saved = undefined;
    for (let i = chain.findIndex(({ index }) => index === last); i >= 0; i--) {
      const { index, begins } = chain[i] as Timescale;
      disproved.add(index);
      replace(index, undefined);
      if (begins === 'start') return;
    }
  };

  /** The clock is set to the true time: by so many seconds, to this anchor. */
  const step = (by: number, to: number): void => {
    correct(by);
    disprove(to);
    begin({ id: newId(), correction: 0, ahead: by, begins: 'step' });
    anchor = to;
    if (doubt !== undefined && Math.abs(doubt.anchor - anchor) <= AGREED_SECONDS) doubt = undefined;
  };

  /** What this source doubted it doubts no more. */
  const dispel = (by: ClockSource): void => {
    if (doubt?.source !== by) return;
    doubt = undefined;
    changes++;
  };

  /** What another source doubts it goes on doubting: it would be told anew with each word of either, to partners who say theirs again. */
  const trust = (by: ClockSource): void => {
    if (present().correction === undefined) correct(0);
    dispel(by);
    if (source === by) return;
    source = by;
    changes++;
  };

  /** To go back by more than a day behind a time that was true, or only lags behind one that was, is to jump; a partner's that nobody confirmed is no such time. */
  const mayJump = (by: number): boolean => source === ClockSource.NOBODY && !(saved !== undefined && anchor + by < saved.anchor - DAY);

  const claim: WorkingClock['claim'] = (claimant, time, given) => {
    if (time < builtAt - DAY) return 'too-early';
    const by = time - own(given);
    // The second that is said begins now: by the fraction that the clock had it would be ahead, and leases end too early.
    const claimed = time - monotonicSeconds(given);
    // What nobody confirmed yet is set to the second, and every time moves along: a lease would end so much too early.
    if (isSame(by) && (by === 0 || source !== ClockSource.NOBODY)) {
      // What the system keeps it goes on keeping, whoever says the same.
      if (!isFollowing && source === ClockSource.NOBODY) anchor = claimed;
      if (isFollowing) dispel(claimant);
      else trust(claimant);
      return 'accepted';
    }
    if (claimant === ClockSource.OPERATOR && isFollowing) return 'kept-by-ntp';
    const isSeconded = doubt !== undefined && doubt.source !== claimant && Math.abs(doubt.anchor - claimed) <= AGREED_SECONDS;
    // Whoever says that the system's clock is to be believed answers for it.
    const isSmall = (Math.abs(by) <= DAY && claimant !== ClockSource.PARTNER) || claimant === ClockSource.SYSTEM;
    if (!mayJump(by) && !isSmall && !isSeconded) {
      if (Math.abs(by) > DAY) {
        if (doubt?.source !== claimant) changes++;
        doubt = { source: claimant, anchor: claimed };
      }
      return 'needs-another';
    }
    step(by, claimed);
    trust(claimant);
    return 'accepted';
  };

  /** The system's clock is right, or says that it is. */
  const follow = (given: Now): void => {
    const by = given.epoch - own(given);
    const slewMax = Math.max(0, monotonicSeconds(given) - followedAt) * SLEW;
    followedAt = monotonicSeconds(given);
    if (isFollowing && isSame(by)) {
      isAligned ||= by === 0;
      anchor += isAligned ? by * PULL : Math.min(slewMax, Math.max(by, 0 - slewMax));
      return;
    }
    isFollowing = claim(system === 'synchronized' ? ClockSource.NTP : ClockSource.SYSTEM, given.epoch, given) === 'accepted';
    isAligned = own(given) === given.epoch;
  };

  const begun = (): void => {
    const last = chain.at(-1);
    const { continued } = start;
    const known = start.saved && lastTrueTime(chain, start.saved);
    saved = known && { anchor: known.time - monotonicSeconds(start.now), index: known.index };
    if (continued !== undefined && last !== undefined && sameBytes(last.id, continued.timescale)) {
      anchor = continued.ahead;
      if (continued.source !== ClockSource.NOBODY) trust(continued.source);
      if (system !== 'unconfirmed') follow(start.now);
      before = undefined;
      return;
    }
    const savedNow = last === undefined || start.saved === undefined ? undefined : start.saved.time + conversion(chain, start.saved.timescale).by;
    const savedTrue = Math.max(known?.time ?? 0, (savedNow ?? 0) + (last?.correction ?? 0));
    const shows = start.now.epoch;
    const mayFollow = system !== 'unconfirmed' && shows >= builtAt - DAY && (system === 'believed' || known === undefined || shows >= known.time - DAY);
    const time = mayFollow ? shows : Math.max(savedTrue, builtAt);
    anchor = time - monotonicSeconds(start.now);
    const isBack = known !== undefined && time < known.time - AGREED_SECONDS;
    if (!mayFollow || last?.correction !== 0 || isBack) {
      const ahead = savedNow === undefined ? 0 : time - savedNow;
      begin({ id: newId(), correction: mayFollow ? 0 : undefined, ahead, begins: 'start' });
      disprove(anchor);
    }
    if (mayFollow) follow(start.now);
    before = undefined;
  };
  begun();

  const placed: WorkingClock['placed'] = (index) => {
    const isStepped = chain.every(({ index: other, begins }) => other <= index || begins === 'step');
    return { by: conversion(chain, index).by, label: isStepped ? 0 : index + 1 };
  };

  return {
    peek,
    read(given) {
      if (system !== 'unconfirmed') follow(given);
      return { epoch: peek(given), monotonic: given.monotonic };
    },
    view: () => ({
      isTrusted: source !== ClockSource.NOBODY,
      source,
      doubt: doubt === undefined ? undefined : { source: doubt.source, by: Math.round(doubt.anchor - anchor) },
      system,
      timescale: present().id,
      ahead: anchor,
    }),
    isTrusted: () => source !== ClockSource.NOBODY,
    changes: () => changes,
    systemClock(status) {
      if (status === system) return;
      system = status;
      isFollowing = false;
    },
    claim,
    adopt({ trusted, timescales: [theirs] }, ahead, given) {
      if (trusted) {
        claim(ClockSource.PARTNER, epochSeconds(peek(given) + ahead), given);
      } else if (theirs !== undefined) {
        begin({ id: Uint8Array.from(theirs.id), correction: undefined, ahead, begins: 'step' });
        anchor += ahead;
      }
    },
    learn(timescales) {
      for (const { id, correction } of timescales) {
        if (correction === undefined) continue;
        for (const old of chain.slice(0, -1)) {
          if (old.correction === undefined && !disproved.has(old.index) && old.id.every((octet, i) => octet === id[i])) replace(old.index, correction);
        }
      }
    },
    report() {
      const told = chain.slice(-TOLD_MAX).reverse();
      return { trusted: source !== ClockSource.NOBODY, source, timescales: told.map(({ id, correction }) => ({ id, correction })) };
    },
    takeRebase() {
      const old = before;
      before = undefined;
      if (old === undefined) return undefined;
      const oldPresent = (old.at(-1) as Timescale).index;
      return (label) => {
        const { by, label: next } = placed(label === 0 ? oldPresent : label - 1);
        return { by: label === 0 ? by : by - conversion(old, label - 1).by, label: next };
      };
    },
    placed,
    isExact: (label) => label === 0 || conversion(chain, label - 1).isExact,
    stored: (label) =>
      label === 0 ? { by: 0, timescale: present().index } : { by: 0 - conversion(chain, label - 1).by, timescale: label - 1 },
    takeRecord(now) {
      inFlight = [...unsaved];
      unsaved.clear();
      const timescales = chain.filter(({ index }) => inFlight?.includes(index));
      return { time: now.epoch, timescale: present().index, timescales };
    },
    recorded(succeeded) {
      if (!succeeded) for (const index of inFlight ?? []) unsaved.add(index);
      if (inFlight !== undefined && inFlight.length > 0) changes++;
      inFlight = undefined;
    },
    isRecording: () => inFlight !== undefined,
    isDurable: () => unsaved.size === 0 && (inFlight === undefined || inFlight.length === 0),
  };
}

/**
 * The beacons of the partner on one link: which of them count, and what they say of the way to the partner and back. An old one
 * that somebody plays again counts for nothing: in a session the sequence goes up, and a new session shows that it is one, by the
 * partner's word over the failover connection or by the echo of what this box has just sent. So that two boxes that both wait for
 * such an echo come together, each answers what it does not count yet.
 */
import { monotonicMs } from '../wire/index.ts';
import type { MonotonicMs } from '../wire/index.ts';
import type { Beacon, BeaconMark } from './beacon.ts';

/** Three beacons in a row are missing, and nothing less: of 100 packets one may be lost anywhere. */
const SILENT_MS = 525;
/** An echo that is older may come from a recording, or shows that the last ones were not heard. */
const ECHO_AGE_MAX = 4;
/** After a silence the partner is heard again when it was heard for so long without another one. */
const SETTLED_MS = 1_000;

/** What the beacons say. */
export interface BeaconHearing {
  /** The partner is heard. */
  readonly hears: boolean;
  /** The partner hears this box; as far as it can say so. */
  readonly isHeard: boolean;
}

export interface BeaconEar {
  /** When the partner's last beacon that counts came; undefined: never. */
  readonly heardAt: MonotonicMs | undefined;
  /** When a beacon came last that shows that the partner hears this box now. */
  readonly echoedAt: MonotonicMs | undefined;
  /** The partner said, where nobody else can, which session it is in. */
  introduced(session: string): void;
  /** @returns whether it counts */
  heard(beacon: Beacon, now: MonotonicMs): boolean;
  /** What this box says now. */
  next(): Pick<Beacon, 'mark' | 'heard'>;
  /** This box did not listen for so long, or the partner came to nothing: silence in that time proves nothing. */
  stalled(ms: number, now: MonotonicMs): void;
  /**
   * @param since from when on beacons were to be expected
   * @param aliveAt when the partner was heard last by any other way: a box that does nothing sends no beacons either, and
   *   that is no fault of the link
   */
  hearing(since: MonotonicMs, aliveAt: MonotonicMs): BeaconHearing;
}

/** @param session this box's own */
export function createBeaconEar(session: string): BeaconEar {
  let sequence = 0;
  let last: BeaconMark | undefined;
  /** Of a session that may be a recording: whether it is one its next beacon shows, which answers what is said of this. */
  let unproven: BeaconMark | undefined;
  let heardAt: MonotonicMs | undefined;
  let echoedAt: MonotonicMs | undefined;
  /** Of the beacons, and of the echoes: when a series without a silence began, and whether one came before it. */
  let heardFrom = -Infinity;
  let echoedFrom = -Infinity;
  let wasSilent = false;
  let wasUnheard = false;

  const isEcho = (heard: BeaconMark | undefined): boolean => {
    if (heard?.session !== session) return false;
    const age = (sequence - heard.sequence) >>> 0;
    return age <= ECHO_AGE_MAX;
  };

  const isNext = ({ mark, heard }: Beacon): boolean =>
    mark.session === last?.session ? mark.sequence > last.sequence : isEcho(heard);

  return {
    get heardAt() {
      return heardAt;
    },
    get echoedAt() {
      return echoedAt;
    },
    introduced(partnerSession) {
      if (last?.session !== partnerSession) last = { session: partnerSession, sequence: 0 };
    },
    heard(beacon, now) {
      if (!isNext(beacon)) {
        // While the session of before is heard another one is of no interest: who plays recordings can't keep that one unanswered.
        if (beacon.mark.session !== last?.session && (heardAt === undefined || now - heardAt > SILENT_MS)) unproven = beacon.mark;
        return false;
      }
      last = beacon.mark;
      unproven = undefined;
      if (heardAt === undefined || now - heardAt > SILENT_MS) heardFrom = now;
      heardAt = now;
      if (!isEcho(beacon.heard)) return true;
      if (echoedAt === undefined || now - echoedAt > SILENT_MS) echoedFrom = now;
      echoedAt = now;
      return true;
    },
    next() {
      sequence = (sequence + 1) >>> 0;
      // A session that was only introduced has not been heard.
      const counted = last === undefined || last.sequence === 0 ? undefined : last;
      return { mark: { session, sequence }, heard: unproven ?? counted };
    },
    stalled(ms, now) {
      if (heardAt !== undefined) heardAt = monotonicMs(Math.min(heardAt + ms, now));
      if (echoedAt !== undefined) echoedAt = monotonicMs(Math.min(echoedAt + ms, now));
    },
    hearing(since, aliveAt) {
      wasSilent = isMissing(aliveAt, since, heardAt, wasSilent ? heardFrom : undefined);
      // While nothing is heard nobody can say whether the partner hears.
      wasUnheard = !wasSilent && isMissing(aliveAt, since, echoedAt, wasUnheard ? echoedFrom : undefined);
      return { hears: !wasSilent, isHeard: !wasUnheard };
    },
  };
}

/** @param from after a silence, since when there is none; undefined where none was before */
function isMissing(until: MonotonicMs, since: MonotonicMs, at: MonotonicMs | undefined, from: number | undefined): boolean {
  if (until - Math.max(at ?? since, since) > SILENT_MS) return true;
  return from !== undefined && (at === undefined || at - from < SETTLED_MS);
}

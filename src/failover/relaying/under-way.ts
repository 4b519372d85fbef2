/** The messages that this box relays, until they are acknowledged and their answers are back, or it is too late for these. */
import { RelayOutcome } from '../../wire/index.ts';
import type { Address, MonotonicMs } from '../../wire/index.ts';

/** Where the answer goes: back to whom the message came from. */
export interface WayBack {
  readonly interfaceName: string;
  readonly destination: Address;
  readonly port: number;
}

export interface UnderWay extends WayBack {
  readonly since: MonotonicMs;
  readonly octets: number;
  readonly link: string;
  /** Of the client, by its hash: the next message of one that was answered goes the same way. */
  readonly client: number;
}

const MESSAGES_MAX = 1_024;
const OCTETS_MAX = 1 << 20;
/** A client sends again what was not answered after a second (RFC 9915 section 7.6): an older message or answer is of no use. */
export const RELAYED_MAX_MS = 1_000;

export interface MessagesUnderWay {
  isFull(now: MonotonicMs): boolean;
  /** When the message was sent that waits longest for its acknowledgement; undefined where none does. */
  unacknowledgedSince(): MonotonicMs | undefined;
  /** @returns its number */
  begin(message: UnderWay): number;
  /** @returns whether it was under way */
  acknowledged(number: number, outcome: number): boolean;
  /** @returns the way back; undefined where the answer comes too late, or a second time, or to nothing that was sent */
  answered(number: number, now: MonotonicMs): UnderWay | undefined;
  /** The connection is gone, and with it whatever was on it. */
  forget(): void;
}

/** No answer follows. */
const IS_OVER: readonly number[] = [RelayOutcome.DISCARDED, RelayOutcome.SHED];

export function createMessagesUnderWay(): MessagesUnderWay {
  /** Both by number, in the order in which they began. */
  const unanswered = new Map<number, UnderWay>();
  const unacknowledged = new Map<number, UnderWay>();
  /** Of those that are not acknowledged. */
  let octets = 0;
  let last = 0;

  const dropOld = (now: MonotonicMs): void => {
    for (const [number, { since }] of unanswered) {
      if (now - since <= RELAYED_MAX_MS) return;
      unanswered.delete(number);
    }
  };

  return {
    isFull(now) {
      dropOld(now);
      return unanswered.size >= MESSAGES_MAX || unacknowledged.size >= MESSAGES_MAX || octets >= OCTETS_MAX;
    },
    unacknowledgedSince() {
      for (const { since } of unacknowledged.values()) return since;
      return undefined;
    },
    begin(message) {
      last = (last + 1) >>> 0;
      unanswered.set(last, message);
      unacknowledged.set(last, message);
      octets += message.octets;
      return last;
    },
    acknowledged(number, outcome) {
      const message = unacknowledged.get(number);
      if (message === undefined) return false;
      unacknowledged.delete(number);
      octets -= message.octets;
      if (IS_OVER.includes(outcome)) unanswered.delete(number);
      return true;
    },
    answered(number, now) {
      const message = unanswered.get(number);
      unanswered.delete(number);
      return message !== undefined && now - message.since <= RELAYED_MAX_MS ? message : undefined;
    },
    forget() {
      unanswered.clear();
      unacknowledged.clear();
      octets = 0;
    },
  };
}

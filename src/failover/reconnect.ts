/** When a primary dials again (RFC 8156 section 6.1): soon while the partner is merely away, less often when it refused. */
import { monotonicMs } from '../wire/index.ts';
import type { MonotonicMs } from '../wire/index.ts';

export type Failure =
  /** Nobody there, or the connection broke. */
  | 'lost'
  /** A CONNECTREPLY with a status, a DISCONNECT, or our own refusal of the partner. */
  | 'refused';

/** The first wait; each one that follows is twice as long. */
const FIRST_MS: Readonly<Record<Failure, number>> = { lost: 250, refused: 2_000 };
const LONGEST_MS: Readonly<Record<Failure, number>> = { lost: 5_000, refused: 15_000 };
/** Communications that were OK for this long prove that all is well again. */
const STEADY_MS = 60_000;

export interface Reconnect {
  /** When to dial; undefined while dialling, while connected, and before `begin`. */
  readonly dialAt: MonotonicMs | undefined;
  begin(now: MonotonicMs): void;
  dialled(): void;
  communicates(now: MonotonicMs): void;
  failed(failure: Failure, now: MonotonicMs): void;
  /** Not before `begin`. */
  halt(): void;
}

export function createReconnect(): Reconnect {
  let okSince: MonotonicMs | undefined;
  let waits = 0;
  const reconnect: { -readonly [Field in keyof Reconnect]: Reconnect[Field] } = {
    dialAt: undefined,
    begin(now) {
      reconnect.dialAt = now;
      waits = 0;
    },
    dialled() {
      reconnect.dialAt = undefined;
    },
    communicates(now) {
      okSince = now;
    },
    failed(failure, now) {
      if (okSince !== undefined && now - okSince >= STEADY_MS) waits = 0;
      okSince = undefined;
      reconnect.dialAt = monotonicMs(now + Math.min(FIRST_MS[failure] * 2 ** waits, LONGEST_MS[failure]));
      waits = Math.min(waits + 1, WAITS_MAX);
    },
    halt() {
      reconnect.dialAt = undefined;
      okSince = undefined;
    },
  };
  return reconnect;
}

/** More doublings than the longest wait has. */
const WAITS_MAX = 10;

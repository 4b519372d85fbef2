/**
 * Messages of clients that the partner heard and this box did not (R-LH3). Both boxes are on the link, and clients speak by
 * multicast: of what the one hears the other has to hear the same. Not counts are compared but transactions, each by its type and
 * transaction-id (RFC 9915 section 8): a busy box and an idle one differ in nothing that matters.
 */
import { LatestEntries } from '../bounded/index.ts';
import { MessageType, formatAddress } from '../wire/index.ts';
import type { Address, MonotonicMs } from '../wire/index.ts';

/** Of all links together: what comes in two seconds at 8000 messages a second. */
const REMEMBERED = 16_384;
/** The box's own copy may come behind the partner's, which took another way. */
const WAIT_MS = 300;
/** A message or two may be lost anywhere; and of what a busy box has no time to read half is something else than a deaf port. */
const CLIENTS_MIN = 3;
const SHARE_MIN = 0.5;
const WINDOW_MS = 30_000;
const WAITING_MAX = 256;
const CLIENTS_MAX = 64;

/** What the comparison says of a link. */
export interface ClientSignals {
  /** The partner hears clients there that this box does not: several, lately. */
  readonly areUnheard: boolean;
  /** Milliseconds since this box heard a client there itself; Infinity: it never did. */
  readonly heardAgoMs: number;
}

export interface HeardTransactions {
  /** Something came from a client, or from a relay agent, on this link; ahead of whatever becomes of it. */
  heard(link: string, bytes: Uint8Array, now: MonotonicMs): void;
  /** The partner passed this on, which it heard there. */
  heardByPartner(link: string, bytes: Uint8Array, source: Address, now: MonotonicMs): void;
  of(link: string, now: MonotonicMs): ClientSignals;
  /** When the last message came from a client there; undefined: none did. */
  heardAt(link: string): MonotonicMs | undefined;
}

interface Waiting {
  readonly link: string;
  readonly transaction: number;
  readonly client: string;
  readonly since: MonotonicMs;
}

interface Comparison {
  readonly at: MonotonicMs;
  /** This box has not heard it. */
  readonly isMissing: boolean;
}

export function createHeardTransactions(): HeardTransactions {
  const transactions = new Uint32Array(REMEMBERED);
  let next = 0;
  const heardAt = new Map<string, MonotonicMs>();
  let waiting: Waiting[] = [];
  /** By link and client, the last that was compared. */
  const compared = new Map<string, LatestEntries<string, Comparison>>();

  const settle = (now: MonotonicMs): void => {
    if (waiting.length === 0 || now - (waiting[0]?.since ?? now) < WAIT_MS) return;
    for (const { link, transaction, client, since } of waiting) {
      if (now - since < WAIT_MS) continue;
      let clients = compared.get(link);
      if (clients === undefined) compared.set(link, (clients = new LatestEntries(CLIENTS_MAX)));
      clients.set(client, { at: since, isMissing: !transactions.includes(transaction) });
    }
    waiting = waiting.filter(({ since }) => now - since < WAIT_MS);
  };

  return {
    heard(link, bytes, now) {
      heardAt.set(link, now);
      transactions[next] = transactionOf(bytes);
      next = (next + 1) % REMEMBERED;
    },
    heardByPartner(link, bytes, source, now) {
      // What relay agents pass on does not come by multicast to both.
      if (bytes[0] === MessageType.RELAY_FORW || waiting.length >= WAITING_MAX) return;
      waiting.push({ link, transaction: transactionOf(bytes), client: formatAddress(source), since: now });
    },
    of(link, now) {
      settle(now);
      const lately = [...(compared.get(link) ?? [])].filter(([, { at }]) => now - at <= WINDOW_MS);
      const missing = lately.filter(([, { isMissing }]) => isMissing).length;
      const last = heardAt.get(link);
      return {
        areUnheard: missing >= CLIENTS_MIN && missing >= SHARE_MIN * lately.length,
        heardAgoMs: last === undefined ? Infinity : now - last,
      };
    },
    heardAt: (link) => heardAt.get(link),
  };
}

/** Type and transaction-id; 0 for what has none. */
function transactionOf(bytes: Uint8Array): number {
  const [type = 0, high = 0, middle = 0, low = 0] = bytes;
  return ((type << 24) | (high << 16) | (middle << 8) | low) >>> 0;
}

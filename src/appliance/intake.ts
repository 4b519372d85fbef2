/**
 * What waits to be answered. Under overload a Solicit is shed first, its client has nothing to lose yet, and one that was sent
 * before it has not been answered later than it; messages about a lease that a client holds (Renew, Rebind, Release, Decline,
 * Confirm) last. Where two boxes divide the clients the partner's are shed before any of this box's.
 */
import { boundedQueue } from '../bounded/index.ts';
import type { BoundedQueue } from '../bounded/index.ts';
import { LeasequeryMessageType, MessageType, peekDatagram } from '../wire/index.ts';
import type { Address, MonotonicMs, Peek } from '../wire/index.ts';
import type { ClientRate } from './client-rate.ts';
import type { ReceivedDatagram } from './event.ts';

/** In the order of service. */
const CLASSES = ['heldLease', 'request', 'repeatedSolicit', 'solicit', 'partnerSolicit', 'leasequery'] as const;
type IntakeClass = (typeof CLASSES)[number];
const SOLICITS: ReadonlySet<IntakeClass> = new Set<IntakeClass>(['repeatedSolicit', 'solicit']);

const CAPACITY: Readonly<Record<IntakeClass, number>> = { heldLease: 8_192, request: 4_096, repeatedSolicit: 2_048, solicit: 2_048, partnerSolicit: 1_024, leasequery: 256 };
/** Datagrams may have 64 KiB: the bytes that wait are bounded as well as their number. */
const BYTES_MAX = 16 << 20;
/** With work left over for so long there is more than can be done, and it is no burst that will pass. */
const OVERLOAD_AFTER_MS = 100;
/** What is answered within some 25 ms; those that came before wait for nothing, see `newest`. Their clients come again, and first. */
const SOLICITS_UNDER_OVERLOAD = 128;
/** After this a client has sent its Solicit again: SOL_TIMEOUT, then at least 1.9 times that (RFC 9915 sections 7.6 and 15). */
const WAIT_MAX_MS = { solicit: 1_000, repeatedSolicit: 1_900, partnerSolicit: 1_000 } as const;
/** One in so many is a Solicit that is left to the partner, however many wait: a client whom the partner does not hear is found among them. */
const PARTNER_ONE_IN = 16;

interface Waiting {
  readonly datagram: ReceivedDatagram;
  readonly since: MonotonicMs;
}

/** Messages that were not answered because there was too much to do. */
export interface ShedCounters {
  solicit: number;
  /** Solicits that their clients sent again. */
  repeatedSolicit: number;
  /** Solicits of clients that the partner is to answer, where two boxes divide them: they take no place from this box's own. */
  partnerSolicit: number;
  request: number;
  heldLease: number;
  leasequery: number;
  /** Beyond one client's share. */
  clientRate: number;
}

export interface Intake {
  readonly length: number;
  readonly shed: Readonly<ShedCounters>;
  /** @returns whether it was taken */
  put(datagram: ReceivedDatagram, now: MonotonicMs): boolean;
  take(now: MonotonicMs): ReceivedDatagram | undefined;
}

/**
 * @param mayAsk whether leasequeries from this address are permitted
 * @param isPartners asked of Solicits: the partner is to answer, and hears the client itself, for all that is known
 */
export function createIntake(rate: ClientRate, mayAsk: (source: Address) => boolean, isPartners: (datagram: ReceivedDatagram) => boolean): Intake {
  const queues: Record<IntakeClass, BoundedQueue<Waiting>> = {
    heldLease: boundedQueue(CAPACITY.heldLease),
    request: boundedQueue(CAPACITY.request),
    repeatedSolicit: boundedQueue(CAPACITY.repeatedSolicit),
    solicit: boundedQueue(CAPACITY.solicit),
    partnerSolicit: boundedQueue(CAPACITY.partnerSolicit),
    leasequery: boundedQueue(CAPACITY.leasequery),
  };
  const shed: ShedCounters = { solicit: 0, repeatedSolicit: 0, partnerSolicit: 0, request: 0, heldLease: 0, leasequery: 0, clientRate: 0 };
  let bytes = 0;
  let taken = 0;
  let busySince = -Infinity as MonotonicMs;

  const isGone = ({ datagram }: Waiting): void => {
    bytes -= datagram.bytes.length;
    intake.length--;
  };

  const shift = (name: IntakeClass): Waiting | undefined => {
    const waiting = queues[name].shift();
    if (waiting !== undefined) isGone(waiting);
    return waiting;
  };

  /**
   * While there are more than can be answered, the newest are answered soon instead of all of them late; a
   * Solicit that its client has sent again by now is not worth an answer.
   */
  const newest = (name: keyof typeof WAIT_MAX_MS, now: MonotonicMs): Waiting | undefined => {
    const waiting = queues[name].pop();
    if (waiting === undefined) return undefined;
    isGone(waiting);
    if (now - waiting.since <= WAIT_MAX_MS[name]) return waiting;
    // All others are older.
    shed[name] += 1 + queues[name].length;
    while (shift(name) !== undefined);
    return undefined;
  };

  const capacityOf = (name: IntakeClass, now: MonotonicMs): number =>
    (name === 'solicit' || name === 'partnerSolicit') && now - busySince >= OVERLOAD_AFTER_MS ? SOLICITS_UNDER_OVERLOAD : CAPACITY[name];

  /** Sheds the oldest of the least urgent class, but nothing more urgent than `arriving`. */
  const makeRoom = (arriving: IntakeClass): boolean => {
    for (let i = CLASSES.length - 1; i >= CLASSES.indexOf(arriving); i--) {
      const name = CLASSES[i];
      if (name !== undefined && shift(name) !== undefined) {
        shed[name]++;
        return true;
      }
    }
    return false;
  };

  const admits = (peek: Peek | undefined, { bytes: octets, source }: ReceivedDatagram, name: IntakeClass, now: MonotonicMs): boolean => {
    if (name !== 'leasequery' && peek !== undefined && peek.clientIdLength > 0) return rate.admits(octets, peek.clientIdStart, peek.clientIdLength, now);
    // Who asks for other clients' leases has as many questions as there are clients; they wait behind all else. Who may not has none.
    if (octets[0] === LeasequeryMessageType.LEASEQUERY && mayAsk(source)) return true;
    return rate.admits(source, 0, source.length, now);
  };

  const intake: { -readonly [Field in keyof Intake]: Intake[Field] } = {
    shed,
    length: 0,
    put(datagram, now) {
      const peek = peekDatagram(datagram.bytes);
      const type = classOf(peek);
      if (!admits(peek, datagram, type, now)) {
        shed.clientRate++;
        return false;
      }
      const name = SOLICITS.has(type) && isPartners(datagram) ? 'partnerSolicit' : type;
      // What is left to the partner keeps nobody waiting.
      if (intake.length === queues.partnerSolicit.length) busySince = now;
      for (const capacity = capacityOf(name, now); queues[name].length >= capacity; shed[name]++) shift(name);
      while (bytes + datagram.bytes.length > BYTES_MAX) {
        if (!makeRoom(name)) {
          shed[name]++;
          return false;
        }
      }
      bytes += datagram.bytes.length;
      queues[name].push({ datagram, since: now });
      intake.length++;
      return true;
    },
    take(now) {
      if (intake.length === 0) return undefined;
      const isPartnersTurn = ++taken % PARTNER_ONE_IN === 0;
      const waiting =
        (isPartnersTurn ? newest('partnerSolicit', now) : undefined) ??
        shift('heldLease') ??
        shift('request') ??
        newest('repeatedSolicit', now) ??
        newest('solicit', now) ??
        newest('partnerSolicit', now) ??
        shift('leasequery');
      return waiting?.datagram;
    },
  };
  return intake;
}

function classOf(peek: Peek | undefined): IntakeClass {
  switch (peek?.type) {
    case MessageType.RENEW:
    case MessageType.REBIND:
    case MessageType.RELEASE:
    case MessageType.DECLINE:
    case MessageType.CONFIRM:
      return 'heldLease';
    case MessageType.REQUEST:
      return 'request';
    case MessageType.SOLICIT:
      return peek.isRepeated ? 'repeatedSolicit' : 'solicit';
    case LeasequeryMessageType.LEASEQUERY:
      return 'leasequery';
    default:
      return 'solicit'; // Information-request waits with Solicit, and so does what will turn out to be unreadable
  }
}

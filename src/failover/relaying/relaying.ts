/** What an endpoint remembers of the messages that it relays for its partner, and of the links of both boxes. */
import { LatestEntries } from '../../bounded/index.ts';
import type { HashKey } from '../../lease/index.ts';
import { LinkEvidence, LinkVerdict, halfSipHash32 } from '../../wire/index.ts';
import type { ClientMessage, Duid, LinkHealth, MonotonicMs } from '../../wire/index.ts';
import { createRecently } from './recently.ts';
import type { Recently } from './recently.ts';
import { createRelayRate } from './relay-rate.ts';
import type { RelayRate } from './relay-rate.ts';
import type { OfferedMessage } from './relayed-message.ts';
import { createTransitTime } from './transit-time.ts';
import type { TransitTime } from './transit-time.ts';
import { createMessagesUnderWay } from './under-way.ts';
import type { MessagesUnderWay } from './under-way.ts';

/** A client that is not answered asks at least so often (SOL_MAX_RT and the like begin far below). */
const HEARD_MS = 30_000;
/** A client whose last answer came by relay: its Request follows its relayed Advertise (R-LH5). */
const RELAYED_MS = 30_000;
const WAYS_BACK_MAX = 1_024;

/** What was relayed since the start, by what became of it; all of it is shown by `twinlease show counters`. */
export interface RelayCounters {
  /** Messages that were relayed to the partner. */
  relayedToPartner: number;
  /** Of those, messages of clients that the partner had not answered in the time of Delayed Service (load balancing). */
  delayedService: number;
  /** Answers of the partner that were passed on to clients. */
  relayedToClients: number;
  /** Messages that were not relayed: too long, or relayed too often before. */
  relayRefused: number;
  /** There were too many, or the partner has too much to do. */
  relayShed: number;
  /** Answers that came too late. */
  relayLate: number;
  /** Messages that the partner relayed to this box, but for those that came too late or were of no use. */
  relayedFromPartner: number;
  relayedFromPartnerDropped: number;
}

/** A message that was not relayed, for there was no reason to. */
export interface KeptMessage {
  readonly offered: OfferedMessage;
  readonly client: number;
  readonly since: MonotonicMs;
}

/** Where a client, or a relay agent before it, was heard, and where it is answered. */
export interface UdpWayBack {
  readonly interfaceName: string;
  readonly port: number;
}

/** What is known of the beacons of a partner that is connected. */
export interface PartnerBeacons {
  readonly session: string;
  /** From when on they are to be expected. */
  readonly since: MonotonicMs;
}

export interface Relaying {
  /** This server's DUID, and under which key clients are remembered. */
  readonly serverId: Duid;
  readonly key: HashKey;
  readonly heard: Recently;
  readonly answeredByRelay: Recently;
  readonly rate: RelayRate;
  /** The last of those, oldest first. */
  readonly kept: KeptMessage[];
  readonly underWay: MessagesUnderWay;
  transit: TransitTime;
  /** The partner has too much to do until then. */
  overloadedUntil: number;
  /** No acknowledgement was to be expected before: a resync, or this box did not listen. */
  excusedUntil: number;
  /** The DUID that the partner has for clients; undefined where it did not say. */
  partnerId: Duid | undefined;
  /** By link, what this box said of its own, and what the partner said of its. */
  readonly own: Map<string, LinkHealth>;
  readonly partner: Map<string, LinkHealth>;
  /** Undefined where none are to be expected. */
  partnerBeacons: PartnerBeacons | undefined;
  /** When the partner was told of this box's links; undefined: not since they changed, or not at all. */
  toldAt: MonotonicMs | undefined;
  /** Links on which clients were relayed though the partner calls its link well: said once a minute. */
  readonly surprise: Map<string, MonotonicMs>;
  /** By link and address, whoever was relayed by UDP last. */
  readonly waysBack: LatestEntries<string, UdpWayBack>;
  /** When the last of them was answered, by link. */
  readonly answeredThrough: Map<string, MonotonicMs>;
  readonly counters: RelayCounters;
}

export function createRelaying(serverId: Duid, key: HashKey): Relaying {
  return {
    serverId,
    key,
    heard: createRecently(HEARD_MS),
    answeredByRelay: createRecently(RELAYED_MS),
    rate: createRelayRate(),
    kept: [],
    underWay: createMessagesUnderWay(),
    transit: createTransitTime(),
    overloadedUntil: -Infinity,
    excusedUntil: -Infinity,
    partnerId: undefined,
    own: new Map(),
    partner: new Map(),
    partnerBeacons: undefined,
    toldAt: undefined,
    surprise: new Map(),
    waysBack: new LatestEntries(WAYS_BACK_MAX),
    answeredThrough: new Map(),
    counters: {
      relayedToPartner: 0,
      delayedService: 0,
      relayedToClients: 0,
      relayRefused: 0,
      relayShed: 0,
      relayLate: 0,
      relayedFromPartner: 0,
      relayedFromPartnerDropped: 0,
    },
  };
}

/** What was said over a connection is forgotten with it. */
export function forgetConnection(relaying: Relaying): void {
  relaying.underWay.forget();
  relaying.kept.length = 0;
  relaying.transit = createTransitTime();
  relaying.overloadedUntil = -Infinity;
  relaying.partnerId = undefined;
  relaying.partner.clear();
  relaying.partnerBeacons = undefined;
  relaying.toldAt = undefined;
  relaying.answeredThrough.clear();
}

/** Who a client is, by its DUID or, without one, by its address. */
export function clientHash({ k0, k1 }: HashKey, identity: Uint8Array): number {
  return halfSipHash32(k0, k1, identity, 0, identity.length);
}

/** An exchange of a client: what it sends again has the same. */
export function exchangeHash(client: number, { type, transactionId }: ClientMessage): number {
  return Math.imul(client ^ Math.imul(transactionId + 1, 0x9e37_79b1) ^ Math.imul(type, 0x85eb_ca6b), 0xc2b2_ae35) >>> 0;
}

const DOUBTS = LinkEvidence.NO_BEACON | LinkEvidence.BEACON_NOT_HEARD | LinkEvidence.NO_ADVERTISE;

/** The partner does not reach its clients on a link of which it says so. */
export function isImpaired(verdict: number | undefined): boolean {
  return verdict === LinkVerdict.SUSPECT || isLost(verdict);
}

/**
 * By what this box hears itself: the two do not hear each other on the link, both ways, or the partner does not answer there; and it may
 * be the partner whom its clients don't reach. It may not know, and its word for it may be late.
 */
export function isDoubtful(own: Pick<LinkHealth, 'evidence'> | undefined): boolean {
  return own !== undefined && (own.evidence & DOUBTS) !== 0;
}

export function isLost(verdict: number | undefined): boolean {
  return verdict === LinkVerdict.LOST || verdict === LinkVerdict.ADMIN_OFF;
}

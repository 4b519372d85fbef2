/** One connection to the partner, from the moment it is known to be its (RFC 8156 section 6). */
import { monotonicMs } from '../wire/index.ts';
import type { ClockReport, ConnectMessage, DatabasePoint, MonotonicMs } from '../wire/index.ts';
import { createClockSkew } from './clock-skew.ts';
import type { ClockSkew } from './clock-skew.ts';
import { createKeepalive } from './keepalive.ts';
import type { Keepalive } from './keepalive.ts';
import type { RelationshipConfiguration } from './configuration.ts';

/** CONNECT, CONNECTREPLY and both STATE messages have to pass in this time. */
const HANDSHAKE_MS = 10_000;

export interface Connection {
  readonly id: number;
  readonly keepalive: Keepalive;
  readonly skew: ClockSkew;
  /**
   * `connecting`: CONNECT is out, or a CONNECTREPLY is to go out. `accepted`: both boxes agreed. `ok`: the partner's STATE
   * came, communications are OK (section 6.1).
   */
  phase: 'connecting' | 'accepted' | 'ok';
  readonly handshakeBy: MonotonicMs;
  /** The primary's CONNECT, by its transaction id. */
  readonly connectId: number;
  /** The secondary's CONNECTREPLY, while it waits for stable storage. */
  reply: ConnectMessage | undefined;
  /** The state of this endpoint has to be told, as soon as it is durable. */
  owesState: boolean;
  /** The partner was told a state over this connection: it takes updates from then on. */
  hasToldState: boolean;
  /** What the partner speaks beyond RFC 8156. */
  extensions: readonly number[];
  /** What this box says by them was said. */
  isIntroduced: boolean;
  /** F-GAP-19: as it was before this connection. */
  readonly hadCommunicated: boolean;
  maxUnackedBndupd: number;
  /** The partner said in its last STATE that it is in STARTUP. */
  partnerIsStarting: boolean;
  /** And in its first one that it knows this endpoint. */
  partnerHadCommunicated: boolean;
  /** How often both send CONTACT, in milliseconds; 0: as RFC 8156 says. It counts once communications are OK. */
  contactInterval: number;
  /**
   * The clocks are too far apart, and one of the two is about to be set by the other: nothing that is said until then counts, but what
   * the partner says of its clock (R-ST2).
   */
  awaitsClock: boolean;
  /** What the partner was told last of this box's clock, in a CONTACT. */
  clockTold: ClockReport | undefined;
  /** What the partner said last of its database. */
  partnerDatabase: DatabasePoint | undefined;
  /** It asked for what it lacks, or tells what this box lacks: that it lacks something itself it knows durably by now. */
  partnerHasFoundOut: boolean;
  /** The partner was told which certificate this box will show. */
  hasToldCertificate: boolean;
  /** Which one the partner will show. */
  partnerCertificate: string | undefined;
  /** When the partner was last told of this box's, and up to which commit. */
  databaseToldAt: MonotonicMs;
  commitTold: number;
}

export function openConnection(
  id: number,
  configuration: RelationshipConfiguration,
  hadCommunicated: boolean,
  connectId: number,
  now: MonotonicMs,
): Connection {
  return {
    id,
    keepalive: createKeepalive(configuration.keepalive, now),
    skew: createClockSkew(),
    phase: 'connecting',
    handshakeBy: monotonicMs(now + HANDSHAKE_MS),
    connectId,
    reply: undefined,
    owesState: false,
    hasToldState: false,
    extensions: [],
    isIntroduced: false,
    hadCommunicated,
    maxUnackedBndupd: 0,
    partnerIsStarting: false,
    partnerHadCommunicated: false,
    contactInterval: 0,
    awaitsClock: false,
    clockTold: undefined,
    partnerDatabase: undefined,
    partnerHasFoundOut: false,
    hasToldCertificate: false,
    partnerCertificate: undefined,
    databaseToldAt: now,
    commitTold: 0,
  };
}

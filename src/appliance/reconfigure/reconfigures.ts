/**
 * Reconfigure (RFC 9915 sections 18.3.11 and 20.4): clients that accepted it are asked to renew, when an operator says so and by itself
 * when a new configuration concerns them. Each has a key, which stands with its leases and so is known to both boxes of a pair.
 */
import type { Failover, FailoverEvent } from '../../failover/index.ts';
import { NO_SLOT, reconfigureKeyOf } from '../../lease/index.ts';
import type { LeaseTable } from '../../lease/index.ts';
import { ReplayDetection, composeReconfigure, keyedLease, linkFinder } from '../../server/index.ts';
import type { HmacMd5, LinkAuthority, ReconfigureMeans, ReconfigureType, ReplayReservation, ServerConfiguration } from '../../server/index.ts';
import { MessageType, REC_MAX_RC, formatDuid, formatHex, wrapRelayReplies } from '../../wire/index.ts';
import type { ClientMessage, Duid, EpochSeconds, MonotonicMs, Now } from '../../wire/index.ts';
import type { Counters } from '../counters.ts';
import type { Effect } from '../effect.ts';
import type { ReceivedDatagram, ReconfigureCommand } from '../event.ts';
import { Asking } from './asking.ts';
import type { Asked } from './asking.ts';
import { chargeOf } from './charge.ts';
import type { WayToClient } from './charge.ts';
import { createConcernedClients } from './concerned-clients.ts';
import { RelayAgents } from './relay-agents.ts';

/** What Reconfigure begins with. */
export interface ReconfigureStart {
  readonly replay: ReplayReservation;
  /** See `ReconfigureMeans`. */
  readonly newKey: () => Uint8Array;
  readonly hmacMd5: HmacMd5;
}

/** What became of the last Reconfigure to a client. */
export interface ReconfigureProgress {
  /** `ended`: it has no lease any more, or another box is to ask it now. */
  readonly state: 'asked' | 'answered' | 'unanswered' | 'ended';
  readonly type: ReconfigureType;
  /** How many it was sent. */
  readonly attempts: number;
  /** From the first of them on until that was known; so far while it is `asked`. */
  readonly tookMs: number;
}

/** Clients since the start. */
export interface ReconfigureCounters {
  asked: number;
  answered: number;
  unanswered: number;
}

export interface Reconfigures {
  readonly means: ReconfigureMeans;
  readonly counters: Readonly<ReconfigureCounters>;
  /** Something came in; ahead of whatever becomes of it. */
  heard(datagram: ReceivedDatagram): void;
  /** This box answers a client. */
  answers(message: ClientMessage, now: Now): void;
  /** @returns why it is refused, or undefined when the first one is on its way */
  command(command: ReconfigureCommand, now: Now, effects: Effect[]): string | undefined;
  configure(configuration: ServerConfiguration, now: Now): void;
  /** What became of `reserveReplay`. */
  reserved(until: EpochSeconds, failure: string | undefined, now: Now, effects: Effect[]): void;
  /** Does what is due. */
  look(now: Now, effects: Effect[]): void;
  wakeAt(): number;
  /** Undefined: nothing is known, or not any more. */
  progress(client: Duid, now: MonotonicMs): ReconfigureProgress | undefined;
}

export interface ReconfigureRooms {
  readonly configuration: ServerConfiguration;
  readonly serverId: Duid;
  readonly table: LeaseTable;
  readonly failover: () => Pick<Failover, 'relationship'>;
  readonly authorityOf: (link: string) => LinkAuthority;
  /** Of this box, towards clients and relay agents. */
  readonly interfaces: () => readonly string[];
  readonly counters: Pick<Counters, 'sent'>;
  readonly toPartner: (event: FailoverEvent & { readonly kind: 'reconfigure' }, now: Now, effects: Effect[]) => void;
}

/** Clients that are asked at the same time; each takes some 500 octets. */
const ASKED_MAX = 16_384;
/** Outcomes that are remembered for whoever asked. */
const OUTCOMES_MAX = 1_024;
const RESERVE_AGAIN_MS = 60_000;
/** Attempts that have failed are followed by the next ones so many at once. */
const SENT_PER_LOOK_MAX = 128;

export const RECONFIGURE_OFF = 'Reconfigure is off: there is no "reconfigure" under "server" in the provisioning file';

export function createReconfigures(start: ReconfigureStart, rooms: ReconfigureRooms): Reconfigures {
  const { table, serverId } = rooms;
  const { records } = table;
  const replay = new ReplayDetection(start.replay);
  const means: ReconfigureMeans = { newKey: start.newKey, hmacMd5: start.hmacMd5, replay };
  const relayAgents = new RelayAgents();
  const asking = new Asking();
  const outcomes = new Map<string, ReconfigureProgress>();
  const counters: ReconfigureCounters = { asked: 0, answered: 0, unanswered: 0 };
  let { configuration } = rooms;
  let linkOf = linkFinder(table, configuration.links);
  /** Undefined: none is under way. */
  let reserving: EpochSeconds | undefined;
  let reserveAt = Infinity;

  const chargeRooms = { ...rooms, relayAgents, linkOf: (slot: number) => linkOf(slot) };
  const concerned = createConcernedClients({ ...chargeRooms, isFull: () => asking.size >= ASKED_MAX });

  const note = (key: string, outcome: ReconfigureProgress): void => {
    outcomes.delete(key);
    outcomes.set(key, outcome);
    if (outcomes.size <= OUTCOMES_MAX) return;
    const [oldest] = outcomes.keys();
    if (oldest !== undefined) outcomes.delete(oldest);
  };

  const over = (key: string, { type, attempts, since, byItself }: Asked, state: 'answered' | 'unanswered' | 'ended', now: Now): void => {
    note(key, { state, type, attempts, tookMs: now.monotonic - since });
    if (state !== 'ended') counters[state] += 1;
    if (byItself) concerned.over(state);
  };

  const send = (slot: number, type: ReconfigureType, { interfaces, destination, port, levels, on }: WayToClient, now: Now, effects: Effect[]): void => {
    const key = reconfigureKeyOf(records.reconfigureData(slot));
    if (key === undefined) return;
    const message = composeReconfigure({ serverId, client: records.duid(slot), type, key, replay: replay.next(now.epoch) }, start.hmacMd5);
    const bytes = wrapRelayReplies(levels, message);
    if (bytes === undefined) return;
    const { sent } = rooms.counters;
    sent[MessageType.RECONFIGURE] = (sent[MessageType.RECONFIGURE] ?? 0) + 1;
    for (const interfaceName of interfaces) effects.push({ kind: 'send', interfaceName, destination, port, bytes });
    const linkAddress = on.prefixes[0]?.address;
    if (on.relationship === undefined || linkAddress === undefined) return;
    rooms.toPartner({ kind: 'reconfigure', relationship: on.relationship, passed: { link: on.name, linkAddress, destination, bytes } }, now, effects);
  };

  /** @returns why not, as the end of a sentence about the client, where that is so */
  const ask = (client: Duid, wished: ReconfigureType | undefined, byItself: boolean, now: Now, effects: Effect[]): string | undefined => {
    const slot = keyedLease(table, client);
    if (slot === NO_SLOT) return 'has no key: it did not accept Reconfigure when it got its leases, or got them before that was switched on';
    if (records.lock(slot) !== 0) return 'is being served right now: try again';
    const charge = chargeOf(chargeRooms, slot, wished);
    if (typeof charge === 'string') return charge;
    if (!replay.isUsable) return "can't be asked: stable storage does not keep what protects it from replayed messages";
    if (asking.size >= ASKED_MAX) return `can't be asked: ${ASKED_MAX} others are, and have not answered yet`;
    const key = keyOf(client);
    asking.take(key);
    outcomes.delete(key);
    send(slot, charge.type, charge.way, now, effects);
    asking.sent(key, { client, type: charge.type, since: now.monotonic, attempts: 1, byItself }, now.monotonic);
    counters.asked += 1;
    return undefined;
  };

  /** The client did not answer in time. */
  const askAgain = (key: string, asked: Asked, now: Now, effects: Effect[]): void => {
    if (asked.attempts >= REC_MAX_RC) {
      over(key, asked, 'unanswered', now);
      return;
    }
    const slot = keyedLease(table, asked.client);
    const charge = slot === NO_SLOT || configuration.reconfigure === undefined ? undefined : chargeOf(chargeRooms, slot, asked.type);
    if (charge === undefined || typeof charge === 'string') {
      over(key, asked, 'ended', now);
      return;
    }
    // Of a lease that waits for a commit nothing is said: its client is heard right now anyway.
    if (records.lock(slot) === 0) send(slot, charge.type, charge.way, now, effects);
    asking.sent(key, { ...asked, attempts: asked.attempts + 1 }, now.monotonic);
  };

  const reserve = (now: Now, effects: Effect[]): void => {
    if (configuration.reconfigure === undefined || reserving !== undefined || (reserveAt !== Infinity && now.monotonic < reserveAt)) return;
    reserveAt = Infinity;
    reserving = replay.wanted(now.epoch);
    if (reserving === undefined) return;
    effects.push({ kind: 'reserveReplay', until: reserving });
  };

  return {
    means,
    counters,
    heard(datagram) {
      if (configuration.reconfigure !== undefined) relayAgents.heard(datagram);
    },
    answers({ type, clientId }, now) {
      if (asking.size === 0 || clientId === undefined) return;
      const key = keyOf(clientId);
      if (asking.get(key)?.type !== type) return;
      const asked = asking.take(key);
      if (asked !== undefined) over(key, asked, 'answered', now);
    },
    command({ client, type }, now, effects) {
      if (configuration.reconfigure === undefined) return RECONFIGURE_OFF;
      const refusal = ask(client, type, false, now, effects);
      return refusal === undefined ? undefined : `${formatDuid(client)} ${refusal}`;
    },
    configure(next, now) {
      concerned.configure(configuration, next, now);
      configuration = next;
      linkOf = linkFinder(table, next.links);
    },
    reserved(until, failure, now, effects) {
      reserving = undefined;
      if (failure === undefined) replay.reserved(until);
      else reserveAt = now.monotonic + RESERVE_AGAIN_MS;
      effects.push({
        kind: 'alarm',
        id: 'reconfigure',
        raised: failure !== undefined && !replay.isUsable,
        severity: 'warning',
        text: `no client gets a reconfigure key: stable storage can't keep what protects it from replayed messages (${failure ?? 'it does again'})`,
        advice: 'Look after the disk; it is tried again every minute.',
      });
    },
    look(now, effects) {
      reserve(now, effects);
      for (let left = SENT_PER_LOOK_MAX; left > 0; left--) {
        const due = asking.takeDue(now.monotonic);
        if (due === undefined) break;
        askAgain(...due, now, effects);
      }
      if (replay.isUsable) concerned.look(now, effects, (client) => ask(client, undefined, true, now, effects) === undefined);
    },
    wakeAt: () => Math.min(asking.nextAt, concerned.wakeAt(), reserveAt),
    progress(client, now) {
      const key = keyOf(client);
      const asked = asking.get(key);
      return asked === undefined ? outcomes.get(key) : { state: 'asked', type: asked.type, attempts: asked.attempts, tookMs: now - asked.since };
    },
  };
}

function keyOf(client: Duid): string {
  return formatHex(client, '');
}

/**
 * Reconfigure (RFC 9915 sections 18.3.11 and 20.4): clients that accepted it are asked to renew, when an operator says so and by itself
 * when a new configuration concerns them. Each has a key, which stands with its leases and so is known to both boxes of a pair.
 */
import type { Failover, FailoverEvent } from '../../failover/index.ts';
import { NO_SLOT, reconfigureKeyOf, slotsOfClient } from '../../lease/index.ts';
import type { LeaseTable } from '../../lease/index.ts';
import { ReplayDetection, composeReconfigure, keyedLease } from '../../server/index.ts';
import type { HmacMd5, LinkAuthority, ReconfigureMeans, ReconfigureType, ReplayReservation, ServerConfiguration } from '../../server/index.ts';
import { MessageType, REC_MAX_RC, formatDuid, formatHex, wrapRelayReplies } from '../../wire/index.ts';
import type { Address, ClientMessage, Duid, EpochSeconds, MonotonicMs, Now } from '../../wire/index.ts';
import type { Counters } from '../counters.ts';
import type { Effect } from '../effect.ts';
import type { Event, ReceivedDatagram, ReconfigureCommand } from '../event.ts';
import { Asking } from './asking.ts';
import type { Asked } from './asking.ts';
import { chargeOf, forNow } from './charge.ts';
import type { Refusal, WayToClient } from './charge.ts';
import { ClientLinks } from './client-links.ts';
import { createConcernedClients } from './concerned-clients.ts';
import { Outcomes } from './outcomes.ts';
import type { ReconfigureProgress } from './outcomes.ts';
import { RelayAgents } from './relay-agents.ts';
import type { HeardAgent } from './relay-agents.ts';

/** What Reconfigure begins with. */
export interface ReconfigureStart {
  readonly replay: ReplayReservation;
  /** See `ReconfigureMeans`. */
  readonly newKey: () => Uint8Array;
  readonly hmacMd5: HmacMd5;
  /** `formerConfiguration` is to come: what clients have may not be what this box begins with. */
  readonly hasFormer: boolean;
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
  /** A relay agent's message was valid, and is answered at this port. */
  heardRelayAgent(datagram: ReceivedDatagram, port: number): void;
  /** Where a relay agent was heard of late. */
  waysTo(agent: Address): readonly HeardAgent[];
  /** This box answers a client, which is heard on this link. */
  answers(message: ClientMessage, link: () => string | undefined, now: Now): void;
  /** @returns why it is refused, or undefined when the first one is on its way */
  command(command: ReconfigureCommand, now: Now, effects: Effect[]): string | undefined;
  configure(configuration: ServerConfiguration, now: Now): void;
  /** The clock was set by so many seconds. */
  moveTimes(by: number): void;
  /** What became of `reserveReplay`, or what clients had before the start. */
  told(news: Event & { readonly kind: 'replayReserved' | 'formerConfiguration' }, now: Now, effects: Effect[]): void;
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
  /** There is more to do than this box can. */
  readonly isBusy: () => boolean;
  /** Beacons of the partner come in on this link. */
  readonly isPartnerHeard: (link: string, now: Now) => boolean;
  readonly toPartner: (event: FailoverEvent & { readonly kind: 'reconfigure' }, now: Now, effects: Effect[]) => void;
}

/** Clients that are asked at the same time; each takes some 500 octets. */
const ASKED_MAX = 16_384;
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
  const outcomes = new Outcomes();
  const counters: ReconfigureCounters = { asked: 0, answered: 0, unanswered: 0 };
  let { configuration } = rooms;
  const links = new ClientLinks(table, configuration.links);
  /** Undefined: none is under way. */
  let reserving: EpochSeconds | undefined;
  let reserveAt = Infinity;

  const chargeRooms = { ...rooms, relayAgents, linkOf: (slot: number) => links.of(slot) };
  const concerned = createConcernedClients({ ...chargeRooms, isServed: (client) => isServed(client), isBusy: () => asking.size >= ASKED_MAX || rooms.isBusy(), hasFormer: start.hasFormer });

  const over = (key: string, { type, attempts, since, byItself }: Asked, state: 'answered' | 'unanswered' | 'ended', now: Now): void => {
    outcomes.set(key, { state, type, attempts, tookMs: now.monotonic - since });
    if (state !== 'ended') counters[state] += 1;
    if (byItself) concerned.over(state);
  };

  /** The lease by which a client is reached on a link, see `keyedLease`. */
  const leaseOn = (client: Duid, link: string | undefined): number => keyedLease(table, client, (slot) => links.of(slot)?.name === link);

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

  /** @param slot see `leaseOn` @returns why not, where that is so */
  const ask = (slot: number, wished: ReconfigureType | undefined, byItself: boolean, now: Now, effects: Effect[]): Refusal | undefined => {
    if (isServed(records.duid(slot))) return forNow('is being served right now: try again');
    const charge = chargeOf(chargeRooms, slot, wished);
    if ('reason' in charge) return charge;
    if (!replay.isUsable) return forNow("can't be asked: stable storage does not keep what protects it from replayed messages");
    if (asking.size >= ASKED_MAX) return forNow(`can't be asked: ${ASKED_MAX} others are, and have not answered yet`);
    const client = records.duid(slot);
    const link = charge.way.on.name;
    const key = keyOf(client, link);
    if (asking.take(key)?.byItself === true) concerned.over('again');
    outcomes.delete(key);
    send(slot, charge.type, charge.way, now, effects);
    asking.sent(key, { client, link, type: charge.type, since: now.monotonic, attempts: 1, byItself }, now.monotonic);
    counters.asked += 1;
    return undefined;
  };

  /**
   * A lease of the client waits for a commit, and maybe a Reply with it: what that says of a key, and its value against replay, come before anything
   * that is said of them here. The client is heard right now anyway.
   */
  const isServed = (client: Duid): boolean => slotsOfClient(table, client).some((one) => records.lock(one) !== 0);

  /** The client did not answer in time. */
  const askAgain = (key: string, asked: Asked, now: Now, effects: Effect[]): void => {
    if (asked.attempts >= REC_MAX_RC) {
      over(key, asked, 'unanswered', now);
      return;
    }
    const slot = leaseOn(asked.client, asked.link);
    const charge = slot === NO_SLOT || configuration.reconfigure === undefined ? undefined : chargeOf(chargeRooms, slot, asked.type);
    if (charge === undefined || ('reason' in charge && !charge.isForNow)) {
      over(key, asked, 'ended', now);
      return;
    }
    const isSent = !('reason' in charge) && !isServed(asked.client);
    if (isSent) send(slot, charge.type, charge.way, now, effects);
    // What could not be sent is no attempt.
    asking.sent(key, { ...asked, attempts: isSent ? asked.attempts + 1 : asked.attempts }, now.monotonic);
  };

  /** By the links of all leases that it had, those that are over included. */
  const linksOf = (client: Duid): ReadonlySet<string | undefined> => new Set(slotsOfClient(table, client).map((slot) => links.of(slot)?.name));

  const reserve = (now: Now, effects: Effect[]): void => {
    const isLater = reserveAt !== Infinity && now.monotonic < reserveAt;
    if (configuration.reconfigure === undefined || reserving !== undefined || isLater) return;
    reserveAt = Infinity;
    reserving = replay.wanted(now.epoch);
    if (reserving === undefined) return;
    effects.push({ kind: 'reserveReplay', until: reserving });
  };

  return {
    means,
    counters,
    heardRelayAgent(datagram, port) {
      if (configuration.reconfigure !== undefined) relayAgents.heard(datagram, port);
    },
    waysTo: (agent) => relayAgents.of(agent),
    answers({ type, clientId }, link, now) {
      if (asking.size === 0 || clientId === undefined) return;
      const key = keyOf(clientId, link());
      if (asking.get(key)?.type !== type) return;
      const asked = asking.take(key);
      if (asked !== undefined) over(key, asked, 'answered', now);
    },
    command({ client, type }, now, effects) {
      if (configuration.reconfigure === undefined) return RECONFIGURE_OFF;
      const leases = [...linksOf(client)].map((link) => leaseOn(client, link)).filter((slot) => slot !== NO_SLOT);
      const refusals = leases.map((slot) => ask(slot, type, false, now, effects));
      if (refusals.includes(undefined)) return undefined;
      return `${formatDuid(client)} ${refusals[0]?.reason ?? NO_KEY}`;
    },
    configure(next, now) {
      concerned.configure(configuration, next, now);
      if (configuration !== next) links.configure(next.links, now.epoch);
      configuration = next;
    },
    moveTimes(by) {
      concerned.moveTimes(by);
      links.moveTimes(by);
    },
    told(news, now, effects) {
      if (news.kind === 'formerConfiguration') {
        concerned.former(news.configuration, configuration, now);
        return;
      }
      const { until, failure } = news;
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
      if (replay.isUsable || configuration.reconfigure === undefined) concerned.look(configuration, now, effects, (slot) => ask(slot, undefined, true, now, effects));
    },
    wakeAt() {
      if (configuration.reconfigure === undefined) return asking.nextAt;
      return Math.min(asking.nextAt, replay.isUsable ? concerned.wakeAt() : Infinity, reserveAt);
    },
    progress(client, now) {
      const known = [...linksOf(client)].flatMap((link): ReconfigureProgress[] => {
        const key = keyOf(client, link);
        const asked = asking.get(key);
        const progress = asked === undefined ? outcomes.get(key) : { state: 'asked' as const, type: asked.type, attempts: asked.attempts, tookMs: now - asked.since };
        return progress === undefined ? [] : [progress];
      });
      return known.toSorted((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state))[0];
    },
  };
}

const NO_KEY = 'has no key: it did not accept Reconfigure when it got its leases, or got them before that was switched on';
/** Of a client on several links the first counts. */
const STATES: readonly ReconfigureProgress['state'][] = ['asked', 'unanswered', 'ended', 'answered'];

/** A client is asked on each link by itself. @param link its name; undefined: on one that is not in the configuration any more */
function keyOf(client: Duid, link: string | undefined): string {
  return `${formatHex(client, '')} ${link ?? ''}`;
}

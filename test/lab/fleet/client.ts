// One client, as RFC 8415 18.2 has it: Solicit, Request, Renew at T1, Rebind at T2, and again from the start when its
// leases have expired. It knows no clock and no socket: `onTimer` is due at `nextAt`. Times are milliseconds.

import type { FleetEvent, Who } from './event.ts';
import { nameOf, type HeldLease, type LeaseKind } from './lease.ts';
import { MessageType, StatusCode, writeMessage, type Answer, type GivenLease } from './message.ts';
import {
  rebindTimes, renewTimes, requestTimes, retransmissionTime, solicitTimes, spread, type Retransmission,
} from './retransmission.ts';

export interface Terms extends Who {
  readonly wishes: readonly LeaseKind[];
}

export interface World {
  now(): number;
  /** Of [0, 1). */
  random(): number;
  /** One that no exchange under way has. */
  transactionId(): number;
  send(bytes: Buffer): void;
  tell(event: FleetEvent): void;
}

export interface Client {
  readonly who: Who;
  /** When `onTimer` is due; Infinity for never. */
  readonly nextAt: number;
  /** It has everything that it asked for. */
  readonly isSatisfied: boolean;
  begin(): void;
  onTimer(): void;
  /** Takes an Advertise or Reply to this client; one that it can't use is told as such. */
  onAnswer(answer: Answer): void;
}

/** How long a probe waits for Advertises. */
const probePatienceMs = 200;
/** A probe's Request is sent once. */
const probeRequestTimes: Retransmission = { ...requestTimes, count: 1 };
/** Before the next Solicit after a Reply that gave nothing (RFC 8415 14.1 wants a limit on the rate). */
const pauseMs = 1_000;

interface Exchange {
  readonly type: MessageType;
  readonly times: Retransmission;
  readonly transactionId: number;
  readonly server: Buffer | undefined;
  readonly leases: readonly Pick<HeldLease, 'kind' | 'octets'>[];
  readonly beganAt: number;
  /** When it is given up (RFC 8415 15: MRD). */
  readonly endsAt: number;
  sent: number;
  /** Seconds. */
  lastTime: number | undefined;
  resendAt: number;
  /** Of a Solicit: when the collecting of Advertises ends. */
  decideAt: number;
  offer: Answer | undefined;
}

type Phase = 'idle' | 'exchanging' | 'bound' | 'gone';

export function createClient(terms: Terms, world: World): Client {
  const { client, stream, place, wishes } = terms;
  const who: Who = { client, stream, place };
  let phase: Phase = 'idle';
  let exchange: Exchange | undefined;
  let held: HeldLease[] = [];
  let wakeAt = Infinity;
  /** Since when it has been without a lease, or has tried to keep those it has. */
  let soughtSince = 0;
  let t1At = Infinity;
  let t2At = Infinity;

  function start(type: MessageType, times: Retransmission, more: Partial<Pick<Exchange, 'server' | 'leases' | 'endsAt'>>): void {
    const beganAt = world.now();
    phase = 'exchanging';
    exchange = {
      type, times, transactionId: world.transactionId(), server: more.server, leases: more.leases ?? [], beganAt,
      endsAt: more.endsAt ?? Infinity, sent: 0, lastTime: undefined, resendAt: 0, decideAt: Infinity, offer: undefined,
    };
    transmit(exchange);
  }

  function transmit(current: Exchange): void {
    const now = world.now();
    const first = current.sent === 0;
    const elapsed = first ? 0 : Math.round((now - current.beganAt) / 10);
    const { type, transactionId, server, leases } = current;
    world.send(writeMessage({ type, transactionId, client, elapsed, server, wishes, leases }));
    current.sent += 1;
    const firstSolicit = first && type === MessageType.SOLICIT;
    const rand = firstSolicit ? 0.1 * (1 - world.random()) : spread(world.random());
    current.lastTime = retransmissionTime(current.times, current.lastTime, rand);
    current.resendAt = now + 1_000 * current.lastTime;
    if (firstSolicit) current.decideAt = stream === 'probe' ? now + probePatienceMs : current.resendAt;
  }

  function solicit(): void {
    start(MessageType.SOLICIT, solicitTimes, {});
  }

  function request(answer: Answer, leases: Exchange['leases']): void {
    start(MessageType.REQUEST, stream === 'probe' ? probeRequestTimes : requestTimes, { server: answer.server, leases });
  }

  /** Begins to look for a lease with nothing in hand. */
  function seek(since: number): void {
    soughtSince = since;
    world.tell({ event: 'solicit', at: since, ...who });
    solicit();
  }

  function keep(type: typeof MessageType.RENEW | typeof MessageType.REBIND, server: Buffer | undefined): void {
    const last = Math.max(...held.map(({ until }) => until));
    if (type === MessageType.RENEW) start(type, renewTimes, { server, leases: held, endsAt: Math.min(t2At, last) });
    else start(type, rebindTimes, { leases: held, endsAt: last });
  }

  let boundTo: Buffer | undefined;

  /** Takes note of leases that have run out; true if it has to begin anew. */
  function dropExpired(now: number): boolean {
    const expired = held.filter(({ until }) => until <= now);
    if (expired.length === 0) return false;
    held = held.filter(({ until }) => until > now);
    for (const { kind, octets, until } of expired) {
      // One that another has taken the place of runs out unnoticed.
      if (held.some((lease) => lease.kind === kind)) continue;
      world.tell({ event: 'expired', at: until, ...who, lease: nameOf(kind, octets) });
    }
    return held.length === 0 && exchange?.type !== MessageType.REQUEST && exchange?.type !== MessageType.SOLICIT;
  }

  function onTimer(): void {
    const now = world.now();
    if (dropExpired(now)) {
      seek(now);
    } else if (phase === 'idle') {
      wakeAt = Infinity;
      solicit();
    } else if (phase === 'bound') {
      if (now >= t2At) keep(MessageType.REBIND, undefined);
      else if (now >= t1At) keep(MessageType.RENEW, boundTo);
    } else if (phase === 'exchanging' && exchange !== undefined) {
      goOn(exchange, now);
    }
  }

  function goOn(current: Exchange, now: number): void {
    if (current.type === MessageType.SOLICIT && current.offer !== undefined && now >= current.decideAt) {
      request(current.offer, offeredLeases(current.offer));
    } else if (now >= current.endsAt) {
      // Only a Renew ends before its leases do.
      keep(MessageType.REBIND, undefined);
    } else if (now >= current.resendAt) {
      if (current.times.count > 0 && current.sent >= current.times.count) solicit();
      else transmit(current);
    }
  }

  function onAdvertise(answer: Answer, current: Exchange): void {
    if (offeredLeases(answer).length === 0) return;
    if (current.offer === undefined || isBetter(answer, current.offer)) current.offer = answer;
    if (world.now() >= current.decideAt || answer.preference === 255) request(current.offer, offeredLeases(current.offer));
  }

  function onReply(answer: Answer, current: Exchange): boolean {
    const now = world.now();
    const given = offeredLeases(answer);
    if (current.type === MessageType.REQUEST) {
      if (given.length > 0) return adopt(answer, given, now);
      exchange = undefined;
      phase = 'idle';
      wakeAt = now + pauseMs;
      return false;
    }
    if (answer.associations.some(({ status }) => status === StatusCode.NO_BINDING)) {
      soughtSince = current.beganAt;
      request(answer, held);
      return false;
    }
    const taken = answer.associations.flatMap(({ leases }) => leases.filter(({ valid }) => valid === 0));
    for (const { kind, octets } of held.filter((lease) => taken.some((gone) => sameLease(gone, lease)))) {
      world.tell({ event: 'expired', at: now, ...who, lease: nameOf(kind, octets) });
    }
    held = held.filter((lease) => !taken.some((gone) => sameLease(gone, lease)));
    if (given.length > 0) return adopt(answer, given, now);
    if (held.length === 0) seek(now);
    return false;
  }

  function adopt(answer: Answer, given: readonly GivenLease[], now: number): boolean {
    const others = held.filter((lease) => !given.some((each) => sameLease(each, lease)));
    held = [...others, ...given.map(({ kind, octets, valid }) => ({ kind, octets, until: now + 1_000 * valid }))];
    const giving = answer.associations.filter(({ leases }) => leases.some(({ valid }) => valid > 0));
    const shortest = Math.min(...given.map(({ preferred }) => preferred));
    const t1 = Math.min(...giving.map((each) => (each.t1 > 0 ? each.t1 : 0.5 * shortest)));
    const t2 = Math.min(...giving.map((each) => (each.t2 > 0 ? each.t2 : 0.8 * shortest)));
    t1At = now + 1_000 * t1;
    t2At = now + 1_000 * t2;
    boundTo = answer.server;
    exchange = undefined;
    phase = stream === 'resident' ? 'bound' : 'gone';
    return true;
  }

  function isSatisfied(): boolean {
    return wishes.every((wish) => held.some(({ kind }) => kind === wish));
  }

  function isBetter(answer: Answer, other: Answer): boolean {
    const kinds = (each: Answer): number => new Set(offeredLeases(each).map(({ kind }) => kind)).size;
    const more = kinds(answer) - kinds(other);
    return more > 0 || (more === 0 && answer.preference > other.preference);
  }

  return {
    who,
    get nextAt() {
      if (phase === 'gone') return Infinity;
      const expiry = Math.min(...held.map(({ until }) => until));
      if (phase === 'idle') return wakeAt;
      if (phase === 'bound' || exchange === undefined) return Math.min(t1At, t2At, expiry);
      const { offer, decideAt, resendAt, endsAt } = exchange;
      return Math.min(resendAt, endsAt, offer === undefined ? Infinity : decideAt, expiry);
    },
    get isSatisfied() {
      return isSatisfied();
    },
    begin() {
      seek(world.now());
    },
    onTimer,
    onAnswer(answer) {
      const current = exchange?.transactionId === answer.transactionId ? exchange : undefined;
      if (answer.type === MessageType.ADVERTISE) {
        if (current?.type === MessageType.SOLICIT) onAdvertise(answer, current);
        return;
      }
      const since = current?.type === MessageType.REQUEST ? soughtSince : current?.beganAt;
      const answers = current === undefined ? undefined : answeredBy(current.type);
      const used = answers !== undefined && current !== undefined && onReply(answer, current);
      const statuses = [answer.status, ...answer.associations.map(({ status }) => status)].filter((status) => status !== 0);
      const leases = answer.associations.flatMap((each) => each.leases).map(({ kind, octets, preferred, valid }) => ({
        kind, name: nameOf(kind, octets), preferred, valid,
      }));
      const server = answer.server.toString('hex');
      const told = { event: 'reply', at: world.now(), ...who, server, leases, statuses } as const;
      world.tell(used && since !== undefined ? { ...told, used, answers, since } : { ...told, used: false });
    },
  };
}

function answeredBy(type: MessageType): 'request' | 'renew' | 'rebind' | undefined {
  if (type === MessageType.REQUEST) return 'request';
  if (type === MessageType.RENEW) return 'renew';
  return type === MessageType.REBIND ? 'rebind' : undefined;
}

function offeredLeases(answer: Answer): GivenLease[] {
  return answer.associations.flatMap(({ leases }) => leases.filter(({ valid }) => valid > 0));
}

function sameLease(one: Pick<HeldLease, 'kind' | 'octets'>, other: Pick<HeldLease, 'kind' | 'octets'>): boolean {
  return one.kind === other.kind && one.octets.equals(other.octets);
}

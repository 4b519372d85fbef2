/** One datagram on its way through the rooms: decoded, judged, answered; sent at once or held for its commit. */
import { boundedQueue } from '../bounded/index.ts';
import type { BoundedQueue } from '../bounded/index.ts';
import type { LeaseTable } from '../lease/index.ts';
import { relayedAnswer } from '../failover/index.ts';
import type { Answer, DiscardReason, LeasequeryRefusal, LinkAuthority, Server, StorageCondition } from '../server/index.ts';
import { CLIENT_PORT, LeasequeryMessageType, MessageType, OptionCode, RelayOutcome, SERVER_PORT, decodeDatagram, describeWireError, formatAddress, leasequeryStatusName, wrapRelayReplies } from '../wire/index.ts';
import type { ClientMessage, Datagram, Duid, WireError } from '../wire/index.ts';
import { createActedUpon, endsLeases } from './acted-upon.ts';
import type { Commits, Held } from './commits.ts';
import type { Counters } from './counters.ts';
import type { Effect } from './effect.ts';
import type { ReceivedDatagram } from './event.ts';
import type { LeasequeryWork } from './leasequery-work.ts';
import type { LinkTrafficCount } from './link-traffic.ts';
import type { LogLimit } from './log-limit.ts';
import type { Quarantine } from './quarantine.ts';
import type { StorageState } from './storage-state.ts';
import type { Now } from '../wire/index.ts';

/** Messages that wait for a commit of their own client's lease: a client seldom has two under way. */
const WAITING_MAX = 1_024;
/** Leasequeries that wait for a commit of what they ask for: they take no client's place. */
const QUERIES_WAITING_MAX = 256;

/** A message is handled again when the commit that it waited for has ended; or when what it changed is durable, and its answer is late. */
type Turn = 'first' | 'again' | 'durable';

/** The message that is being handled: who it is from is known before anything can go wrong with it. */
export interface MessageInHand {
  readonly datagram: ReceivedDatagram;
  readonly client: Duid | undefined;
}

export interface ClientMessages {
  inHand(): MessageInHand | undefined;
  /** Messages whose client has a lease that waits for a commit. */
  waiting(): number;
  handle(datagram: ReceivedDatagram, now: Now, effects: Effect[]): void;
  /**
   * Answers a message whose changes are durable once more, from them alone: a lifetime counts from the moment at which the client
   * gets it, so that the answer that waited for the commit would promise more than stable storage holds.
   */
  answerFromDurable(datagram: ReceivedDatagram, now: Now, effects: Effect[]): void;
  /** A commit ended: those that waited are handled again. */
  handleWaiting(now: Now, effects: Effect[]): void;
  /** A commit failed: what was released or declined in it was not. */
  commitFailed(): void;
}

export interface ClientMessageRooms {
  readonly table: LeaseTable;
  readonly server: Server;
  readonly commits: Commits;
  readonly storage: StorageState;
  readonly quarantine: Quarantine;
  readonly counters: Counters;
  readonly logLimit: LogLimit;
  readonly traffic: LinkTrafficCount;
  /** Copies of a Release or Decline may come late: a partner relays. */
  readonly remembersReleases: boolean;
  /** A client gets an answer, which is heard on this link. */
  answers(message: ClientMessage, link: () => string | undefined, now: Now): void;
  /** A relay agent passed a message on that is valid, and on a link that is known; it is answered at this port. */
  heardRelayAgent(datagram: ReceivedDatagram, port: number): void;
  /** The state of this box, or the identifier in the message, leaves it to the partner. */
  leaveToPartner(datagram: ReceivedDatagram, decoded: Datagram, now: Now, effects: Effect[]): void;
  readonly leasequery: LeasequeryWork;
  relayDepthMax(): number;
  /** What failover leaves to this box on a link. */
  authorityOf(link: string): LinkAuthority;
}

export function createClientMessages(rooms: ClientMessageRooms): ClientMessages {
  const { server, commits, storage, quarantine, counters, logLimit } = rooms;
  const waiting = boundedQueue<ReceivedDatagram>(WAITING_MAX);
  const queriesWaiting = boundedQueue<ReceivedDatagram>(QUERIES_WAITING_MAX);
  const authorityOf = (link: string): LinkAuthority => rooms.authorityOf(link);
  const actedUpon = createActedUpon();
  let inHand: MessageInHand | undefined;

  const handle = (turn: Turn, condition: StorageCondition, datagram: ReceivedDatagram, now: Now, effects: Effect[]): void => {
    inHand = { datagram, client: undefined };
    const decoded = datagram.decoded ?? decodeDatagram(datagram.bytes, rooms.relayDepthMax());
    if (decoded.error !== undefined) {
      noteMalformed(decoded.error, datagram, now, effects);
    } else {
      const client = decoded.message.clientId;
      inHand = { datagram, client };
      if (client !== undefined && quarantine.holds(client, now.monotonic)) {
        counters.quarantined++;
      } else if (decoded.message.type === LeasequeryMessageType.LEASEQUERY) {
        answerLeasequery(datagram, decoded, now, effects);
      } else {
        if (turn === 'first') {
          count(decoded.message);
          if (datagram.relayed === undefined) rooms.traffic.received(datagram.interfaceName);
        }
        answer(turn, condition, datagram, decoded, now, effects);
      }
    }
    inHand = undefined;
  };

  const answer = (turn: Turn, condition: StorageCondition, datagram: ReceivedDatagram, decoded: Datagram, now: Now, effects: Effect[]): void => {
    const { message, levels } = decoded;
    const { relayed } = datagram;
    const answered = server.answer({
      message,
      levels,
      datagram: datagram.bytes,
      interfaceName: datagram.interfaceName,
      link: relayed?.message.link,
      isCopy: rooms.remembersReleases && actedUpon.isCopy(message, now.monotonic),
      isDurable: turn === 'durable',
      isProbe: datagram.isProbe,
      source: datagram.source,
      destination: datagram.destination,
      now: now.epoch,
      revision: commits.nextRevision(),
      storage: condition,
      authorityOf,
    });
    if (answered.kind === 'locked') {
      wait(datagram, waiting);
      return;
    }
    const send = answered.kind === 'reply' ? sendEffect(datagram, decoded, answered) : undefined;
    if (answered.kind === 'reply' && answered.note !== undefined) effects.push({ kind: 'log', severity: 'info', text: answered.note });
    if (answered.kind === 'reply') rooms.answers(message, () => relayed?.message.link ?? server.linkOf(datagram.interfaceName, levels)?.name, now);
    const isOfKnownLink = answered.kind === 'reply' || LEFT_TO_PARTNER.has(answered.reason);
    if (levels.length > 0 && relayed === undefined && isOfKnownLink) rooms.heardRelayAgent(datagram, replyPort(datagram, levels));
    if (answered.kind === 'discard') noteDiscard(answered.reason, datagram, now, effects);
    else if (rooms.remembersReleases) actedUpon.note(message, now.monotonic);
    if (relayed !== undefined) relayed.outcome = outcomeOf(answered, send);
    else if (answered.kind === 'discard' && LEFT_TO_PARTNER.has(answered.reason)) rooms.leaveToPartner(datagram, decoded, now, effects);
    if (answered.changed.length > 0) commits.add(answered.changed, heldFor(datagram, message.type, send), 'client', now.monotonic);
    else if (send !== undefined) effects.push(send);
  };

  /** It changes nothing, so it is answered at once, unless what it asks for is about to change. */
  const answerLeasequery = (datagram: ReceivedDatagram, { message, levels }: Datagram, now: Now, effects: Effect[]): void => {
    const answered = rooms.leasequery.answer({ message, isRelayed: levels.length > 0 || datagram.relayed !== undefined, source: datagram.source, now: now.epoch });
    switch (answered.kind) {
      case 'locked':
        wait(datagram, queriesWaiting);
        return;
      case 'discard':
        counters.discarded[answered.reason]++;
        if (datagram.relayed !== undefined) datagram.relayed.outcome = RelayOutcome.DISCARDED;
        return;
      case 'reply':
        noteLeasequery(answered.refusal, datagram, now, effects);
        // Requestors listen where they ask from: servers and relay agents discard what comes to port 547 (RFC 5007 section 4.2.2).
        effects.push({ kind: 'send', interfaceName: datagram.interfaceName, destination: datagram.source, port: datagram.sourcePort, bytes: answered.bytes });
    }
  };

  const noteLeasequery = (refusal: LeasequeryRefusal | undefined, datagram: ReceivedDatagram, now: Now, effects: Effect[]): void => {
    if (refusal === undefined) {
      counters.leasequery.answered++;
      return;
    }
    const { refused } = counters.leasequery;
    refused.set(refusal.code, (refused.get(refusal.code) ?? 0) + 1);
    const name = leasequeryStatusName(refusal.code);
    if (!logLimit.admits(`leasequery ${name}`, now.monotonic)) return;
    effects.push({
      kind: 'log',
      severity: 'warning',
      text: `${datagram.interfaceName}: leasequery from ${formatAddress(datagram.source)} refused: ${name}, ${refusal.text}`,
    });
  };

  const count = ({ type, repeatedOptions }: ClientMessage): void => {
    counters.received[type] = (counters.received[type] ?? 0) + 1;
    counters.repeatedOptions += repeatedOptions;
  };

  const wait = (datagram: ReceivedDatagram, queue: BoundedQueue<ReceivedDatagram>): void => {
    if (queue.isFull) {
      counters.waitedTooMany++;
      return;
    }
    counters.waited++;
    queue.push(datagram);
  };

  const sendEffect = (
    datagram: ReceivedDatagram,
    { levels }: Datagram,
    answered: Answer & { kind: 'reply' },
  ): Effect | undefined => {
    const type = answered.bytes[0] ?? 0;
    counters.sent[type] = (counters.sent[type] ?? 0) + 1;
    const bytes = wrapRelayReplies(levels, answered.bytes);
    const effect = bytes === undefined ? undefined : effectOf(datagram, levels, bytes);
    if (effect === undefined) counters.discarded['answer-too-long']++;
    return effect;
  };

  const effectOf = (datagram: ReceivedDatagram, levels: Datagram['levels'], bytes: Uint8Array): Effect | undefined => {
    if (datagram.relayed !== undefined) {
      const { message } = datagram.relayed;
      const back = relayedAnswer(message, bytes);
      return back === undefined ? undefined : { kind: 'sendToPartner', connection: message.connection, message: back };
    }
    rooms.traffic.sent(datagram.interfaceName);
    return {
      kind: 'send',
      interfaceName: datagram.interfaceName,
      destination: datagram.source,
      port: replyPort(datagram, levels),
      bytes,
    };
  };

  const noteDiscard = (reason: DiscardReason, datagram: ReceivedDatagram, now: Now, effects: Effect[]): void => {
    counters.discarded[reason]++;
    const why = REFUSED_REGISTRATIONS[reason];
    if (why === undefined || !logLimit.admits(reason, now.monotonic)) return;
    effects.push({ kind: 'log', severity: 'warning', text: `${datagram.interfaceName}: address registration from ${formatAddress(datagram.source)} dropped: ${why}` });
  };

  const noteMalformed = (error: WireError, datagram: ReceivedDatagram, now: Now, effects: Effect[]): void => {
    counters.malformed.set(error.code, (counters.malformed.get(error.code) ?? 0) + 1);
    if (!logLimit.admits(error.code, now.monotonic)) return;
    effects.push({
      kind: 'log',
      severity: 'warning',
      text: `${datagram.interfaceName}: message from ${formatAddress(datagram.source)} dropped: ${describeWireError(error)}`,
    });
  };

  return {
    inHand: () => inHand,
    waiting: () => waiting.length + queriesWaiting.length,
    handle(datagram, now, effects) {
      handle('first', storage.condition(now.monotonic), datagram, now, effects);
    },
    answerFromDurable(datagram, now, effects) {
      handle('durable', { ...storage.condition(now.monotonic), writable: false }, datagram, now, effects);
    },
    commitFailed() {
      actedUpon.forget();
    },
    handleWaiting(now, effects) {
      for (const queue of [waiting, queriesWaiting]) {
        for (let left = queue.length; left > 0; left--) {
          const datagram = queue.shift();
          if (datagram !== undefined) handle('again', storage.condition(now.monotonic), datagram, now, effects);
        }
      }
    },
  };
}

/** What the partner may answer though this box does not. */
const LEFT_TO_PARTNER: ReadonlySet<DiscardReason> = new Set<DiscardReason>(['partner-answers', 'partner-bucket', 'other-server']);

/** What an operator is told of them (RFC 9686 section 4.2.1). */
const REFUSED_REGISTRATIONS: Readonly<Partial<Record<DiscardReason, string>>> = {
  'no-registered-address': 'it does not have one address and no Option Request option',
  'registration-of-other': 'it came from another address than the one in it',
  'registration-off-link': 'the address is neither of the link nor of a prefix that is delegated to the client',
  'registration-of-lease': 'the address was leased by DHCPv6',
  'registrations-max': 'the client, or this box, keeps as many addresses as it may ("limits")',
};

function outcomeOf(answered: Answer, send: Effect | undefined): RelayOutcome {
  if (send === undefined) return RelayOutcome.DISCARDED;
  return answered.kind === 'reply' && answered.changed.length > 0 ? RelayOutcome.WAITING : RelayOutcome.ANSWERED;
}

function heldFor(datagram: ReceivedDatagram, type: number, effect: Effect | undefined): Held | undefined {
  if (effect === undefined) return undefined;
  const promisesNothing = endsLeases({ type }) || type === MessageType.ADDR_REG_INFORM;
  return { effect, promises: promisesNothing ? undefined : datagram };
}

/**
 * Clients and relay agents are answered at their well-known ports (RFC 9915 section 7.2), except for a
 * relay agent that says that it sends from another (RFC 8357 section 5.2).
 */
function replyPort(datagram: ReceivedDatagram, levels: Datagram['levels']): number {
  const [outermost] = levels;
  if (outermost === undefined) return CLIENT_PORT;
  return outermost.options.indexOf(OptionCode.RELAY_PORT) >= 0 ? datagram.sourcePort : SERVER_PORT;
}

/**
 * A DHCPv6 client with the state machine of RFC 9915 section 18.2: server discovery, Request, Renew at T1, Rebind at T2,
 * Confirm (or Rebind, with prefixes) after a reboot or on another link, Release, Decline.
 */
import { MessageType, StatusCode } from '../../../src/wire/index.ts';
import type { Address, Duid } from '../../../src/wire/index.ts';
import type { ClientAction, ClientPlan, LinkName } from '../schedule/schedule.ts';
import type { Trace } from '../trace/trace.ts';
import type { EventQueue } from '../world/event-queue.ts';
import { leaseName } from '../world/lease-key.ts';
import type { Random } from '../world/random.ts';
import { answerFor, isBetter, isSame, isSameLease } from './answers.ts';
import { duidOf, linkLocalOf } from './identity.ts';
import type { ClientIa, HeldLease } from './lease.ts';
import type { Exchange } from './exchange.ts';
import { encodeClientMessage } from './message.ts';
import type { IaRequest } from './message.ts';
import { ClientKey } from './reconfigure-key.ts';
import type { AnsweredIa, ServerAnswer } from './reply.ts';
import { firstTimeout, nextTimeout, parametersOf } from './retransmission.ts';

/** What the client needs of the world. */
export interface ClientSurroundings {
  readonly queue: EventQueue;
  readonly random: Random;
  readonly trace: Trace;
  readonly send: (client: Client, bytes: Uint8Array) => void;
  /** The client uses this lease from now on. */
  readonly holds: (client: Client, lease: HeldLease) => void;
  readonly drops: (client: Client, lease: HeldLease, why: DropReason) => void;
  /** The client begins to release or decline these leases. */
  readonly givesBack: (client: Client, transactionId: number, ias: readonly IaRequest[]) => void;
  /** A Reconfigure came; the client may have a key that does not fit. */
  readonly asked: (client: Client, what: 'believes' | 'disbelieves') => void;
}

export type DropReason = 'expired' | 'released' | 'declined' | 'forgotten' | 'taken back' | 'replaced';

export interface Client {
  readonly number: number;
  readonly duid: Duid;
  readonly address: Address;
  readonly link: LinkName;
  readonly isOn: boolean;
  readonly ias: readonly ClientIa[];
  act(action: ClientAction): void;
  receive(answer: ServerAnswer): void;
  /** Something tells it that it is worth while to ask again soon: its link came up, say. */
  hurry(): void;
  /** Says nothing more of itself; it keeps what it has. */
  fallSilent(): void;
}

const SOL_MAX_DELAY_MS = 1_000;
const CNF_MAX_DELAY_MS = 1_000;

export function createClient(plan: ClientPlan, { queue, random, trace, send, holds, drops, givesBack, asked }: ClientSurroundings): Client {
  const duid = duidOf(plan.number);
  const address = linkLocalOf(plan.number, plan.tellsLinkLayerAddress);
  const ias: ClientIa[] = plan.ias.map(({ kind, iaid }) => ({ kind, iaid, lease: undefined, hasDeclined: false, t1Ms: 0, t2Ms: 0 }));
  let exchange: Exchange | undefined;
  let server: Duid | undefined;
  const key = new ClientKey();
  let solMaxRtMs = 0;
  /** What was to happen in an earlier turn does not happen any more. */
  let turn = 0;

  const client: { -readonly [Field in keyof Client]: Client[Field] } = {
    number: plan.number,
    duid,
    address,
    ias,
    link: plan.link,
    isOn: false,
    act,
    receive,
    fallSilent() {
      exchange = undefined;
      turn++;
    },
    hurry() {
      if (client.isOn && exchange?.type === MessageType.SOLICIT) solicit();
    },
  };

  const later = (atMs: number, happen: () => void): void => {
    const own = ++turn;
    queue.at(atMs, () => {
      if (own === turn) happen();
    });
  };

  function note(text: string): void {
    if (trace.isOn) trace.note('clients', `client ${String(plan.number)} ${text}`);
  }

  function act(action: ClientAction): void {
    note(action.kind === 'roam' ? `roams to ${action.to}` : action.kind === 'reboot' ? `is off for ${String(action.offMs)} ms` : `${action.kind}s`);
    switch (action.kind) {
      case 'start':
        if (client.isOn) return;
        client.isOn = true;
        later(queue.nowMs + random.between(0, SOL_MAX_DELAY_MS), solicit);
        break;
      case 'vanish':
        for (const ia of ias) drop(ia, 'forgotten');
        turnOff();
        break;
      case 'release':
        if (!client.isOn) return;
        release();
        break;
      case 'reboot':
        if (!client.isOn) return;
        turnOff();
        later(queue.nowMs + action.offMs, () => {
          client.isOn = true;
          checkLeases();
        });
        break;
      case 'roam':
        client.link = action.to;
        if (client.isOn) checkLeases();
        break;
    }
  }

  function turnOff(): void {
    client.isOn = false;
    exchange = undefined;
    turn++;
  }

  /** After a reboot or on another link (section 18.2.12). */
  function checkLeases(): void {
    exchange = undefined;
    dropExpired();
    const held = ias.filter((ia) => ia.lease !== undefined);
    if (held.length === 0) later(queue.nowMs + random.between(0, SOL_MAX_DELAY_MS), solicit);
    else {
      const type = held.some((ia) => ia.kind === 25) ? MessageType.REBIND : MessageType.CONFIRM;
      later(queue.nowMs + random.between(0, CNF_MAX_DELAY_MS), () => {
        const parameters = parametersOf(MessageType.CONFIRM);
        begin(type, undefined, type === MessageType.CONFIRM ? requestsFor(held) : allRequests(), queue.nowMs + parameters.mrd, parameters);
      });
    }
  }

  function requestsFor(some: readonly ClientIa[]): readonly IaRequest[] {
    return some.map(({ kind, iaid, lease }) => ({ kind, iaid, lease }));
  }

  function allRequests(): readonly IaRequest[] {
    return requestsFor(ias);
  }

  function solicit(): void {
    const parameters = parametersOf(MessageType.SOLICIT);
    begin(MessageType.SOLICIT, undefined, allRequests(), Infinity, solMaxRtMs === 0 ? parameters : { ...parameters, mrt: solMaxRtMs });
  }

  function begin(type: MessageType, to: Duid | undefined, requests: readonly IaRequest[], endsMs: number, parameters = parametersOf(type)): void {
    exchange = {
      type,
      transactionId: random.below(0x100_0000),
      startedMs: queue.nowMs,
      parameters,
      endsMs,
      server: to,
      ias: requests,
      timeoutMs: firstTimeout(type, parameters, random),
      sent: 0,
      best: undefined,
    };
    if (type === MessageType.RELEASE || type === MessageType.DECLINE) givesBack(client, exchange.transactionId, requests);
    transmit(exchange);
  }

  function transmit(current: Exchange): void {
    current.sent++;
    const { type, transactionId, startedMs } = current;
    const rapidCommit = plan.rapidCommit && type === MessageType.SOLICIT;
    const bytes = encodeClientMessage({
      type,
      transactionId,
      client: duid,
      server: current.server,
      elapsedMs: queue.nowMs - startedMs,
      rapidCommit,
      acceptsReconfigure: plan.acceptsReconfigure === true && (type === MessageType.SOLICIT || type === MessageType.REQUEST),
      ias: current.ias,
    });
    later(Math.min(queue.nowMs + current.timeoutMs, current.endsMs), () => {
      timeOut(current);
    });
    send(client, bytes);
  }

  function timeOut(current: Exchange): void {
    if (current.best !== undefined) {
      request(current.best);
      return;
    }
    dropExpired();
    const { mrc } = current.parameters;
    if (queue.nowMs >= current.endsMs || (mrc !== 0 && current.sent >= mrc)) {
      giveUp(current);
      return;
    }
    current.timeoutMs = nextTimeout(current.timeoutMs, current.parameters, random);
    transmit(current);
  }

  function giveUp(current: Exchange): void {
    exchange = undefined;
    note(`gives up its ${String(current.sent)} times sent message of type ${String(current.type)}`);
    switch (current.type) {
      case MessageType.RENEW:
      case MessageType.DECLINE:
      case MessageType.CONFIRM:
        waitForNext();
        break;
      case MessageType.RELEASE:
        turnOff();
        break;
      case MessageType.REBIND:
        if (ias.some((ia) => ia.lease !== undefined)) waitForNext();
        else solicit();
        break;
      default:
        solicit();
    }
  }

  /** Bound: what comes next is T1, T2 or the end of the leases. */
  function waitForNext(): void {
    exchange = undefined;
    dropExpired();
    const held = ias.filter((ia) => ia.lease !== undefined);
    if (held.length === 0) {
      later(queue.nowMs + random.between(0, SOL_MAX_DELAY_MS), solicit);
      return;
    }
    let [t1, t2, end] = [Infinity, Infinity, 0];
    for (const ia of held) {
      t1 = Math.min(t1, ia.t1Ms);
      t2 = Math.min(t2, ia.t2Ms);
      end = Math.max(end, ia.lease?.validUntilMs ?? 0);
    }
    const now = queue.nowMs;
    if (now >= t2) begin(MessageType.REBIND, undefined, allRequests(), end);
    else if (now >= t1) begin(MessageType.RENEW, server, allRequests(), t2);
    else later(t1, waitForNext);
  }

  function request(advertise: ServerAnswer): void {
    server = advertise.server;
    const requests = ias.map(({ kind, iaid, lease }) => {
      const [offered] = answerFor(advertise, kind, iaid)?.leases ?? [];
      return { kind, iaid, lease: offered ?? lease };
    });
    begin(MessageType.REQUEST, server, requests, Infinity);
  }

  function release(): void {
    const held = ias.filter((ia) => ia.lease !== undefined);
    if (held.length === 0 || server === undefined) {
      for (const ia of held) drop(ia, 'forgotten');
      turnOff();
      return;
    }
    const requests = requestsFor(held);
    // A client uses nothing of it from the moment that it begins to release (section 18.2.7).
    for (const ia of held) drop(ia, 'released');
    begin(MessageType.RELEASE, server, requests, Infinity);
  }

  function receive(answer: ServerAnswer): void {
    if (answer.type === MessageType.RECONFIGURE) reconfigured(answer);
    if (exchange?.transactionId !== answer.transactionId || !isSame(answer.client, duid)) return;
    if (answer.solMaxRt >= 60 && answer.solMaxRt <= 86_400) solMaxRtMs = answer.solMaxRt * 1_000;
    if (exchange.server !== undefined && !isSame(exchange.server, answer.server)) return;
    if (answer.type === MessageType.ADVERTISE) takeAdvertise(exchange, answer);
    else if (answer.type === MessageType.REPLY) takeReply(exchange, answer);
  }

  function takeAdvertise(current: Exchange, answer: ServerAnswer): void {
    if (current.type !== MessageType.SOLICIT || !answer.ias.some((ia) => ia.leases.length > 0)) return;
    if (plan.isHasty || current.sent > 1 || answer.preference === 255) {
      request(answer);
      return;
    }
    if (current.best === undefined || isBetter(answer, current.best)) current.best = answer;
  }

  function takeReply(current: Exchange, answer: ServerAnswer): void {
    switch (current.type) {
      case MessageType.SOLICIT:
        if (plan.rapidCommit && answer.rapidCommit) takeLeases(current, answer);
        break;
      case MessageType.CONFIRM:
        if (answer.status === StatusCode.NotOnLink) startAnew('taken back');
        else waitForNext();
        break;
      case MessageType.RELEASE:
        turnOff();
        break;
      case MessageType.DECLINE:
        waitForNext();
        break;
      default:
        takeLeases(current, answer);
    }
  }

  function startAnew(why: DropReason): void {
    for (const ia of ias) drop(ia, why);
    exchange = undefined;
    later(queue.nowMs + random.between(0, SOL_MAX_DELAY_MS), solicit);
  }

  /** Section 18.2.11 */
  function reconfigured(answer: ServerAnswer): void {
    const isBelieved = key.believes(answer, (what) => { asked(client, what); });
    const ends = ias.flatMap(({ lease }) => lease?.validUntilMs ?? []).filter((endMs) => endMs > queue.nowMs);
    if (!isBelieved || exchange !== undefined || ends.length === 0) return;
    if (answer.asksFor === MessageType.REBIND) begin(MessageType.REBIND, undefined, allRequests(), Math.max(...ends));
    else begin(MessageType.RENEW, answer.server, allRequests(), Math.min(...ends));
  }

  /** Section 18.2.10.1 */
  function takeLeases(current: Exchange, answer: ServerAnswer): void {
    server = answer.server;
    key.take(answer);
    const isNew = ias.filter((ia) => takeIa(ia, answerFor(answer, ia.kind, ia.iaid), answer)).length > 0;
    if (isNew && random.chance(plan.declinePermille)) {
      decline();
      return;
    }
    const asksForMore =
      current.type !== MessageType.REQUEST && answer.ias.some((ia) => ia.status === StatusCode.NoBinding);
    if (asksForMore) begin(MessageType.REQUEST, server, allRequests(), Infinity);
    else if (answer.ias.some((ia) => ia.status === StatusCode.NotOnLink)) startAnew('taken back');
    else waitForNext();
  }

  /** @returns true where the lease is one that the IA did not have */
  function takeIa(ia: ClientIa, answered: AnsweredIa | undefined, answer: ServerAnswer): boolean {
    if (answered === undefined) return false;
    const held = ia.lease;
    if (held !== undefined && answered.leases.some((lease) => lease.valid === 0 && isSameLease(lease, held))) drop(ia, 'taken back');
    const given = answered.leases.find((lease) => lease.valid > 0);
    if (given === undefined) return false;
    const isNew = ia.lease === undefined || !isSameLease(given, ia.lease);
    ia.hasDeclined = false;
    if (isNew) drop(ia, 'replaced');
    const now = queue.nowMs;
    ia.lease = {
      address: given.address,
      prefixLength: given.prefixLength,
      validUntilMs: now + given.valid * 1_000,
      sentMs: answer.sentMs,
      promisedUntilMs: answer.sentMs + given.valid * 1_000,
    };
    ia.t1Ms = now + Math.max(1, answered.t1 > 0 ? answered.t1 : given.preferred * 0.5) * 1_000;
    ia.t2Ms = now + Math.max(1, answered.t2 > 0 ? answered.t2 : given.preferred * 0.8) * 1_000;
    if (trace.isOn) note(`holds ${leaseName(given)} for ${String(given.valid)} s`);
    holds(client, ia.lease);
    return isNew;
  }

  function decline(): void {
    const declined = ias.filter((ia) => ia.kind === 3 && ia.lease !== undefined);
    if (declined.length === 0) {
      waitForNext();
      return;
    }
    const requests = requestsFor(declined);
    for (const ia of declined) {
      drop(ia, 'declined');
      ia.hasDeclined = true;
    }
    begin(MessageType.DECLINE, server, requests, Infinity);
  }

  function dropExpired(): void {
    for (const ia of ias) if (ia.lease !== undefined && ia.lease.validUntilMs <= queue.nowMs) drop(ia, 'expired');
  }

  function drop(ia: ClientIa, why: DropReason): void {
    const { lease } = ia;
    if (lease === undefined) return;
    ia.lease = undefined;
    if (trace.isOn) note(`has ${leaseName(lease)} no more: ${why}`);
    drops(client, lease, why);
  }

  return client;
}

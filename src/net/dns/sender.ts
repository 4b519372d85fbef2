/** What is to be updated in the DNS goes to the servers of its zone, one after the other until one says something that can be believed. */
import { randomInt } from 'node:crypto';
import type { DnsOutcome } from '../../dns/index.ts';
import { Rcode, decodeDnsResponse, rcodeName, sameBytes, u16, withSmallLetters } from '../../wire/index.ts';
import type { DnsResponse } from '../../wire/index.ts';
import { USUAL_PATIENCE, exchange } from './exchange.ts';
import type { DnsServer, Judged, Patience } from './exchange.ts';
import { sign, verify } from './tsig.ts';
import type { TsigKey } from './tsig.ts';

/** Whom to ask for the changes of a zone, and how they know that they may make them. */
export interface ZoneServers {
  /** As the core names it. */
  readonly zone: string;
  /** In the order in which they are tried; at least one. */
  readonly servers: readonly DnsServer[];
  /** Undefined: nothing is signed, and any answer believed. */
  readonly key: TsigKey | undefined;
}

export interface DnsUpdateRequest {
  readonly id: number;
  readonly zone: string;
  /** Not signed, with the ID 0. */
  readonly message: Uint8Array;
}

export interface DnsSenderCounters {
  /** Requests, once for each server that was asked. */
  sent: number;
  /** Answers that could not be believed: of others, to something else, or without the right signature. */
  disbelieved: number;
}

export interface DnsSender {
  configure(zones: readonly ZoneServers[]): void;
  send(request: DnsUpdateRequest): void;
  /** Ends what is under way; nothing is answered any more. */
  close(): void;
  readonly counters: Readonly<DnsSenderCounters>;
}

export interface DnsSenderParameters {
  /** Seconds since 1970, by the clock that the box goes by. */
  readonly now: () => number;
  /** Once for each request. */
  readonly onAnswer: (id: number, answer: DnsOutcome) => void;
  readonly patience?: Patience;
}

const ID_END = 0x1_0000;
const HEADER = 12;

export function createDnsSender({ now, onAnswer, patience = USUAL_PATIENCE }: DnsSenderParameters): DnsSender {
  let zones: readonly ZoneServers[] = [];
  const closing = new AbortController();
  const counters: DnsSenderCounters = { sent: 0, disbelieved: 0 };
  /** By zone, the server that did what it was asked last. */
  const preferred = new Map<string, string>();

  const askOne = async ({ zone, key }: ZoneServers, server: DnsServer, message: Uint8Array): Promise<DnsOutcome> => {
    const request = Buffer.from(message);
    request.writeUInt16BE(randomInt(ID_END), 0);
    const signed = key === undefined ? undefined : sign(request, key, now());
    let answer: DnsResponse | undefined;
    let doubt: string | undefined;
    const judge = (received: Uint8Array): Judged => {
      const response = decodeDnsResponse(received);
      if (response.error !== undefined || response.id !== u16(request, 0) || !isOfZone(response, request)) {
        counters.disbelieved += 1;
        doubt ??= 'what it answers is to something else';
        return 'other';
      }
      // What follows over TCP is signed as a whole.
      if (response.isTruncated) return 'truncated';
      const verdict = key === undefined || signed === undefined ? 'signed' : verify(received, response, key, signed.mac, now());
      if (verdict !== 'signed') {
        counters.disbelieved += 1;
        doubt = verdict.problem;
        return 'other';
      }
      answer = response;
      return 'answer';
    };
    counters.sent += 1;
    const failure = await exchange({ server, message: signed?.message ?? request, judge, patience, signal: closing.signal });
    if (answer === undefined) return { failure: `${serverText(server)}: ${doubt ?? failure ?? 'no answer'}` };
    if (answer.rcode === Rcode.NOERROR) preferred.set(zone, serverText(server));
    return { rcode: answer.rcode };
  };

  const ask = async (zone: ZoneServers, message: Uint8Array): Promise<DnsOutcome> => {
    let last: DnsOutcome = { failure: 'no server' };
    for (const server of inOrder(zone.servers, preferred.get(zone.zone))) {
      const answer = await askOne(zone, server, message);
      // One that can't or won't says nothing of what the others do.
      if ('rcode' in answer && !UNWILLING.includes(answer.rcode)) return answer;
      last = 'rcode' in answer ? { failure: `${serverText(server)}: it answers ${rcodeName(answer.rcode)}` } : answer;
    }
    return last;
  };

  return {
    counters,
    configure(next) {
      zones = next;
    },
    send({ id, zone: name, message }) {
      const zone = zones.find((one) => one.zone === name);
      const asking = zone === undefined ? Promise.resolve({ failure: 'the zone is not configured any more' }) : ask(zone, message);
      void asking.then((answer) => {
        if (!closing.signal.aborted) onAnswer(id, answer);
      });
    },
    close() {
      closing.abort();
    },
  };
}

const UNWILLING: readonly number[] = [Rcode.REFUSED, Rcode.NOTIMP, Rcode.NOTAUTH, Rcode.NOTZONE, Rcode.SERVFAIL];

/** A server may leave the zone out of its answer (RFC 2136 section 3.8). */
function isOfZone({ zone }: DnsResponse, request: Uint8Array): boolean {
  return zone.length === 0 || sameBytes(withSmallLetters(zone), request.subarray(HEADER, HEADER + zone.length));
}

function inOrder(servers: readonly DnsServer[], first: string | undefined): readonly DnsServer[] {
  const found = servers.filter((server) => serverText(server) === first);
  return [...found, ...servers.filter((server) => !found.includes(server))];
}

function serverText({ address, port }: DnsServer): string {
  return port === 53 ? address : `${address} port ${port}`;
}

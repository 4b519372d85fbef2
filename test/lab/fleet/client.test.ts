// The fleet's clients by themselves: their timers, and what they do with each answer.

import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { answerBytes, sentText, type AnswerText, type SentText } from './answers.ts';
import { createClient, type Client } from './client.ts';
import type { FleetEvent, ReplyEvent, Stream } from './event.ts';
import { MessageType, readAnswer, StatusCode } from './message.ts';
import { requestTimes, retransmissionTime, solicitTimes } from './retransmission.ts';

describe('a retransmission time (RFC 8415 15)', () => {
  it('is the initial one, give or take a tenth, and doubles', () => {
    assert.equal(retransmissionTime(requestTimes, undefined, -0.1), 0.9);
    assert.equal(retransmissionTime(requestTimes, 4, 0), 8);
    assert.equal(retransmissionTime(requestTimes, 4, 0.1), 8.4);
  });

  it('is the longest one, give or take a tenth, once twice the last is longer', () => {
    assert.equal(retransmissionTime(requestTimes, 16, 0.1), 33);
    assert.equal(retransmissionTime(solicitTimes, 1_800, -0.1), 3_420);
  });
});

describe("a fleet's client", () => {
  let now = 0;
  let sent: SentText[] = [];
  let events: FleetEvent[] = [];
  let client: Client;

  function make(stream: Stream): void {
    let transactionId = 100;
    now = 1_000_000;
    sent = [];
    events = [];
    client = createClient({ client: 7, stream, place: 'lan', wishes: ['address', 'prefix'] }, {
      now: () => now,
      random: () => 0.5,
      transactionId: () => (transactionId += 1),
      send: (bytes) => sent.push(sentText(bytes)),
      tell: (event) => events.push(event),
    });
    client.begin();
  }

  function last(): SentText {
    const message = sent.at(-1);
    assert.ok(message !== undefined);
    return message;
  }

  function answer(type: AnswerText['type'], more: Partial<AnswerText> = {}): void {
    const bytes = answerBytes({
      type, transactionId: last().transactionId, client: 7, server: 'A', address: { number: 1 }, prefix: { number: 1 }, ...more,
    });
    const read = readAnswer(bytes);
    assert.ok(read !== undefined);
    client.onAnswer(read);
  }

  /** To the next timer, and through it. */
  function step(): void {
    now = client.nextAt;
    client.onTimer();
  }

  function lives(seconds: number): void {
    const until = now + 1_000 * seconds;
    while (client.nextAt <= until) step();
    now = until;
  }

  function reply(): ReplyEvent {
    const event = events.at(-1);
    assert.ok(event?.event === 'reply');
    return event;
  }

  function bind(): void {
    answer(MessageType.ADVERTISE);
    step();
    answer(MessageType.REPLY);
  }

  beforeEach(() => make('resident'));

  it('collects Advertises for its first retransmission time, and takes the one with the highest preference', () => {
    answer(MessageType.ADVERTISE, { server: 'A' });
    answer(MessageType.ADVERTISE, { server: 'B', preference: 9 });
    answer(MessageType.ADVERTISE, { server: 'C', preference: 3 });
    assert.equal(sent.length, 1);
    step();
    assert.ok(now >= 1_001_000 && now <= 1_001_100, String(now));
    assert.deepEqual(last(), { type: 'REQUEST', transactionId: 102, elapsed: 0, server: 'B', associations: [[3, 1], [25, 1]] });
  });

  it('takes an Advertise with all it wants before one with less', () => {
    answer(MessageType.ADVERTISE, { server: 'A', prefix: { number: undefined, status: 6 }, preference: 9 });
    answer(MessageType.ADVERTISE, { server: 'B' });
    step();
    assert.equal(last().server, 'B');
  });

  it('takes the first Advertise at once when its first retransmission time is over, or the preference is 255', () => {
    step();
    answer(MessageType.ADVERTISE);
    assert.equal(last().type, 'REQUEST');
    make('resident');
    answer(MessageType.ADVERTISE, { preference: 255 });
    assert.equal(last().type, 'REQUEST');
  });

  it('says in Elapsed Time how long it has tried, in hundredths of a second, beginning with 0', () => {
    lives(4);
    assert.deepEqual(sent.map(({ type, transactionId }) => [type, transactionId]), [['SOLICIT', 101], ['SOLICIT', 101], ['SOLICIT', 101]]);
    assert.deepEqual(sent.map(({ elapsed }) => elapsed), [0, 105, 315]);
  });

  it('goes back to Solicit after ten Requests', () => {
    answer(MessageType.ADVERTISE);
    lives(400);
    assert.equal(sent.filter(({ type }) => type === 'REQUEST').length, 10);
    assert.equal(last().type, 'SOLICIT');
  });

  it('renews at T1 with the server that it has, and rebinds at T2 with any', () => {
    bind();
    const bound = now;
    step();
    assert.equal(now - bound, 20_000);
    assert.deepEqual(last(), { type: 'RENEW', transactionId: 103, elapsed: 0, server: 'A', associations: [[3, 1], [25, 1]] });
    lives(11.9);
    assert.deepEqual(sent.slice(-2).map(({ type, elapsed }) => [type, elapsed]), [['RENEW', 0], ['RENEW', 1_000]]);
    step();
    assert.equal(now - bound, 32_000);
    assert.deepEqual(last(), { type: 'REBIND', transactionId: 104, elapsed: 0, server: undefined, associations: [[3, 1], [25, 1]] });
  });

  it('counts its times anew from the Reply to a Rebind, and tells what it answered', () => {
    bind();
    lives(33);
    answer(MessageType.REPLY, { server: 'B' });
    const { used, answers, since, at } = reply();
    assert.deepEqual({ used, answers, waited: at - (since ?? 0) }, { used: true, answers: 'rebind', waited: 1_000 });
    step();
    assert.deepEqual([last().type, last().server], ['RENEW', 'B']);
  });

  it('says so when its leases have run out, and starts again', () => {
    bind();
    lives(60);
    assert.deepEqual(events.slice(-3).map(({ event }) => event), ['expired', 'expired', 'solicit']);
    assert.equal(last().type, 'SOLICIT');
    assert.equal(client.isSatisfied, false);
  });

  it('requests its leases of a server that has no binding for it', () => {
    bind();
    step();
    answer(MessageType.REPLY, { address: { number: undefined, status: StatusCode.NO_BINDING }, prefix: { number: undefined, status: StatusCode.NO_BINDING } });
    assert.equal(reply().used, false);
    assert.deepEqual(last(), { type: 'REQUEST', transactionId: 104, elapsed: 0, server: 'A', associations: [[3, 1], [25, 1]] });
  });

  it('gives up a lease whose valid lifetime a Reply sets to 0', () => {
    bind();
    step();
    answer(MessageType.REPLY, { address: { number: 1, valid: 0 } });
    assert.deepEqual(events.slice(-2).map(({ event }) => event), ['expired', 'reply']);
    assert.equal(client.isSatisfied, false);
    lives(32);
    assert.deepEqual(last().associations, [[3, 0], [25, 1]]);
  });

  it('takes no notice of a Reply of another transaction, but tells of it', () => {
    bind();
    answer(MessageType.REPLY, { transactionId: 99, address: { number: 5 } });
    assert.equal(reply().used, false);
    assert.equal(reply().leases[0]?.name, '2001:0:0:0:0:0:0:5');
    step();
    assert.equal(last().type, 'RENEW');
  });

  it('pauses before it asks a server again that gave nothing', () => {
    answer(MessageType.ADVERTISE);
    step();
    answer(MessageType.REPLY, { address: { number: undefined, status: 2 }, prefix: { number: undefined, status: 6 } });
    assert.deepEqual(reply().statuses, [2, 6]);
    assert.equal(last().type, 'REQUEST');
    assert.equal(client.nextAt - now, 1_000);
    step();
    assert.equal(last().type, 'SOLICIT');
  });

  it('that is a probe takes an Advertise after 0.2 s, and asks for another when its Request is not answered', () => {
    make('probe');
    answer(MessageType.ADVERTISE);
    step();
    assert.equal(now, 1_000_200);
    assert.deepEqual(last(), { type: 'REQUEST', transactionId: 102, elapsed: 0, server: 'A', associations: [[3, 1], [25, 1]] });
    step();
    assert.equal(now, 1_001_200);
    assert.equal(last().type, 'SOLICIT');
    bind();
    assert.equal(reply().at - (reply().since ?? 0), 1_400);
    assert.equal(client.nextAt, Infinity);
  });
});

/** One requestor's connection in front of a kernel that takes nothing more (RFC 5460 sections 5.6 and 7.4, RFC 7653 sections 6.4 and 9.3). */
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { mock } from 'node:test';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { openRequestorConnection } from '../../../src/net/leasequery/connection.ts';
import type { RequestorConnection } from '../../../src/net/leasequery/connection.ts';
import { createTurns } from '../../../src/net/leasequery/turns.ts';
import { epochSeconds } from '../../../src/wire/index.ts';
import { framed, repliesAtFront } from '../../conformance/leasequery/frames.ts';
import { Message, Status, leasequery } from '../../conformance/leasequery/requestor.ts';
import type { Reply } from '../../conformance/leasequery/requestor.ts';
import { ACTIVE, BY_CLIENT, BY_LINK, TIMES, boxWithClients, renew } from './requestors.ts';

/** A socket whose other end reads when the test does. */
class Wire extends Duplex {
  #taken = Buffer.alloc(0);
  #held: (() => void) | undefined;
  isReading = false;

  constructor() {
    super({ allowHalfOpen: true });
  }

  override _read(): void {
    // What comes is pushed.
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#taken = Buffer.concat([this.#taken, chunk]);
    if (this.isReading) done();
    else this.#held = done;
  }

  override _final(done: () => void): void {
    done();
  }

  /** From now on all is read. */
  readOn(): void {
    this.isReading = true;
    this.#held?.();
  }

  /** One chunk is read, and no more. */
  readOne(): void {
    const held = this.#held;
    this.#held = undefined;
    held?.();
  }

  get replies(): readonly Reply[] {
    return repliesAtFront(this.#taken).replies;
  }
}

const turn = async (): Promise<void> => await new Promise(setImmediate);

describe('a connection whose requestor reads slowly', () => {
  const box = boxWithClients();
  let wire: Wire;
  let connection: RequestorConnection;
  let reasons: (string | undefined)[];
  let timeouts: number;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    wire = new Wire();
    [reasons, timeouts] = [[], 0];
    connection = openRequestorConnection({
      socket: wire as unknown as Socket,
      turns: createTurns(),
      times: TIMES,
      begin: (frame, onChange) => box.appliance.leasequery.begin(frame, epochSeconds(box.now), onChange),
      now: () => epochSeconds(box.now),
      onRequest: () => undefined,
      onTimeout() {
        timeouts += 1;
      },
      onClosed: (why) => void reasons.push(why),
    });
  });
  afterEach(() => {
    mock.timers.reset();
    wire.destroy();
  });

  async function ask(...messages: readonly Uint8Array[]): Promise<void> {
    wire.push(Buffer.concat(messages.map(framed)));
    for (let turns = 0; turns < 20; turns += 1) await turn();
  }

  it('[O-10] is at work until its answer was read', async () => {
    await ask(leasequery(BY_CLIENT));
    assert.deepEqual([connection.state, connection.told], ['bulk', 1]);
    wire.readOn();
    await turn();
    assert.equal(connection.state, 'idle');
  });

  it('[O-10] gets the end of its answer, though it has nothing more to say and reads it late', async () => {
    await ask(leasequery(BY_CLIENT), leasequery(BY_LINK));
    wire.push(null);
    for (let left = 100; left > 0; left -= 1) {
      for (let turns = 0; turns < 5; turns += 1) await turn();
      mock.timers.tick(TIMES.timeoutMs - 1);
      if (wire.destroyed) break;
      wire.readOne();
    }
    const last = wire.replies.at(-1);
    assert.deepEqual([last?.type, last?.transactionId, timeouts, reasons], [Message.LEASEQUERY_DONE, BY_LINK.transactionId, 0, [undefined]]);
  });

  it('[O-10] is closed where it reads nothing of that for five minutes', async () => {
    await ask(leasequery(BY_CLIENT));
    wire.push(null);
    await turn();
    mock.timers.tick(TIMES.timeoutMs - 1);
    assert.ok(!wire.destroyed);
    mock.timers.tick(1);
    await turn();
    assert.deepEqual([timeouts, reasons], [1, ['it does not read']]);
  });

  it('[O-11] is closed where it reads none of what changes for two minutes, however little that is', async () => {
    await ask(leasequery(ACTIVE));
    for (let i = 0; i < 3; i += 1) {
      mock.timers.tick(TIMES.activeSendMs / 3 - 1);
      assert.ok(!wire.destroyed);
      renew(box, 1);
      await turn();
    }
    mock.timers.tick(3);
    await turn();
    assert.deepEqual([timeouts, reasons], [1, ['it does not read']]);
  });

  it('[O-11] stays where it reads, and is told every minute that it is there', async () => {
    wire.isReading = true;
    await ask(leasequery(ACTIVE));
    for (let minutes = 1; minutes <= 5; minutes += 1) {
      mock.timers.tick(TIMES.activeIdleMs);
      await turn();
      assert.equal(wire.replies.length, 1 + minutes);
    }
  });

  it('has two seconds for the last words of a box that stops', async () => {
    await ask(leasequery(ACTIVE));
    connection.end('the server is stopping');
    mock.timers.tick(1_999);
    assert.ok(!wire.destroyed);
    mock.timers.tick(1);
    await turn();
    assert.deepEqual(reasons, ['the server is stopping']);
  });

  it('[O-11] has those last words where it reads', async () => {
    wire.isReading = true;
    await ask(leasequery(ACTIVE));
    connection.end('the server is stopping');
    await turn();
    assert.equal(wire.replies.at(-1)?.status?.code, Status.QueryTerminated);
  });
});

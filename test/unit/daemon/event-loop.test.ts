import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Appliance, Effect, Event } from '../../../src/appliance/index.ts';
import type { SystemClock } from '../../../src/clock/index.ts';
import { createEventLoop } from '../../../src/daemon/event-loop.ts';
import type { CommitOutcome, EventLoop } from '../../../src/daemon/event-loop.ts';
import type { Binding } from '../../../src/lease/index.ts';
import { MessageType, encodeMessage, epochSeconds, monotonicMs } from '../../../src/wire/index.ts';
import type { EpochSeconds, PlainMessage } from '../../../src/wire/index.ts';
import { CLIENT_ADDRESS, address, createBox } from '../../conformance/server/box.ts';
import { iaNa, message } from '../../conformance/server/client.ts';

const REQUEST = message(MessageType.REQUEST, [iaNa(1)]);

/** A real appliance in a loop whose world the test holds in its hands. */
function openLoop(appliance: Appliance, status: () => SystemClock = () => 'believed') {
  const events: Event['kind'][] = [];
  const done: string[] = [];
  const failures: unknown[] = [];
  let endCommit: (outcome: CommitOutcome) => void = () => assert.fail('no commit is in flight');
  let told = (): void => undefined;
  const watched: Appliance = {
    ...appliance,
    step(event, now) {
      events.push(event.kind);
      told();
      return appliance.step(event, now);
    },
  };
  const loop = createEventLoop(watched, {
    time: { read: () => ({ epoch: epochSeconds(1_800_000_000), monotonic: monotonicMs(0) }), status },
    send: (interfaceName, _, port, bytes) => done.push(`send ${String(bytes[0])} to ${interfaceName} ${String(port)}`),
    commit: (revision, bindings: readonly Binding[]) => {
      done.push(`commit ${String(revision)} of ${String(bindings.length)}`);
      return new Promise((resolve) => {
        endCommit = resolve;
      });
    },
    setDatabaseAside: () => done.push('set the database aside'),
    partners: { send: () => undefined, dial: () => undefined, close: () => undefined, sendBeacon: () => undefined, sendProbe: () => undefined, useBeaconKey: () => undefined },
    alarm: () => undefined,
    log: (severity, text) => done.push(`${severity} ${text}`),
    fail: (error) => {
      failures.push(error);
      throw error;
    },
  });
  return {
    loop,
    events,
    done,
    failures,
    endCommit: (outcome: CommitOutcome) => endCommit(outcome),
    leases: () => appliance.leases.page(undefined, 10, () => true).map((slot) => appliance.leases.read(slot)),
    /** Resolves when an event of this kind has come to the appliance. */
    until: async (kind: Event['kind']): Promise<void> => {
      while (!events.includes(kind)) await new Promise<void>((resolve) => (told = resolve));
    },
  };
}

function received(what: PlainMessage): Event {
  return {
    kind: 'received',
    datagram: {
      bytes: encodeMessage(what),
      interfaceName: 'eth1',
      source: CLIENT_ADDRESS,
      sourcePort: 546,
      destination: 'multicast',
    },
  };
}

/** An appliance that asks for these things whatever happens. */
function asking(effects: (event: Event) => readonly Effect[]): Appliance {
  return { ...createBox().appliance, step: (event) => effects(event) };
}

describe('the event loop', () => {
  let opened: ReturnType<typeof openLoop>;
  let loop: EventLoop;
  beforeEach(() => {
    opened = openLoop(createBox().appliance);
    ({ loop } = opened);
  });
  afterEach(async () => {
    opened.endCommit = () => undefined;
    await loop.stop(0);
  });

  it('sends what a commit was for once the commit is said to be durable', async () => {
    loop.dispatch(received(REQUEST));
    loop.dispatch({ kind: 'drained' });
    assert.deepEqual(opened.done, ['commit 1 of 1']);
    opened.endCommit({ kind: 'committed' });
    await opened.until('committed');
    assert.deepEqual(opened.done, ['commit 1 of 1', `send ${String(MessageType.REPLY)} to eth1 546`]);
  });

  it('sends nothing after a commit that failed, and believes what was found', async () => {
    loop.dispatch(received(REQUEST));
    loop.dispatch({ kind: 'drained' });
    opened.endCommit({ kind: 'failed', reason: 'No space left on device', found: [undefined] });
    await opened.until('commitFailed');
    assert.ok(opened.done.every((line) => !line.startsWith('send')), opened.done.join('\n'));
    assert.ok(opened.done.some((line) => line.startsWith('error a commit failed (No space left on device)')));
  });

  it('sets an old database aside ahead of the commits that are asked for behind it', async () => {
    const { loop: other, done } = openLoop(
      asking(() => [{ kind: 'setDatabaseAside' }, { kind: 'commit', revision: 1, bindings: [], endpoints: [], removals: [], clock: { time: 1 as EpochSeconds, timescale: 0, timescales: [] } }]),
    );
    other.dispatch({ kind: 'timer' });
    assert.deepEqual(done, ['set the database aside', 'commit 1 of 0']);
    await other.stop(0);
  });

  it('[R-ST2] says what is known of the system\'s clock ahead of the event that comes when that is something else', async () => {
    let status: SystemClock = 'unconfirmed';
    const { loop: other, events } = openLoop(createBox().appliance, () => status);
    other.dispatch({ kind: 'drained' });
    status = 'synchronized';
    other.dispatch({ kind: 'drained' });
    other.dispatch({ kind: 'drained' });
    assert.deepEqual(events, ['drained', 'systemClock', 'drained', 'drained']);
    await other.stop(0);
  });

  it('resumes once for all that is asked for before, after the sockets were read', async () => {
    const events: string[] = [];
    const { loop: other, until } = openLoop(
      asking((event) => {
        events.push(event.kind);
        return event.kind === 'drained' ? [] : [{ kind: 'resume' }, { kind: 'resume' }];
      }),
    );
    other.dispatch({ kind: 'timer' });
    other.dispatch({ kind: 'timer' });
    assert.deepEqual(events, ['timer', 'timer'], 'not at once');
    await until('drained');
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(events, ['timer', 'timer', 'drained']);
    await other.stop(0);
  });

  it('wakes at the last time that was wished for, and no more at an earlier wish', async () => {
    const wishes = [monotonicMs(5), monotonicMs(3_600_000), monotonicMs(1)];
    const { loop: other, until, events } = openLoop(
      asking((event) => {
        const at = event.kind === 'drained' ? wishes.shift() : undefined;
        return at === undefined ? [] : [{ kind: 'wake', at }];
      }),
    );
    other.dispatch({ kind: 'drained' });
    other.dispatch({ kind: 'drained' });
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.ok(!events.includes('timer'), 'the first wish is replaced');
    other.dispatch({ kind: 'drained' });
    await until('timer');
    assert.equal(events.filter((kind) => kind === 'timer').length, 1);
    await other.stop(0);
  });

  it('has failed when a step throws, and carries out nothing of it', () => {
    const broken = new Error('a lease that is extended is leased');
    const { loop: other, failures, done } = openLoop(
      asking(() => {
        throw broken;
      }),
    );
    assert.throws(() => other.dispatch({ kind: 'timer' }), broken);
    assert.deepEqual(failures, [broken]);
    assert.deepEqual(done, []);
  });

  it('answers each command of an operator when it is durable, or with its refusal', async () => {
    loop.dispatch(received(REQUEST));
    loop.dispatch({ kind: 'drained' });
    opened.endCommit({ kind: 'committed' });
    await opened.until('committed');
    const refused = await loop.leaseCommand({ action: 'release', address: address('2001:db8:1::77'), prefixLength: 128 });
    assert.equal(refused, 'there is no lease 2001:db8:1::77');
    const [held] = opened.leases();
    assert.ok(held !== undefined);
    let outcome: string | undefined = 'none yet';
    const ended = loop.leaseCommand({ action: 'release', ...held }).then((said) => (outcome = said));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(outcome, 'none yet', 'it is not durable');
    opened.endCommit({ kind: 'committed' });
    await ended;
    assert.equal(outcome, undefined);
  });

  it('stops once the commit in flight, and the one that waited for it, are over', async () => {
    loop.dispatch(received(REQUEST));
    loop.dispatch({ kind: 'drained' });
    loop.dispatch(received(message(MessageType.REQUEST, [iaNa(2)], { client: Uint8Array.of(0, 2, 0, 0, 0, 9, 1) as never })));
    loop.dispatch({ kind: 'drained' });
    let isStopped = false;
    const stopped = loop.stop(10_000).finally(() => (isStopped = true));
    opened.endCommit({ kind: 'committed' });
    await opened.until('committed');
    assert.equal(opened.done.at(-1), 'commit 2 of 1');
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(!isStopped, 'the second commit is in flight');
    opened.endCommit({ kind: 'committed' });
    assert.equal(await stopped, true);
    assert.equal(opened.done.filter((line) => line.startsWith('send')).length, 2);
  });

  it('stops all the same, and says so, when stable storage does not answer', async () => {
    loop.dispatch(received(REQUEST));
    loop.dispatch({ kind: 'drained' });
    assert.equal(await loop.stop(1), false);
  });

  it('sets no timer and works off no queue once it is stopped', async () => {
    const { loop: other, events } = openLoop(asking(() => [{ kind: 'resume' }, { kind: 'wake', at: monotonicMs(0) }]));
    other.dispatch({ kind: 'timer' });
    assert.equal(await other.stop(0), true);
    other.dispatch({ kind: 'timer' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(events, ['timer', 'timer']);
  });
});

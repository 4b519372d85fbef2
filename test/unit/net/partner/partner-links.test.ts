import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { mock } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BoxIdentity } from '../../../../src/identity/index.ts';
import { epochSeconds, FailoverMessageType } from '../../../../src/wire/index.ts';
import type { FailoverMessage } from '../../../../src/wire/index.ts';
import { describeInNamespace } from '../in-namespace.ts';
import { addressOf, addCable, ip, skipAddressDetection } from '../veth.ts';
import { addBoxAddresses, configure, EAST, makeBox, relationship, STRANGER, WEST } from './boxes.ts';
import type { TestBox } from './boxes.ts';
import type { PartnerEvent } from '../../../../src/net/index.ts';
import { identityValid } from './certificates.ts';
import { identityOf } from './identities.ts';
import { CONNECT, connectFrom, frameOf, startTls, STARTTLS } from './raw-peer.ts';
import type { RawPeer } from './raw-peer.ts';

function contact(transactionId: number): FailoverMessage {
  return { type: FailoverMessageType.CONTACT, transactionId, vendor: [] };
}
function request(transactionId: number): FailoverMessage {
  return { type: FailoverMessageType.UPDREQ, transactionId };
}
function update(transactionId: number, octets = 1_000): FailoverMessage {
  const status = { code: 0, text: 'x'.repeat(octets) };
  return { type: FailoverMessageType.BNDUPD, transactionId, binding: { kind: 'client', ias: [], vendor: [], status } };
}

describeInNamespace(import.meta.url, 'partner links', ({ test, before, beforeEach, afterEach }) => {
  let east: BoxIdentity;
  let west: BoxIdentity;
  let primary: TestBox;
  let secondary: TestBox;

  before(async () => {
    addBoxAddresses();
    skipAddressDetection();
    [east, west] = await Promise.all([identityOf('east'), identityOf('west')]);
  });
  beforeEach(() => {
    primary = makeBox();
    secondary = makeBox();
  });
  afterEach(async () => {
    mock.timers.reset();
    await Promise.all([primary.links.stop(), secondary.links.stop()]);
  });

  function configureBoth(): void {
    configure(secondary, { own: WEST, partner: EAST, role: 'secondary', identity: west, pinned: east });
    configure(primary, { own: EAST, partner: WEST, role: 'primary', identity: east, pinned: west });
  }
  /** @returns the numbers of the connection at the two ends */
  async function connectBoth(): Promise<[primary: number, secondary: number]> {
    configureBoth();
    primary.links.dial('pair');
    const [one, other] = await Promise.all([primary.heard('connected'), secondary.heard('connected')]);
    return [one.connection, other.connection];
  }
  /** Somebody who speaks plain TCP and has sent CONNECT. @returns the number that the box gave the connection */
  async function plainPartner(): Promise<[RawPeer, number]> {
    configure(secondary, { own: WEST, partner: EAST, role: 'secondary' });
    const peer = await connectFrom(EAST, WEST);
    peer.socket.write(frameOf(CONNECT));
    const { connection } = await secondary.heard('connected');
    return [peer, connection];
  }
  /** Sends updates until the kernel takes no more. @returns how many */
  async function fill(connection: number): Promise<number> {
    const { messagesSent } = secondary.links.counters();
    let sent = 0;
    do {
      // So many wait for no others.
      for (let i = 0; i < 64; i++) secondary.links.send(connection, update(sent++, 10_000));
      for (let turn = 0; turn < 20; turn++) await nextTurn();
    } while (secondary.links.counters().messagesSent === messagesSent + sent);
    return sent;
  }

  test('send what one turn of the event loop brings in one write', async () => {
    const [peer, connection] = await plainPartner();
    const chunks: number[] = [];
    peer.socket.on('data', (chunk) => chunks.push(chunk.length));
    for (let id = 0; id < 50; id++) secondary.links.send(connection, request(id));
    // What other callbacks of the same turn bring goes along.
    await Promise.resolve();
    await new Promise<void>((resolve) => {
      process.nextTick(resolve);
    });
    for (let id = 50; id < 100; id++) secondary.links.send(connection, request(id));
    await peer.message(100);
    assert.deepEqual(chunks, [100 * 10]);
    assert.equal(secondary.links.counters().messagesSent, 100);
    assert.equal(secondary.links.counters().octetsSent, 1_000);
  });

  test('say "writable" once when all that was queued has gone, and not before', async () => {
    const [peer, connection] = await plainPartner();
    secondary.links.send(connection, contact(1));
    assert.equal((await secondary.heard('writable')).connection, connection);
    peer.socket.pause();
    const sent = await fill(connection);
    const count = secondary.all('writable').length;
    for (let turn = 0; turn < 10; turn++) await nextTurn();
    assert.equal(secondary.all('writable').length, count);
    peer.socket.resume();
    await secondary.heard('writable', count + 1);
    await peer.message(sent + 1);
    assert.equal(secondary.all('writable').length, count + 1);
  });

  test('do not say "writable" while the socket has more than the kernel takes, though nothing is queued', async () => {
    const [peer, connection] = await plainPartner();
    peer.socket.pause();
    let sent = 0;
    let said: number;
    do {
      said = secondary.all('writable').length;
      // More than one write takes, and less than two.
      for (let i = 0; i < 3; i++) secondary.links.send(connection, update(sent++, 30_000));
      // Updates by themselves would wait for more.
      secondary.links.send(connection, contact(sent++));
      for (let turn = 0; turn < 20; turn++) await nextTurn();
    } while (secondary.all('writable').length > said && sent < 3_000);
    assert.ok(sent < 3_000);
    assert.equal(secondary.links.counters().messagesSent, sent);
    peer.socket.resume();
    await secondary.heard('writable', said + 1);
  });

  test('hand over messages that come together in turns, in their order, with others of the event loop between them', async () => {
    const slowly = (event: PartnerEvent): void => {
      for (const until = performance.now() + 1; event.kind === 'message' && performance.now() < until; );
    };
    secondary = makeBox(slowly);
    const [peer] = await plainPartner();
    const ids = Array.from({ length: 50 }, (_, id) => id);
    peer.socket.write(Buffer.concat(ids.map((id) => frameOf(contact(id)))));
    await secondary.heard('message');
    const atOnce: number[] = [];
    let handled = secondary.all('message').length;
    assert.ok(handled < 5, `${String(handled)} of them in the first turn`);
    for (let now = handled; now < ids.length + 1; handled = now) {
      await nextTurn();
      now = secondary.all('message').length;
      atOnce.push(now - handled);
    }
    assert.ok(Math.max(...atOnce) < 5, `so many at once: ${atOnce.join(' ')}`);
    assert.deepEqual(secondary.all('message').map(({ message }) => message.transactionId), [CONNECT.transactionId, ...ids]);
  });

  test('let an update wait for others, but not for long, and not where something else is sent', async () => {
    const [peer, connection] = await plainPartner();
    mock.timers.enable({ apis: ['setTimeout'] });
    const sentAfterTurns = async (): Promise<number> => {
      for (let turn = 0; turn < 5; turn++) await nextTurn();
      return secondary.links.counters().messagesSent;
    };
    secondary.links.send(connection, update(1));
    secondary.links.send(connection, update(2));
    assert.equal(await sentAfterTurns(), 0);
    mock.timers.tick(5);
    assert.equal(await sentAfterTurns(), 2);
    secondary.links.send(connection, update(3));
    secondary.links.send(connection, contact(4));
    assert.equal(await sentAfterTurns(), 4);
    for (let id = 5; id < 5 + 64; id++) secondary.links.send(connection, update(id));
    assert.equal(await sentAfterTurns(), 4 + 64);
    await peer.message(4 + 64);
  });

  test('bring all messages that could be read before a timer that waits for the sockets to be read', async () => {
    const order: string[] = [];
    secondary = makeBox(({ kind }) => {
      if (kind === 'message') order.push('message');
    });
    const [peer] = await plainPartner();
    for (let id = 0; id < 5; id++) peer.socket.write(frameOf(contact(id)));
    const passed = new Promise<void>((resolve) => {
      setTimeout(() => {
        order.push('the timer fires');
        setImmediate(() => {
          order.push('the timer is heard');
          resolve();
        });
      }, 1);
    });
    // A stall: when the loop turns again the timer is due, and the messages wait in the kernel.
    for (const until = performance.now() + 50; performance.now() < until; );
    await passed;
    assert.deepEqual(order, ['message', 'the timer fires', ...Array.from({ length: 5 }, () => 'message'), 'the timer is heard']);
  });

  test('tell at once that the other process has died', async () => {
    const [peer, connection] = await plainPartner();
    peer.socket.destroy();
    assert.deepEqual(await secondary.heard('closed'), {
      kind: 'closed',
      connection,
      reason: 'the partner closed the connection',
    });
    secondary.links.send(connection, contact(1));
    secondary.links.close(connection);
    const [again] = await reset();
    assert.equal(again, 'the partner reset the connection');
  });
  async function reset(): Promise<[string]> {
    const peer = await connectFrom(EAST, WEST);
    peer.socket.write(frameOf(CONNECT));
    await secondary.heard('connected', 2);
    peer.socket.resetAndDestroy();
    return [(await secondary.heard('closed', 2)).reason];
  }

  test('close a connection whose TLS breaks', async () => {
    configure(secondary, { own: WEST, partner: EAST, role: 'secondary', identity: west, pinned: east });
    const peer = await connectFrom(EAST, WEST);
    await startTls(peer, east);
    await secondary.heard('connected');
    peer.socket.write('this is no TLS record');
    assert.match((await secondary.heard('closed')).reason, /^bad record type/);
  });

  test('send the last words past a queue of updates, then close without an event', async () => {
    const [peer, connection] = await plainPartner();
    peer.socket.pause();
    const sent = await fill(connection);
    const taken = secondary.links.counters().messagesSent;
    assert.ok(taken < sent);
    secondary.links.send(connection, { type: FailoverMessageType.DISCONNECT, transactionId: 4711 });
    secondary.links.close(connection);
    const stopped = secondary.links.stop();
    peer.socket.resume();
    await Promise.all([peer.closed(), stopped]);
    const last = await peer.message(peer.frames.length);
    assert.equal(last.transactionId, 4711);
    assert.equal(peer.frames.length, taken + 1);
    assert.deepEqual(secondary.all('closed'), []);
  });

  test('end within two seconds where the partner does not take the last words', async () => {
    const [peer, connection] = await plainPartner();
    peer.socket.pause();
    await fill(connection);
    mock.timers.enable({ apis: ['setTimeout'] });
    const stopped = secondary.links.stop();
    mock.timers.tick(2_000);
    await stopped;
    assert.deepEqual(secondary.all('closed'), []);
    peer.socket.destroy();
  });

  test('close the connection of a partner that reads nothing, and say so', async () => {
    const [peer, connection] = await plainPartner();
    peer.socket.pause();
    await fill(connection);
    for (let id = 0; id < 9_000; id++) secondary.links.send(connection, request(id));
    assert.match((await secondary.heard('closed')).reason, /^8192 messages wait for a partner that does not read$/);
    assert.match(await secondary.reported('does not read'), /^warning: the connection to fd00:e::1 was closed/);
    assert.equal(secondary.links.counters().notReading, 1);
    peer.socket.destroy();
  });

  test('let the partner in while 200 strangers crowd the port', async () => {
    configureBoth();
    const strangers = await Promise.all(Array.from({ length: 200 }, () => connectFrom(STRANGER, WEST)));
    primary.links.dial('pair');
    for (const { socket } of strangers) socket.write(STARTTLS);
    await Promise.all([primary.heard('connected'), secondary.heard('connected')]);
    await Promise.all(strangers.map((stranger) => stranger.closed()));
    assert.equal(secondary.links.counters().stranger, 200);
    assert.equal(secondary.reports.length, 1, 'one line for all of them');
  });

  test('let the partner in while 200 silent connections from its own address crowd the port', async () => {
    configureBoth();
    const crowd: RawPeer[] = [];
    for (let i = 0; i < 100; i++) crowd.push(await connectFrom(EAST, WEST));
    primary.links.dial('pair');
    const more = Promise.all(Array.from({ length: 100 }, () => connectFrom(EAST, WEST)));
    await Promise.all([primary.heard('connected'), secondary.heard('connected')]);
    crowd.push(...(await more));
    while (secondary.links.counters().crowdedOut < 200 - 64) await nextTurn();
    assert.ok(secondary.reports.length <= 2, secondary.reports.join('\n'));
    assert.deepEqual(primary.all('closed'), []);
    for (const { socket } of crowd) socket.destroy();
  });

  test('keep the newest connections where one certificate has too many', async () => {
    configure(secondary, { own: WEST, partner: EAST, role: 'secondary', identity: west, pinned: east });
    const sockets: Socket[] = [];
    for (let i = 1; i <= 5; i++) {
      sockets.push(await startTls(await connectFrom(EAST, WEST), east));
      await secondary.heard('connected', i);
    }
    const first = secondary.all('connected')[0]?.connection;
    const { connection, reason } = await secondary.heard('closed');
    assert.equal(connection, first);
    assert.match(reason, /newer connections of the partner took its place/);
    assert.equal(secondary.links.counters().tooMany, 1);
    for (const socket of sockets) socket.destroy();
  });

  for (const [what, notBefore, notAfter] of [
    ['is not valid yet', '2031-01-01', '2032-01-01'],
    ['has expired', '1999-01-01', '2000-01-01'],
  ] as const) {
    test(`take a pinned certificate that ${what}: the clock may be wrong`, async () => {
      const odd = identityValid(notBefore, notAfter);
      configure(secondary, { own: WEST, partner: EAST, role: 'secondary', identity: odd, pinned: odd });
      configure(primary, { own: EAST, partner: WEST, role: 'primary', identity: odd, pinned: odd });
      primary.links.dial('pair');
      const { connection } = await primary.heard('connected');
      primary.links.send(connection, contact(1));
      await secondary.heard('message');
    });
  }

  test('close what a new configuration does not allow, and take what it does', async () => {
    const [, connection] = await connectBoth();
    const other = await identityOf('east', 'new');
    configure(secondary, { own: WEST, partner: EAST, role: 'secondary', identity: west, pinned: east });
    assert.deepEqual(secondary.all('closed'), [], 'the same configuration changes nothing');
    configure(secondary, { own: WEST, partner: EAST, role: 'secondary', identity: west, pinned: other });
    const closed = await secondary.heard('closed');
    assert.equal(closed.connection, connection);
    assert.match(closed.reason, /^the configuration does not allow it any more/);
    await primary.heard('closed');
    configure(primary, { own: EAST, partner: WEST, role: 'primary', identity: other, pinned: west });
    primary.links.dial('pair');
    assert.equal((await secondary.heard('connected', 2)).certificate, other.certificate.fingerprint);
  });

  test('give up an attempt when the configuration changes, and tell', async () => {
    configure(primary, { own: EAST, partner: WEST, role: 'primary', identity: east, pinned: west });
    primary.links.dial('pair');
    configure(primary, { own: EAST, partner: WEST, role: 'primary', identity: east, pinned: west });
    assert.equal((await primary.heard('dialFailed')).reason, 'the configuration has changed');
    assert.equal(primary.events.length, 1);
  });

  test('tell why an attempt fails', async () => {
    configure(primary, { own: EAST, partner: WEST, role: 'primary', identity: east, pinned: west });
    primary.links.dial('pair');
    assert.match((await primary.heard('dialFailed')).reason, /^nothing listens there: is Twinlease running/);
    configure(primary, { own: 'fd00:e::99', partner: WEST, role: 'primary', identity: east, pinned: west });
    primary.links.dial('pair');
    assert.match((await primary.heard('dialFailed', 2)).reason, /^this box does not have its management address/);
    configure(primary, { own: EAST, partner: 'fd01::1', role: 'primary', identity: east, pinned: west });
    primary.links.dial('pair');
    assert.match((await primary.heard('dialFailed', 3)).reason, /^there is no way to the partner's address/);
  });

  test('wait for the management address where it is not there yet', async () => {
    const late = 'fd00:e::44';
    configure(secondary, { own: late, partner: EAST, role: 'secondary', identity: west, pinned: east });
    assert.match(await secondary.reported("can't wait"), /at fd00:e::44 port 647: this box does not have its management address/);
    ip(`addr add ${late}/128 dev lo nodad`);
    secondary.links.follow(new Map());
    await secondary.reported('info: waiting for the partner at fd00:e::44 port 647');
    configure(primary, { own: EAST, partner: late, role: 'primary', identity: east, pinned: west });
    primary.links.dial('pair');
    await secondary.heard('connected');
    assert.equal(secondary.links.counters().notListening, 1);
  });

  test('work between link-local addresses', async () => {
    addCable('eth1', 'far1');
    ip('addr add fe80::a/64 dev eth1 nodad');
    ip('addr add fe80::b/64 dev far1 nodad');
    const common = { port: 647, identity: east, pinned: east } as const;
    for (const [box, name, address, partner, role] of [
      [secondary, 'far1', 'fe80::b', 'fe80::a', 'secondary'],
      [primary, 'eth1', 'fe80::a', 'fe80::b', 'primary'],
    ] as const) {
      box.links.configure({
        management: { interfaceName: name, address: addressOf(address) },
        identity: east,
        relationships: [relationship({ ...common, own: address, partner, role })],
        pairings: new Map(),
      });
    }
    primary.links.dial('pair');
    const [{ partnerAddress }] = await Promise.all([secondary.heard('connected'), primary.heard('connected')]);
    assert.deepEqual(partnerAddress, addressOf('fe80::a'));
    ip('link delete eth1');
  });

  test('stamp what they send with the clock that they were given', async () => {
    const [one] = await connectBoth();
    primary.now = epochSeconds(1_900_000_000);
    secondary.now = epochSeconds(1_900_000_002);
    primary.links.send(one, contact(1));
    const { message, receivedAt } = await secondary.heard('message');
    assert.equal(message.sentTime, 1_900_000_000);
    assert.equal(receivedAt, 1_900_000_002);
  });
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Server } from 'node:net';
import type { BoxIdentity } from '../../../src/identity/index.ts';
import { FailoverMessageType } from '../../../src/wire/index.ts';
import { describeInNamespace } from '../../unit/net/in-namespace.ts';
import { addBoxAddresses, configure, EAST, makeBox, PORT, relationship, STRANGER, WEST } from '../../unit/net/partner/boxes.ts';
import type { TestBox } from '../../unit/net/partner/boxes.ts';
import { identityOf } from '../../unit/net/partner/identities.ts';
import { CONNECT, connectFrom, STARTTLS } from '../../unit/net/partner/raw-peer.ts';
import { tapBetween } from '../../unit/net/partner/wiretap.ts';
import { addressOf } from '../../unit/net/veth.ts';

describeInNamespace(import.meta.url, 'a connection between partners', ({ test, before, beforeEach, afterEach }) => {
  let east: BoxIdentity;
  let west: BoxIdentity;
  let primary: TestBox;
  let secondary: TestBox;
  let servers: Server[];

  before(async () => {
    addBoxAddresses();
    [east, west] = await Promise.all([identityOf('east'), identityOf('west')]);
  });
  beforeEach(() => {
    primary = makeBox();
    secondary = makeBox();
    servers = [];
  });
  afterEach(async () => {
    await Promise.all([primary.links.stop(), secondary.links.stop()]);
    for (const server of servers) server.close();
  });

  function configurePrimary(): void {
    configure(primary, { own: EAST, partner: WEST, role: 'primary', identity: east, pinned: west });
  }
  function configureSecondary(): void {
    configure(secondary, { own: WEST, partner: EAST, role: 'secondary', identity: west, pinned: east });
  }

  test('[F-CON-4, F-FR-1] is awaited by the secondary on TCP port 647 of its management address, and by a primary nowhere', async () => {
    configurePrimary();
    configureSecondary();
    const peer = await connectFrom(EAST, WEST);
    assert.equal(peer.socket.remotePort, 647);
    peer.socket.destroy();
    for (const host of [EAST, STRANGER, '::1']) {
      const refused = connect({ host, port: PORT, localAddress: WEST });
      const [error] = (await once(refused, 'error')) as [NodeJS.ErrnoException];
      assert.equal(error.code, 'ECONNREFUSED', host);
    }
  });

  test('[F-CON-5] is dropped before any message where its address is that of no primary', async () => {
    secondary.links.configure({
      management: { interfaceName: 'lo', address: addressOf(WEST) },
      identity: west,
      pairings: new Map(),
      relationships: [
        relationship({ own: WEST, partner: EAST, role: 'secondary', pinned: east }),
        // There this box dials.
        { ...relationship({ own: WEST, partner: '::1', role: 'primary', pinned: east }), name: 'other' },
      ],
    });
    for (const [count, address] of [STRANGER, '::1'].entries()) {
      const peer = await connectFrom(address, WEST);
      peer.socket.write(STARTTLS);
      await peer.closed();
      assert.equal(peer.received().length, 0);
      assert.equal(secondary.links.counters().stranger, count + 1);
    }
    assert.match(await secondary.reported('no partner has this address'), /^warning: a connection from fd00:e::3 port \d+ was closed/);
    assert.deepEqual(secondary.events, []);
  });

  test('[F-CON-6, F-SEC-3] begins with STARTTLS, its REPLY without a status, and TLS, before CONNECT', async () => {
    const { server, passed } = await tapBetween(STRANGER, WEST);
    servers.push(server);
    configure(secondary, { own: WEST, partner: STRANGER, role: 'secondary', identity: west, pinned: east });
    configure(primary, { own: EAST, partner: STRANGER, role: 'primary', identity: east, pinned: west });
    primary.links.dial('pair');
    const { connection } = await primary.heard('connected');
    primary.links.send(connection, CONNECT);
    assert.equal((await secondary.heard('message')).message.type, FailoverMessageType.CONNECT);

    const inOrder = passed.map(({ from, octets }) => `${from} ${octets.subarray(0, 7).toString('hex')}`);
    // 2 octets of size, type 23 or 7, and a transaction-id: no options in either.
    const transactionId = /^primary 000417([0-9a-f]{6})$/.exec(inOrder[0] ?? '')?.[1];
    assert.ok(transactionId !== undefined, inOrder[0]);
    assert.equal(inOrder[1], `secondary 000407${transactionId}`);
    // A TLS record with a handshake message (22).
    assert.match(inOrder[2] ?? '', /^primary 160301/);
    assert.match(inOrder[3] ?? '', /^secondary 160303/);
    const afterTls = Buffer.concat(passed.slice(2).map(({ octets }) => octets));
    assert.ok(!afterTls.includes(Buffer.of(0, 8, FailoverMessageType.CONNECT)), 'CONNECT is not to be seen');
  });

  test('[F-CON-7] is opened by the primary alone, who knows then whose it is', async () => {
    configureSecondary();
    configurePrimary();
    secondary.links.dial('pair');
    const failure = await secondary.heard('dialFailed');
    assert.equal(failure.reason, 'this box dials in no such relationship');
    primary.links.dial('pair');
    assert.equal((await primary.heard('connected')).relationship, 'pair');
    assert.equal((await secondary.heard('connected')).relationship, undefined);
    assert.equal((await secondary.heard('connected')).certificate, east.certificate.fingerprint);
    assert.equal((await primary.heard('connected')).certificate, west.certificate.fingerprint);
    assert.deepEqual((await secondary.heard('connected')).partnerAddress, addressOf(EAST));
  });
});

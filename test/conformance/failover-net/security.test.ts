import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { mock } from 'node:test';
import { formatFingerprint } from '../../../src/identity/index.ts';
import type { BoxIdentity } from '../../../src/identity/index.ts';
import {
  decodeFailoverMessage,
  epochSeconds,
  FailoverMessageType,
  FailoverStatusCode,
} from '../../../src/wire/index.ts';
import type { FailoverMessage } from '../../../src/wire/index.ts';
import { markOf } from '../../../src/net/partner/mark.ts';
import { describeInNamespace } from '../../unit/net/in-namespace.ts';
import { addBoxAddresses, configure, EAST, makeBox, STRANGER, WEST } from '../../unit/net/partner/boxes.ts';
import type { TestBox } from '../../unit/net/partner/boxes.ts';
import { identityOf } from '../../unit/net/partner/identities.ts';
import { CONNECT, connectFrom, frameOf, listenAs, rawPeer, startTls, STARTTLS, tlsOver } from '../../unit/net/partner/raw-peer.ts';
import type { RawPeer } from '../../unit/net/partner/raw-peer.ts';
import { tapBetween } from '../../unit/net/partner/wiretap.ts';

/** More than anybody is waited for. */
const LONG_MS = 20_000;

/** The codes of the options at the top of a failover message. */
function optionsOf(frame: Buffer): readonly number[] {
  const codes: number[] = [];
  for (let at = 2 + 8; at < frame.length; at += 4 + frame.readUInt16BE(at + 2)) codes.push(frame.readUInt16BE(at));
  return codes;
}

/** However it ends. */
async function closing(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => socket.once('close', () => {
    resolve();
  }));
}

function colons({ certificate }: BoxIdentity): string {
  return formatFingerprint(certificate.fingerprint);
}

describeInNamespace(import.meta.url, 'security between partners', ({ test, before, beforeEach, afterEach }) => {
  let east: BoxIdentity;
  let west: BoxIdentity;
  let stranger: BoxIdentity;
  let primary: TestBox;
  let secondary: TestBox;
  let servers: Server[];

  before(async () => {
    addBoxAddresses();
    [east, west, stranger] = await Promise.all([identityOf('east'), identityOf('west'), identityOf('stranger')]);
  });
  beforeEach(() => {
    primary = makeBox();
    secondary = makeBox();
    servers = [];
  });
  afterEach(async () => {
    mock.timers.reset();
    await Promise.all([primary.links.stop(), secondary.links.stop()]);
    for (const server of servers) server.close();
  });

  function securePrimary(): void {
    configure(primary, { own: EAST, partner: WEST, role: 'primary', identity: east, pinned: west });
  }
  function secureSecondary(): void {
    configure(secondary, { own: WEST, partner: EAST, role: 'secondary', identity: west, pinned: east });
  }
  function insecurePrimary(): void {
    configure(primary, { own: EAST, partner: WEST, role: 'primary' });
  }
  function insecureSecondary(): void {
    configure(secondary, { own: WEST, partner: EAST, role: 'secondary' });
  }
  /** Somebody in the secondary's place, who gets the sockets as they come. */
  async function inPlaceOfSecondary(onPeer: (peer: RawPeer, socket: Socket) => void): Promise<void> {
    servers.push(await listenAs(WEST, (socket) => {
      onPeer(rawPeer(socket), socket);
    }));
  }
  /** Dials; the one that is dialled does as told. @returns the one, when the attempt has failed */
  async function failedAttempt(onStartTls: (peer: RawPeer) => void): Promise<{ reason: string; peer: RawPeer }> {
    const peers: RawPeer[] = [];
    const marks: number[] = [];
    await inPlaceOfSecondary((peer, socket) => {
      peers.push(peer);
      marks.push(markBy(peer));
      socket.once('data', () => {
        onStartTls(peer);
      });
    });
    securePrimary();
    primary.links.dial('pair');
    const { reason } = await primary.heard('dialFailed');
    const [peer] = peers;
    assert.ok(peer !== undefined);
    await peer.closed();
    assert.equal(peers.length, 1, 'it is not tried again in the clear');
    assert.deepEqual(peer.received(), Buffer.from(frameOf({ type: FailoverMessageType.STARTTLS, transactionId: marks[0] ?? NaN })), 'nothing is said in the clear but STARTTLS');
    assert.deepEqual(primary.all('connected'), []);
    return { reason, peer };
  }
  /** What the primary's STARTTLS has for a transaction-id, as the one that it dialled sees it. */
  const markBy = ({ socket }: RawPeer): number => markOf(east.certificate.fingerprint, west.certificate.fingerprint, socket.remotePort ?? 0);
  const replyTo = (peer: RawPeer, code?: number): Uint8Array =>
    frameOf({ type: FailoverMessageType.REPLY, transactionId: markBy(peer), ...(code === undefined ? {} : { status: { code, text: '' } }) });

  test('[F-SEC-1] is on unless the relationship says that it is insecure', async () => {
    secureSecondary();
    const inTheClear = await connectFrom(EAST, WEST);
    inTheClear.socket.write(frameOf(CONNECT));
    await inTheClear.closed();
    assert.deepEqual(secondary.events, []);
    insecureSecondary();
    const asTold = await connectFrom(EAST, WEST);
    asTold.socket.write(frameOf(CONNECT));
    assert.equal((await secondary.heard('connected')).certificate, undefined);
  });

  test('[F-SEC-2] is what the primary asks for first, and it closes the connection where nobody answers', async () => {
    let reached: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (reached = resolve));
    mock.timers.enable({ apis: ['setTimeout'] });
    const failed = failedAttempt(() => {
      reached();
    });
    await asked;
    mock.timers.tick(LONG_MS);
    assert.equal((await failed).reason, 'waited for the answer to STARTTLS for 10 s in vain');
  });

  test('[F-SEC-2] is what the primary gives up without where the connection is closed', async () => {
    const { reason } = await failedAttempt((peer) => peer.socket.end());
    assert.equal(reason, 'the partner closed the connection while this box waited for the answer to STARTTLS');
  });

  test('[F-SEC-2] is what the primary gives up without where it is refused', async () => {
    const { reason } = await failedAttempt((peer) => peer.socket.write(replyTo(peer, FailoverStatusCode.TLSConnectionRefused)));
    assert.equal(reason, 'the partner refuses TLS: it is set to "insecure", and this box is not');
  });

  test('[F-SEC-2] is what the primary gives up without where the answer is no REPLY to its STARTTLS', async () => {
    const { reason } = await failedAttempt((peer) => peer.socket.write(frameOf(CONNECT)));
    assert.equal(reason, 'the partner did not answer STARTTLS with a REPLY');
  });

  test('[F-SEC-2] is what the primary gives up without where what answers speaks something else', async () => {
    const { reason } = await failedAttempt((peer) => peer.socket.write('SSH-2.0-OpenSSH_9.2\r\n'));
    assert.match(reason, /^the partner does not speak the failover protocol: its first message would have \d+ octets$/);
  });

  test('[F-SEC-4] is refused with TLSConnectionRefused by a secondary that is set to insecure', async () => {
    insecureSecondary();
    const peer = await connectFrom(EAST, WEST);
    peer.socket.write(STARTTLS);
    const reply = await peer.message();
    assert.ok(reply.type === FailoverMessageType.REPLY);
    assert.equal(reply.status?.code, 15);
    assert.equal(reply.transactionId, 7);
    await peer.closed();
    assert.match(await secondary.reported('asks for TLS'), /this box refuses: it is set to "insecure" and its partner is not/);
    assert.deepEqual(secondary.events, []);

    securePrimary();
    primary.links.dial('pair');
    assert.match((await primary.heard('dialFailed')).reason, /^the partner refuses TLS/);
  });

  test('[F-SEC-5] closes a connection whose first message is CONNECT, and says that one box is set to insecure', async () => {
    secureSecondary();
    insecurePrimary();
    primary.links.dial('pair');
    const { connection } = await primary.heard('connected');
    primary.links.send(connection, CONNECT);
    const { reason } = await primary.heard('closed');
    assert.match(reason, /before it said anything: it may want TLS, see its log$/);
    assert.match(await secondary.reported('did not ask for TLS'), /the partner is set to "insecure", and this box is not$/);
    assert.deepEqual(secondary.events, []);
    assert.equal(secondary.links.counters().badStart, 1);
  });

  for (const [what, octets] of [
    ['garbage', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['a TLS handshake', Buffer.from('16030100c8010000c40303', 'hex')],
    ['a frame without content', Buffer.of(0, 0)],
    ['another message', frameOf({ type: FailoverMessageType.UPDREQ, transactionId: 3 })],
    ['a message of an unknown type', Buffer.of(0, 4, 99, 0, 0, 1)],
  ] as const) {
    test(`[F-SEC-5] closes a connection that begins with ${what}`, async () => {
      secureSecondary();
      const peer = await connectFrom(EAST, WEST);
      peer.socket.write(octets);
      await peer.closed();
      assert.equal(peer.received().length, 0);
      assert.equal(secondary.links.counters().badStart, 1);
      assert.deepEqual(secondary.events, []);
    });
  }

  test('[F-SEC-5, F-SEC-6] closes a connection with a stranger\'s certificate, and says whose was shown and whose is expected', async () => {
    secureSecondary();
    configure(primary, { own: EAST, partner: WEST, role: 'primary', identity: stranger, pinned: west });
    primary.links.dial('pair');
    const { reason } = await primary.heard('closed');
    assert.match(reason, /before it said anything: it may not know this box's certificate \(SHA-256 [0-9A-F:]{95}\), see its log$/);
    const report = await secondary.reported('showed a certificate');
    assert.match(report, /that is not the partner's: it calls itself "stranger" and has SHA-256 ([0-9A-F:]{95}), but "east" \(relationship pair\) has SHA-256 ([0-9A-F:]{95}); if the partner has a new identity, copy its certificate/);
    assert.ok(report.includes(colons(stranger)) && report.includes(colons(east)));
    assert.equal(secondary.links.counters().wrongCertificate, 1);
    assert.deepEqual(secondary.events, []);
  });

  test('[F-SEC-6] lets nobody in who shows no certificate', async () => {
    secureSecondary();
    const peer = await connectFrom(EAST, WEST);
    const secured = await startTls(peer, undefined);
    await Promise.all([secondary.reported('it showed no certificate'), closing(secured)]);
    assert.deepEqual(secondary.events, []);
  });

  test('[F-SEC-6] lets nobody in whose own certificate has the partner\'s name', async () => {
    secureSecondary();
    const impostor = await identityOf('east', 'another');
    const secured = await startTls(await connectFrom(EAST, WEST), impostor);
    await Promise.all([secondary.reported('it calls itself "east" and has'), closing(secured)]);
    assert.deepEqual(secondary.events, []);
  });

  test('[F-SEC-6] makes the primary refuse another secondary before it says a word', async () => {
    configure(secondary, { own: WEST, partner: EAST, role: 'secondary', identity: stranger, pinned: east });
    securePrimary();
    primary.links.dial('pair');
    const { reason } = await primary.heard('dialFailed');
    assert.match(reason, /^it showed a certificate that is not the partner's: it calls itself "stranger"/);
    assert.match(await primary.reported('"west" (fd00:e::2)'), /^warning: the connection to "west" \(fd00:e::2\) was closed: it showed/);
    assert.deepEqual(secondary.all('message'), []);
  });

  test('[F-SEC-6] closes the connection where the handshake fails', async () => {
    secureSecondary();
    const peer = await connectFrom(EAST, WEST);
    peer.socket.write(STARTTLS);
    await peer.message();
    peer.socket.write('this is no ClientHello');
    await peer.closed();
    assert.match(await secondary.reported('the TLS handshake failed'), /^warning: a connection from fd00:e::1 port \d+ was closed: the TLS handshake failed: /);
    assert.equal(secondary.links.counters().tlsFailed, 1);
  });

  test('[F-SEC-7] takes TLS 1.3 with forward secrecy and authenticated encryption, and no older version', async () => {
    secureSecondary();
    const old = await startTls(await connectFrom(EAST, WEST), east, { maxVersion: 'TLSv1.2', minVersion: 'TLSv1.2' });
    await Promise.all([secondary.reported('the TLS handshake failed: unsupported protocol'), closing(old)]);
    assert.deepEqual(secondary.events, []);
    const current = await startTls(await connectFrom(EAST, WEST), east);
    await secondary.heard('connected');
    assert.equal(current.getProtocol(), 'TLSv1.3');
    assert.match(current.getCipher().name, /^TLS_(AES_(128|256)_GCM|CHACHA20_POLY1305)_SHA(256|384)$/);
    current.destroy();
  });

  test('[F-SEC-8] gives up a connection that does not show in time who it is, at whatever it stopped', async () => {
    secureSecondary();
    mock.timers.enable({ apis: ['setTimeout'] });
    const silent = await connectFrom(EAST, WEST);
    const slow = await connectFrom(EAST, WEST);
    slow.socket.write(STARTTLS.subarray(0, 3));
    const afterStart = await connectFrom(EAST, WEST);
    afterStart.socket.write(STARTTLS);
    await afterStart.message();
    mock.timers.tick(LONG_MS);
    await Promise.all([silent.closed(), slow.closed(), afterStart.closed()]);
    assert.equal(secondary.links.counters().tooSlow, 3);
    assert.match(await secondary.reported('in time'), /was closed: it did not show in time who it is$/);
    mock.timers.reset();
    securePrimary();
    primary.links.dial('pair');
    await secondary.heard('connected');
  });

  test('[F-SEC-9] has nothing from a DHCPv6 Authentication option', async () => {
    secureSecondary();
    const peer = await connectFrom(EAST, WEST);
    const connect = Buffer.from(frameOf(CONNECT));
    // OPTION_AUTH (11), delayed authentication, with some authentication information.
    const auth = Buffer.from('000b000f 02 01 00 0000000000000001 deadbeef'.replaceAll(' ', ''), 'hex');
    const both = Buffer.concat([connect, auth]);
    both.writeUInt16BE(both.length - 2, 0);
    const decoded = decodeFailoverMessage(both.subarray(2), epochSeconds(1_800_000_000));
    assert.ok(decoded.error === undefined && decoded.type === FailoverMessageType.CONNECT, 'the message is a good one');
    peer.socket.write(both);
    await peer.closed();
    assert.deepEqual(secondary.events, []);
    for (const sent of [CONNECT, { type: FailoverMessageType.CONTACT, transactionId: 1, vendor: [] }] as const) {
      assert.ok(!optionsOf(Buffer.from(frameOf(sent))).includes(11));
    }
  });

  test('[F-SEC-10] is off where both are told so, and then all is in the clear', async () => {
    insecureSecondary();
    insecurePrimary();
    primary.links.dial('pair');
    const { connection, certificate } = await primary.heard('connected');
    assert.equal(certificate, undefined);
    primary.links.send(connection, CONNECT);
    const connected = await secondary.heard('connected');
    assert.equal(connected.certificate, undefined);
    secondary.links.send(connected.connection, { type: FailoverMessageType.CONTACT, transactionId: 9, vendor: [] });
    assert.equal((await primary.heard('message')).message.transactionId, 9);
  });

  test('[F-SEC-11] keeps the Reconfigure keys of clients from whoever listens', async () => {
    const key = Buffer.from('the key of a client that nobody may know');
    const update: FailoverMessage = {
      type: FailoverMessageType.BNDUPD,
      transactionId: 4,
      binding: { kind: 'client', ias: [], vendor: [], reconfigure: { time: epochSeconds(1_800_000_000), key } },
    };
    const { server, passed } = await tapBetween(STRANGER, WEST);
    servers.push(server);
    const sendUpdate = async (count: number): Promise<boolean> => {
      primary.links.dial('pair');
      const { connection } = await primary.heard('connected', count);
      primary.links.send(connection, CONNECT);
      primary.links.send(connection, update);
      await secondary.heard('updates', count);
      primary.links.close(connection);
      return Buffer.concat(passed.map(({ octets }) => octets)).includes(key);
    };
    configure(secondary, { own: WEST, partner: STRANGER, role: 'secondary', identity: west, pinned: east });
    configure(primary, { own: EAST, partner: STRANGER, role: 'primary', identity: east, pinned: west });
    assert.equal(await sendUpdate(1), false);
    configure(secondary, { own: WEST, partner: STRANGER, role: 'secondary' });
    configure(primary, { own: EAST, partner: STRANGER, role: 'primary' });
    assert.equal(await sendUpdate(2), true, 'where it can be seen, this test sees it');
  });

  test('[F-SEC-12] gives TLS the same socket with every octet behind the frame', async () => {
    secureSecondary();
    const peer = await connectFrom(EAST, WEST);
    peer.socket.removeAllListeners('data');
    // The primary does not wait for the REPLY: its ClientHello comes in one segment with STARTTLS.
    const first = [STARTTLS];
    let toSkip = 6;
    const both = new Duplex({
      read: () => undefined,
      write(chunk: Buffer, _encoding, done) {
        peer.socket.write(Buffer.concat([...first.splice(0), chunk]), () => {
          done();
        });
      },
    });
    peer.socket.on('data', (chunk) => {
      both.push(chunk.subarray(toSkip));
      toSkip = Math.max(0, toSkip - chunk.length);
    });
    const secured = tlsOver(both, east);
    await once(secured, 'secureConnect');
    assert.equal((await secondary.heard('connected')).certificate, east.certificate.fingerprint);
    secured.destroy();
  });
});

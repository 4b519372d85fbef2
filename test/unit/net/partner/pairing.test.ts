import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { createServer as createTlsServer } from 'node:tls';
import type { BoxIdentity } from '../../../../src/identity/index.ts';
import { FailoverMessageType } from '../../../../src/wire/index.ts';
import { describeInNamespace } from '../in-namespace.ts';
import { addBoxAddresses, configure, EAST, makeBox, WEST } from './boxes.ts';
import { identityOf } from './identities.ts';
import { startPairingBox } from './pairing-box.ts';
import type { Crash, PairingBox } from './pairing-box.ts';
import { connectFrom, frameOf, listenAs, startTls } from './raw-peer.ts';

const ALPN = 'twinlease-pairing/1';

describeInNamespace(import.meta.url, 'boxes that are paired', ({ test, before, beforeEach, afterEach }) => {
  let east: BoxIdentity;
  let west: BoxIdentity;
  let other: BoxIdentity;
  let directory: string;
  let key: Uint8Array;
  let running: { stop(): Promise<void> }[];
  let servers: Server[];

  before(async () => {
    addBoxAddresses();
    [east, west, other] = await Promise.all([identityOf('east'), identityOf('west'), identityOf('east', 'other')]);
  });
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'twinlease-pairing-'));
    key = randomBytes(17);
    running = [];
    servers = [];
  });
  afterEach(async () => {
    await Promise.all(running.map((box) => box.stop()));
    for (const server of servers) server.close();
    await rm(directory, { recursive: true, force: true });
  });

  interface Choice {
    readonly identity?: BoxIdentity;
    readonly key?: Uint8Array;
    readonly folder?: string;
  }
  async function primary(choice: Choice = {}, crash?: Crash): Promise<PairingBox> {
    const { folder = 'east', ...rest } = choice;
    const box = await startPairingBox({ role: 'primary', identity: east, key, directory: join(directory, folder), ...rest }, crash);
    running.push(box);
    return box;
  }
  async function secondary(choice: Choice = {}, crash?: Crash): Promise<PairingBox> {
    const { folder = 'west', ...rest } = choice;
    const box = await startPairingBox({ role: 'secondary', identity: west, key, directory: join(directory, folder), ...rest }, crash);
    running.push(box);
    return box;
  }
  const fingerprintOf = ({ certificate }: BoxIdentity): string => certificate.fingerprint;
  const stagesOf = ({ statuses }: PairingBox): readonly string[] => statuses.map(({ stage }) => stage);

  async function arePaired(one: PairingBox, another: PairingBox): Promise<void> {
    const [atEast, atWest] = await Promise.all([one.box.heard('connected'), another.box.heard('connected')]);
    assert.deepEqual([atEast.certificate, atWest.certificate], [fingerprintOf(west), fingerprintOf(east)]);
    for (const { pairing } of [one, another]) {
      assert.deepEqual([pairing.status.stage, pairing.status.key], ['paired', 'used']);
    }
  }

  test('[R-ID1] prove the key, pin each other\'s certificate, use the key up, and only then speak RFC 8156', async () => {
    const atWest = await secondary();
    const atEast = await primary();
    await arePaired(atEast, atWest);
    for (const box of [atEast, atWest]) assert.deepEqual(stagesOf(box), ['half-paired', 'paired']);
    assert.deepEqual(atEast.box.all('dialFailed'), [], 'that it has a pin now is no reason to begin again');
  });

  test('[R-ID1] keep the pin through a restart, without the key in the file', async () => {
    const first = [await secondary(), await primary()] as const;
    await arePaired(first[1], first[0]);
    await Promise.all(first.map((box) => box.stop()));
    const gone = { key: undefined as unknown as Uint8Array };
    const atWest = await secondary(gone);
    const atEast = await primary(gone);
    const events = await Promise.all([atEast.box.heard('connected'), atWest.box.heard('connected')]);
    assert.deepEqual(events.map(({ certificate }) => certificate), [fingerprintOf(west), fingerprintOf(east)]);
    assert.deepEqual([...atEast.statuses, ...atWest.statuses], []);
  });

  test('[R-ID1] remember the used key by a digest, in a file of their own that only its owner reads', async () => {
    const atWest = await secondary();
    await arePaired(await primary(), atWest);
    const text = await readFile(join(directory, 'west', 'pairing', 'pair.json'), 'utf8');
    assert.match(text, new RegExp(fingerprintOf(east)));
    for (const form of ['hex', 'base64', 'latin1'] as const) assert.ok(!text.includes(Buffer.from(key).toString(form)));
  });

  for (const at of ['admit', 'confirm'] as const) for (const when of ['before', 'after'] as const) for (const who of ['primary', 'secondary'] as const) {
    test(`[R-ID1] go on with it when the ${who} was cut off ${when} it wrote ${at === 'admit' ? 'the pin' : 'that the key is used'}`, async () => {
      const crash = { at, when };
      const atWest = await secondary({}, who === 'secondary' ? crash : undefined);
      const atEast = await primary({}, who === 'primary' ? crash : undefined);
      await (who === 'primary' ? atEast : atWest).crashed;
      await Promise.all([atEast.stop(), atWest.stop()]);
      const again = await secondary();
      await arePaired(await primary(), again);
    });
  }

  test('[R-ID1] refuse the key once it was used, whoever has it', async () => {
    const atWest = await secondary();
    const atEast = await primary();
    await arePaired(atEast, atWest);
    await atEast.stop();
    const thief = await primary({ identity: other, folder: 'thief' });
    await thief.box.until(() => thief.box.all('dialFailed').some(({ reason }) => reason.includes('its pairing key has been used')));
    assert.equal(thief.pairing.status.stage, 'unpaired');
    assert.equal(atWest.pairing.status.pin, fingerprintOf(east));
    assert.match(await atWest.box.reported('pairing'), /^warning: a connection from fd00:e::1 port \d+ was closed \(relationship pair\): it wants to be paired, but the pairing key of this box has been used/);
  });

  for (const who of ['primary', 'secondary'] as const) {
    test(`[R-ID1] take another box in the place of the ${who} with a new key, and know the old one when it is back`, async () => {
      const [start, startSurvivor] = who === 'primary' ? [primary, secondary] : [secondary, primary];
      const old = who === 'primary' ? east : west;
      const [survivor, swapped] = [await startSurvivor(), await start()];
      await arePaired(...(who === 'primary' ? [swapped, survivor] as const : [survivor, swapped] as const));
      await swapped.stop();
      const newKey = randomBytes(17);
      survivor.pairing.useKey(newKey);
      assert.equal(await survivor.pairing.forget(), undefined);
      const replacement = await start({ identity: other, folder: 'replacement', key: newKey });
      if (who === 'secondary') survivor.box.links.dial('pair');
      assert.equal((await survivor.box.heard('connected', 2)).certificate, fingerprintOf(other));
      await replacement.stop();

      const again = await start({ identity: old, key: newKey });
      if (who === 'secondary') survivor.box.links.dial('pair');
      assert.match(await survivor.box.reported('before another one was taken in its place'), new RegExp(`^warning: .*"${who === 'primary' ? 'east' : 'west'}" \\(relationship pair\\).*SWITCH IT OFF`));
      assert.ok(survivor.box.links.counters().formerPartner > 0);
      assert.deepEqual(new Set(survivor.box.formerPartners), new Set(['pair']));
      assert.equal(survivor.box.all('connected').length, 2);
      assert.equal(survivor.pairing.status.pin, fingerprintOf(other));
      await again.stop();
    });
  }

  for (const who of ['primary', 'secondary'] as const) {
    test(`[R-ID3] know each other by the certificate that the ${who} has told of, and from its first use on by nothing else`, async () => {
      const [start, startPartner] = who === 'primary' ? [primary, secondary] : [secondary, primary];
      const old = who === 'primary' ? east : west;
      const [partner, box] = [await startPartner(), await start()];
      await arePaired(...(who === 'primary' ? [box, partner] as const : [partner, box] as const));
      assert.ok(await partner.pairing.keepNext(fingerprintOf(other)));
      await box.stop();
      const folder = who === 'primary' ? 'east' : 'west';

      const still = await start({ folder, identity: old });
      if (who === 'secondary') partner.box.links.dial('pair');
      assert.equal((await partner.box.heard('connected', 2)).certificate, fingerprintOf(old), 'told of is not used');
      await still.stop();
      const rotated = await start({ folder, identity: other });
      if (who === 'secondary') partner.box.links.dial('pair');
      assert.equal((await partner.box.heard('connected', 3)).certificate, fingerprintOf(other));
      assert.deepEqual([partner.pairing.status.pin, partner.pairing.status.nextPin], [fingerprintOf(other), undefined]);
      await rotated.stop();

      await start({ folder, identity: old });
      if (who === 'secondary') partner.box.links.dial('pair');
      await partner.box.reported('it showed a certificate that is not the partner\'s');
      assert.equal(partner.box.all('connected').length, 3);
    });
  }

  test('[R-ID1] refuse a second box with the key while the pairing with the first is not over', async () => {
    const atWest = await secondary();
    const first = await primary({}, { at: 'admit', when: 'before' });
    await first.crashed;
    assert.equal(atWest.pairing.status.stage, 'half-paired');
    const second = await primary({ identity: other, folder: 'second' });
    await second.box.until(() => second.box.all('dialFailed').some(({ reason }) => reason.includes('another box proved the pairing key first')));
    assert.equal(atWest.pairing.status.pin, fingerprintOf(east));
    await second.stop();
    await arePaired(await primary(), atWest);
  });

  test('[R-ID1] refuse a wrong key, and whoever proved it waits; the true partner does not', async () => {
    const atWest = await secondary();
    const wrong = await primary({ identity: other, key: randomBytes(17), folder: 'wrong' });
    await wrong.box.until(() => wrong.box.all('dialFailed').some(({ reason }) => reason.includes('has to wait up to a minute')));
    assert.match(wrong.box.all('dialFailed')[0]?.reason ?? '', /^it refuses to be paired: it has another pairing key: both boxes need the same provisioning file$/);
    assert.equal(atWest.pairing.status.wrongKeys, 1, 'the second attempt is not looked at');
    atWest.monotonic.ms += 1_000;
    await wrong.box.until(() => atWest.pairing.status.wrongKeys === 2);
    await wrong.stop();
    await arePaired(await primary(), atWest);
  });

  test('[R-ID1] let in a partner whose file was put right, once the wait is over', async () => {
    const atWest = await secondary();
    const wrong = await primary({ key: randomBytes(17) });
    await wrong.box.until(() => atWest.pairing.status.wrongKeys === 1);
    await wrong.stop();
    const right = await primary();
    await right.box.until(() => right.box.all('dialFailed').some(({ reason }) => reason.includes('has to wait')));
    atWest.monotonic.ms += 1_000;
    await arePaired(right, atWest);
  });

  test('[R-ID1] are not paired where both have the very same key and certificate', async () => {
    await secondary({ identity: east });
    const atEast = await primary();
    const { reason } = await atEast.box.heard('dialFailed');
    assert.match(reason, /one of the two is a copy of the other/);
    assert.equal(atEast.pairing.status.stage, 'unpaired');
  });

  test('[R-ID1] are not there for who holds the pinned certificate\'s name alone', async () => {
    const atWest = await secondary();
    const atEast = await primary();
    await arePaired(atEast, atWest);
    await atEast.stop();
    const box = makeBox();
    running.push({ stop: async () => await box.links.stop() });
    configure(box, { own: EAST, partner: WEST, role: 'primary', identity: other, pinned: west });
    box.links.dial('pair');
    await atWest.box.reported('it showed a certificate that is not the partner\'s');
    assert.equal(atWest.box.all('connected').length, 1);
  });

  test('[R-ID5] take nobody for the partner before they are paired', async () => {
    const atWest = await secondary();
    const box = makeBox();
    running.push({ stop: async () => await box.links.stop() });
    configure(box, { own: EAST, partner: WEST, role: 'primary', identity: east, pinned: west });
    box.links.dial('pair');
    assert.match(await atWest.box.reported('is not paired with this box yet'), /^warning: a connection from fd00:e::1 port \d+ was closed: it showed a certificate/);
    assert.deepEqual(atWest.box.events, []);
  });

  test('[R-ID1] find out that the partner has certificates in its file, and leave it alone', async () => {
    const box = makeBox();
    running.push({ stop: async () => await box.links.stop() });
    configure(box, { own: WEST, partner: EAST, role: 'secondary', identity: west, pinned: east });
    const atEast = await primary();
    const { reason } = await atEast.box.heard('dialFailed');
    assert.equal(reason, 'it does not want to be paired: both boxes need the same provisioning file, with the pairing key');
    assert.deepEqual(atEast.statuses, []);
  });

  /** Somebody at the partner's address who has a certificate and says what it likes. */
  async function strangerAtWest(options: object = { ALPNProtocols: [ALPN] }): Promise<TLSSocket> {
    const peer = await connectFrom(EAST, WEST);
    return await startTls(peer, other, options);
  }
  async function answerTo(octets: Uint8Array): Promise<Buffer> {
    const secured = await strangerAtWest();
    secured.write(octets);
    const chunks: Buffer[] = [];
    for await (const chunk of secured as AsyncIterable<Buffer>) chunks.push(chunk);
    return Buffer.concat(chunks);
  }
  const named = (kind: number, name: string, ...rest: readonly Uint8Array[]): Uint8Array => {
    const content = Buffer.concat([Uint8Array.of(kind, name.length), Buffer.from(name), ...rest]);
    return Buffer.concat([Uint8Array.of(content.length >> 8, content.length & 0xff), content]);
  };
  const REFUSED = (why: number): Buffer => Buffer.from([0, 2, 5, why]);

  test('[R-ID1] say nothing but that it is refused to who has no key: no proof, no name', async () => {
    const atWest = await secondary();
    assert.deepEqual(await answerTo(named(1, 'pair', new Uint8Array(32))), REFUSED(1));
    assert.deepEqual(await answerTo(named(1, 'pair', new Uint8Array(32))), REFUSED(3));
    assert.deepEqual(await answerTo(named(3, 'pair')), REFUSED(5), 'it can\'t say that it is paired');
    assert.deepEqual(await answerTo(named(1, 'pear', new Uint8Array(32))), REFUSED(8));
    assert.equal(atWest.pairing.status.stage, 'unpaired');
  });

  for (const [what, octets] of [
    ['nothing', Uint8Array.of(0, 0)],
    ['a kind that is none', named(9, 'pair')],
    ['a proof that is too short', named(1, 'pair', new Uint8Array(31))],
    ['a proof that is too long', named(1, 'pair', new Uint8Array(33))],
    ['a name that is cut off', Uint8Array.of(0, 3, 1, 9, 65)],
    ['more than any request has', Buffer.concat([Uint8Array.of(4, 1), randomBytes(1_025)])],
    ['CONNECT', frameOf({ type: FailoverMessageType.CONNECT, transactionId: 1, vendor: [] })],
  ] as const) {
    test(`close a connection for pairing on which ${what} comes`, async () => {
      const atWest = await secondary();
      assert.deepEqual(await answerTo(octets), Buffer.alloc(0));
      await atWest.box.reported('what it said is no request for that');
      assert.equal(atWest.box.links.counters().pairingFailed, 1);
      assert.deepEqual([atWest.box.events, atWest.statuses], [[], []]);
    });
  }

  test('speak failover with a partner that offers other protocols in its handshake', async () => {
    const atWest = await secondary();
    const atEast = await primary();
    await arePaired(atEast, atWest);
    await atEast.stop();
    const peer = await connectFrom(EAST, WEST);
    const secured = await startTls(peer, east, { ALPNProtocols: ['something/else'] });
    secured.write(frameOf({ type: FailoverMessageType.CONNECT, transactionId: 1, vendor: [] }));
    assert.equal((await atWest.box.heard('connected', 2)).certificate, fingerprintOf(east));
  });

  /** In the secondary's place: takes TLS, and hands over what the primary sends on it. */
  async function inPlaceOfWest(onRequest: (request: Buffer, answer: (octets: Uint8Array) => void) => void): Promise<void> {
    const acceptor = createTlsServer({ key: other.privateKeyPem, cert: other.certificate.pem, requestCert: true, rejectUnauthorized: false, ALPNProtocols: [ALPN] });
    acceptor.on('secureConnection', (secured) => {
      secured.on('error', () => undefined);
      secured.once('data', (request: Buffer) => {
        onRequest(request, (octets) => secured.write(octets));
      });
    });
    servers.push(await listenAs(WEST, (socket) => {
      socket.once('data', (first) => {
        socket.removeAllListeners('data');
        socket.write(frameOf({ type: FailoverMessageType.REPLY, transactionId: first.readUIntBE(3, 3) }));
        acceptor.emit('connection', socket);
      });
    }));
  }

  test('[R-ID1] do not take their own proof for the partner\'s', async () => {
    await inPlaceOfWest((request, answer) => {
      answer(Buffer.concat([Uint8Array.of(0, 33, 2), request.subarray(-32)]));
    });
    const atEast = await primary();
    const { reason } = await atEast.box.heard('dialFailed');
    assert.match(reason, /^it proved another pairing key/);
    assert.equal(atEast.pairing.status.stage, 'unpaired');
  });

  for (const [what, octets] of [
    ['makes no sense', Uint8Array.of(0, 1, 9)],
    ['says that it has pinned what it does not know', Uint8Array.of(0, 1, 4)],
    ['gives a reason that is none', Uint8Array.of(0, 2, 5, 99)],
  ] as const) {
    test(`are not paired by an answer that ${what}`, async () => {
      await inPlaceOfWest((_, answer) => {
        answer(octets);
      });
      const atEast = await primary();
      assert.equal((await atEast.box.heard('dialFailed')).reason, 'its answer to the request for pairing makes no sense');
      assert.deepEqual(atEast.statuses, []);
    });
  }

  test('[R-ID1] are not paired through somebody in the middle, who passes on all that they say', async () => {
    const atWest = await secondary();
    let forwarded = 0;
    await new Promise<void>((resolve, reject) => {
      // The one in the middle has an address that east takes for west's, and west for east's.
      void standBetween(() => {
        forwarded++;
        if (forwarded === 1) resolve();
      }).catch(reject);
    });
    assert.equal(atWest.pairing.status.stage, 'unpaired');
    assert.equal(atWest.pairing.status.wrongKeys, 1);
  });

  /** East's proof, made for the connection with the one in the middle, reaches west on another connection. */
  async function standBetween(onAnswer: (answer: Buffer) => void): Promise<void> {
    const { pairing } = await primaryWithoutLinks();
    const outer = await strangerAtWest();
    await new Promise<void>((resolve) => outer.once('secureConnect', () => {
      resolve();
    }));
    // What east would say to it: over an exporter of its own.
    const session = { exporter: randomBytes(32), primaryCertificate: fingerprintOf(east), secondaryCertificate: fingerprintOf(other) };
    const proof = pairing.prove(session);
    assert.ok(proof !== undefined);
    outer.write(named(1, 'pair', proof));
    outer.once('data', onAnswer);
  }
  async function primaryWithoutLinks(): Promise<PairingBox> {
    const box = await primary({ folder: 'middle' });
    await box.stop();
    return box;
  }
});

/** Many at the partner's address who are not the partner (RFC 8156 section 10). */
import assert from 'node:assert/strict';
import type { BoxIdentity } from '../../../src/identity/index.ts';
import { markOf } from '../../../src/net/partner/mark.ts';
import { FailoverMessageType } from '../../../src/wire/index.ts';
import { describeInNamespace } from '../../unit/net/in-namespace.ts';
import { addBoxAddresses, configure, EAST, makeBox, WEST } from '../../unit/net/partner/boxes.ts';
import type { TestBox } from '../../unit/net/partner/boxes.ts';
import { identityOf } from '../../unit/net/partner/identities.ts';
import { connectFrom, frameOf, STARTTLS, tlsOver } from '../../unit/net/partner/raw-peer.ts';
import type { RawPeer } from '../../unit/net/partner/raw-peer.ts';

describeInNamespace(import.meta.url, 'a crowd at the partner\'s address', ({ test, before, beforeEach, afterEach }) => {
  let east: BoxIdentity;
  let west: BoxIdentity;
  let primary: TestBox;
  let secondary: TestBox;

  before(async () => {
    addBoxAddresses();
    [east, west] = await Promise.all([identityOf('east'), identityOf('west')]);
  });
  beforeEach(() => {
    primary = makeBox();
    secondary = makeBox();
    configure(secondary, { own: WEST, partner: EAST, role: 'secondary', identity: west, pinned: east });
  });
  afterEach(async () => {
    await Promise.all([primary.links.stop(), secondary.links.stop()]);
  });

  test('[F-SEC-8] holds no more than 64 connections that have not shown who they are', async () => {
    const peers: RawPeer[] = [];
    for (let i = 0; i < 70; i++) peers.push(await connectFrom(EAST, WEST));
    await Promise.all(peers.slice(0, 6).map((peer) => peer.closed()));
    assert.equal(secondary.links.counters().crowdedOut, 6);
    assert.equal(peers.filter((peer) => peer.isClosed()).length, 6);
    for (const peer of peers) peer.socket.destroy();
  });

  /** As many as come from the partner's address, each with a STARTTLS, and then silent. */
  async function crowd(count: number): Promise<readonly RawPeer[]> {
    const peers: RawPeer[] = [];
    for (let i = 0; i < count; i++) peers.push(await connectFrom(EAST, WEST));
    for (const peer of peers) peer.socket.write(STARTTLS);
    return peers;
  }

  test('[F-SEC-8] lets a crowd at the partner\'s address begin four handshakes, and the partner its own in between', async () => {
    const peers = await crowd(40);
    configure(primary, { own: EAST, partner: WEST, role: 'primary', identity: east, pinned: west });
    primary.links.dial('pair');
    assert.equal((await secondary.heard('connected')).certificate, east.certificate.fingerprint);
    assert.equal(peers.filter((peer) => peer.frames.length > 0).length, 4);
    assert.equal(secondary.links.counters().crowdedOut, 0);
    const waiting = peers.filter((peer) => peer.frames.length === 0);
    for (const peer of peers) if (peer.frames.length > 0) peer.socket.destroy();
    await Promise.race(waiting.map((peer) => peer.message()));
    for (const peer of waiting) peer.socket.destroy();
  });

  test('[F-SEC-8] lets no crowd push out whoever shows the partner\'s mark', async () => {
    const partner = await connectFrom(EAST, WEST);
    const transactionId = markOf(east.certificate.fingerprint, west.certificate.fingerprint, partner.socket.localPort ?? 0);
    partner.socket.write(frameOf({ type: FailoverMessageType.STARTTLS, transactionId }));
    await partner.message();
    const peers = await crowd(70);
    await Promise.all(peers.slice(0, 6).map((peer) => peer.closed()));
    partner.socket.removeAllListeners('data');
    tlsOver(partner.socket, east);
    await secondary.heard('connected');
    for (const peer of peers) peer.socket.destroy();
  });
});

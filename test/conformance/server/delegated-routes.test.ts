/** The router's part in prefix delegation: who is behind a delegated prefix (RFC 8987 4.2 and 4.3, R-ST3). */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MessageType, formatPrefix } from '../../../src/wire/index.ts';
import { PROVISIONING, address, configuration, createBox } from './box.ts';
import type { Box } from './box.ts';
import { iaNa, iaPd, message, read } from './client.ts';
import { FROM_RELAY, relayed } from './relayed.ts';

const REQUEST = message(MessageType.REQUEST, [iaNa(1), iaPd(2)]);

/** The prefix that the client of `REQUEST` is given. */
function given(box: Box): string {
  const answer = read(box.exchange(REQUEST));
  const prefix = answer.ias.find(({ kind }) => kind === 'IA_PD')?.leases[0]?.name;
  assert.ok(prefix !== undefined);
  return prefix;
}

/** As a router reads it that was not there from the beginning. */
function allRoutes(box: Box): Record<string, string | undefined> {
  return Object.fromEntries([...box.appliance.routes()].map(({ prefix, way }) => [formatPrefix(prefix), way?.link]));
}

describe('the routes of delegated prefixes', () => {
  it('[O-35] [R-ST3] a prefix is behind the client that holds it, on its link, from the moment at which that is durable', () => {
    const box = createBox({ commits: 'by hand' });
    box.deliver(REQUEST);
    assert.deepEqual([...box.routes], [], 'not before');
    assert.deepEqual(allRoutes(box), {}, 'nor to anybody who asks');
    box.commitSucceeds();
    const [[prefix, way] = ['', '']] = box.routes;
    assert.match(prefix, /^2001:db8:100:[0-9a-f]+::\/56$/);
    assert.equal(way, 'fe80::c1 on lan');
    assert.deepEqual(allRoutes(box), { [prefix]: 'lan' });
    assert.equal(box.routes.size, 1, 'addresses need none');
  });

  it('[O-35] it follows its client, and is nobody\'s after a Release', () => {
    const box = createBox();
    const prefix = given(box);
    box.exchange(message(MessageType.RENEW, [iaPd(2, prefix)]), { source: address('fe80::77') });
    assert.equal(box.routes.get(prefix), 'fe80::77 on lan');
    box.exchange(message(MessageType.RELEASE, [iaPd(2, prefix)]));
    assert.equal(box.routes.get(prefix), 'nobody');
    assert.deepEqual(allRoutes(box), { [prefix]: undefined });
  });

  it('[O-35] it is nobody\'s when its lease has ended', () => {
    const box = createBox();
    const prefix = given(box);
    box.advance(1_990);
    assert.equal(box.routes.get(prefix), 'fe80::c1 on lan');
    box.advance(20);
    assert.equal(box.routes.get(prefix), 'nobody');
  });

  it('a commit that fails leads nowhere', () => {
    const box = createBox({ commits: 'by hand' });
    box.deliver(REQUEST);
    box.commitFails();
    assert.deepEqual([...box.routes], []);
    assert.deepEqual(allRoutes(box), {});
  });

  it('behind a relay agent the way is the relay agent\'s business', () => {
    const box = createBox();
    box.exchange(relayed(REQUEST, { linkAddress: '2001:db8:2::5' }), FROM_RELAY);
    assert.deepEqual([...box.routes.values()], ['nobody']);
  });

  it('[O-35] on a link with several interfaces it is behind the one that its client was heard on last; of a single one nothing is said', () => {
    const box = createBox({ provisioning: PROVISIONING.replace('lan: [eth1]', 'lan: [eth1, eth2]') });
    const interfaceOf = (): string | undefined => [...box.appliance.routes()][0]?.way?.interfaceName;
    box.exchange(REQUEST, { interfaceName: 'eth2' });
    const prefix = [...box.routes.keys()][0] ?? '';
    assert.equal(interfaceOf(), 'eth2');
    box.exchange(message(MessageType.RENEW, [iaPd(2, prefix)]), { interfaceName: 'eth1' });
    assert.equal(interfaceOf(), 'eth1');
    box.configure(configuration(PROVISIONING.replace('lan: [eth1]', 'lan: [eth2, eth3]')));
    assert.equal(interfaceOf(), undefined, 'that one is not on the link any more');
    box.configure(configuration(PROVISIONING));
    assert.equal(interfaceOf(), undefined, 'there is no choice');
  });

  it('a link of another configuration has what it has now', () => {
    const box = createBox();
    const prefix = given(box);
    box.configure(configuration(PROVISIONING.replace('    prefix-pools: [ { prefix: 2001:db8:100::/48, delegated-length: 56 } ]\n', '')));
    assert.deepEqual(allRoutes(box), { [prefix]: undefined });
    box.configure(configuration(PROVISIONING));
    assert.deepEqual(allRoutes(box), { [prefix]: 'lan' });
  });
});

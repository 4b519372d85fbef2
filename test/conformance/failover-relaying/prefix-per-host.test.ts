/** A prefix of 64 bits for each host (RFC 9663), from a pool of a million of them: many small delegations that the two boxes divide (RFC 8156 section 4.2.2). */
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { BindingStatus, LeaseKind } from '../../../src/lease/index.ts';
import { FailoverMessageType, MessageType, encodeMessage } from '../../../src/wire/index.ts';
import { iaPd, message, readMessage } from '../server/client.ts';
import { createBoxes } from './boxes.ts';
import type { Box, Boxes } from './boxes.ts';
import { clientId } from './messages.ts';

const POOL_SIZE = 2 ** 20;
/** What a secondary is given at most, and how far its share may be off (`rebalance-threshold`). */
const GIVEN_MAX = 4_096;
const GIVEN_LEAST = GIVEN_MAX * 0.8;
const HOSTS = 1_500;

/** What is given the first time lasts for MCLT: no host renews here. */
const millionOfPrefixes = (file: string): string => file.replace('2001:db8:100::/48, delegated-length: 56', '2001:db8:4000::/44, delegated-length: 64').replace('mclt: 100s', 'mclt: 1h');

const available = ({ appliance: { leases } }: Box): { readonly primary: number; readonly secondary: number } => {
  const pool = Array.from({ length: leases.pools.length }, (_, number) => leases.pools.pool(number)).find(({ space }) => space.kind === LeaseKind.IA_PD);
  assert.ok(pool !== undefined);
  return { primary: pool.available('primary'), secondary: pool.available('secondary') };
};
const active = ({ appliance: { leases } }: Box): number => leases.count(BindingStatus.ACTIVE);

describe('a prefix for each host [O-55]', function () {
  this.timeout(120_000);
  let boxes: Boxes;
  /** Whose each prefix is. */
  const holders = new Map<string, number>();

  /** @returns the prefix that this host gets there */
  const give = (box: Box, host: number): string => {
    box.receive(encodeMessage(message(MessageType.REQUEST, [iaPd(1)], { client: clientId(host), server: box.serverId, transactionId: host })));
    const [sent, ...more] = box.takeSent();
    assert.ok(sent !== undefined && more.length === 0, `host ${String(host)} is answered`);
    const { ias } = readMessage(sent.message);
    assert.equal(ias[0]?.leases.length, 1);
    return ias[0].leases[0]?.name ?? '';
  };
  const giveTo = (box: Box, from: number, count: number): void => {
    for (let host = from; host < from + count; host += 1) {
      const prefix = give(box, host);
      assert.match(prefix, /^2001:db8:400[0-9a-f]:[0-9a-f]+::\/64$/);
      assert.equal(holders.get(prefix), undefined, `${prefix} is host ${String(host)}’s alone`);
      holders.set(prefix, host);
    }
  };
  /** The handing over of a step is followed by the next. */
  const settle = (): void => {
    boxes.advance(60);
  };

  before(() => {
    boxes = createBoxes({ edited: millionOfPrefixes });
    settle();
  });

  it('[O-55] the secondary has enough for thousands of hosts, and the tables do not grow with the pool', () => {
    const { primary, secondary } = available(boxes.east);
    assert.equal(primary + secondary, POOL_SIZE);
    assert.ok(secondary >= GIVEN_LEAST && secondary <= GIVEN_MAX, String(secondary));
    for (const box of [boxes.east, boxes.west]) {
      assert.deepEqual(available(box), { primary, secondary });
      assert.equal(box.appliance.leases.size, secondary);
    }
  });

  it('[O-55] thousands of hosts at the primary: each gets a prefix of its own, the partner knows them all, and no prefix changes hands for it', () => {
    boxes.east.takeSaid();
    const { secondary } = available(boxes.west);
    giveTo(boxes.east, 1, HOSTS);
    settle();
    for (const box of [boxes.east, boxes.west]) assert.equal(active(box), HOSTS);
    assert.equal(available(boxes.west).secondary, secondary);
    const handedOver = boxes.east.takeSaid().filter((said) => said.type === FailoverMessageType.BNDUPD && said.binding.kind === 'prefix');
    assert.deepEqual(handedOver, []);
  });

  it('[O-55] each box gives to new hosts while they don’t hear each other, and none of it twice', () => {
    boxes.between = () => 'gets lost';
    boxes.advance(70);
    const { secondary } = available(boxes.west);
    giveTo(boxes.west, HOSTS + 1, HOSTS);
    giveTo(boxes.east, 2 * HOSTS + 1, HOSTS);
    assert.equal(available(boxes.west).secondary, secondary - HOSTS);
  });

  it('[O-55] when they do again both know every host, and what the secondary gave is made good', () => {
    boxes.between = () => 'passes';
    boxes.advance(120);
    for (const box of [boxes.east, boxes.west]) {
      assert.equal(active(box), 3 * HOSTS);
      assert.ok(available(box).secondary >= GIVEN_LEAST && available(box).secondary <= GIVEN_MAX, JSON.stringify(available(box)));
    }
    assert.deepEqual(available(boxes.west), available(boxes.east));
  });

  it('[O-55] hosts that come and go: what is given back is given again, and the shares stay', () => {
    boxes.east.takeSaid();
    for (const [prefix, host] of [...holders].slice(0, HOSTS)) {
      boxes.east.receive(message(MessageType.RELEASE, [iaPd(1, prefix)], { client: clientId(host), server: boxes.east.serverId }));
      holders.delete(prefix);
    }
    settle();
    boxes.east.takeSent();
    for (const box of [boxes.east, boxes.west]) assert.equal(active(box), 2 * HOSTS);
    giveTo(boxes.east, 1, HOSTS);
    settle();
    for (const box of [boxes.east, boxes.west]) {
      assert.equal(active(box), 3 * HOSTS);
      assert.ok(available(box).secondary >= GIVEN_LEAST && available(box).secondary <= GIVEN_MAX, JSON.stringify(available(box)));
      assert.ok(box.appliance.leases.size <= GIVEN_MAX + 4 * HOSTS, `${String(box.appliance.leases.size)} records`);
    }
  });
});

import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { formatClassification } from '../../../src/console/classify/classification-text.ts';
import type { Classification, RelationshipReport, StateReport } from '../../../src/control/index.ts';
import { perform } from '../../../src/control/perform.ts';
import { MessageType, formatDuid, pearsonHash } from '../../../src/wire/index.ts';
import type { Duid } from '../../../src/wire/index.ts';
import { clientOf } from '../../conformance/failover-balancing/clients.ts';
import { address } from '../../conformance/server/box.ts';
import { iaNa, message } from '../../conformance/server/client.ts';
import { createPair } from './pair.ts';
import type { Pair, PairedBox } from './pair.ts';
import { subjectOf } from './pair-subject.ts';

const PROVISIONING = `
version: 1
appliances:
  east: { management: { interface: eth0, address: fd00::1/64 }, links: { lan: [eth1] } }
  west: { management: { interface: eth0, address: fd00::2/64 }, links: { lan: [eth1] } }
relationships:
  east-west: { primary: east, secondary: west, insecure: true, mclt: 100s, links: [lan], load-balancing: 50% }
links:
  lan:
    prefixes: [2001:db8:1::/64]
    address-pools: [ { range: "2001:db8:1::100 - 2001:db8:1::1ff" } ]
    reservations: [ { link-layer-address: "02:00:5e:10:00:01", addresses: ["2001:db8:1::9"] } ]
  branch: { prefixes: [2001:db8:2::/64], address-pools: [ { range: "2001:db8:2::100 - 2001:db8:2::1ff", failover: false } ] }
`;

async function ask(box: PairedBox, request: Parameters<typeof perform>[0]): Promise<unknown> {
  const response = await perform(request, subjectOf(box));
  if ('error' in response) throw new Error(response.error);
  return response.result;
}

describe('what the daemon tells of clients that two boxes divide', () => {
  let pair: Pair;
  beforeEach(() => {
    pair = createPair(PROVISIONING);
    pair.advance(20);
  });

  const balancing = async (box: PairedBox) => ((await ask(box, { method: 'failover' })) as readonly RelationshipReport[])[0]?.loadBalancing;
  const classified = async (box: PairedBox, client: string) => (await ask(box, { method: 'classify', client })) as Classification;
  /** Names this server, so that it gets its lease whosever client it is. */
  const give = (box: PairedBox, client: Duid): void => {
    box.receive(message(MessageType.REQUEST, [iaNa(1)], { client, server: box.serverId }));
    pair.advance(5);
  };

  it('[R-LB1, R-LB4] how many hash buckets are its own, and whether that counts now', async () => {
    for (const box of [pair.east, pair.west]) {
      assert.deepEqual(await balancing(box), { hashBuckets: 128, inForce: true, problem: undefined, delayedService: 2 });
    }
    pair.cut();
    pair.advance(5);
    assert.deepEqual(await balancing(pair.east), { hashBuckets: 128, inForce: false, problem: undefined, delayedService: 2 });
  });

  it('[R-LB4] what NORMAL leaves to it, in the picture of states', async () => {
    const states = (await ask(pair.west, { method: 'failover-states', relationship: 'east-west' })) as readonly StateReport[];
    assert.equal(states.find(({ state }) => state === 'NORMAL')?.serving, 'responsive to its hash buckets');
    assert.equal(states.find(({ state }) => state === 'COMMUNICATIONS-INTERRUPTED')?.serving, 'responsive');
  });

  it('[R-LB2] whose client it is: by its DUID, or by a lease of it, on both boxes alike', async () => {
    const [ofEast, ofWest] = [clientOf('east'), clientOf('west')];
    const expected = (client: Duid, box: string) => [{ relationship: 'east-west', hashBucket: pearsonHash(client), box }];
    assert.deepEqual((await classified(pair.east, formatDuid(ofEast))).answeredBy, expected(ofEast, 'box'), 'what this box is called');
    assert.deepEqual((await classified(pair.east, formatDuid(ofWest))).answeredBy, expected(ofWest, 'west'));
    assert.deepEqual((await classified(pair.west, formatDuid(ofEast))).answeredBy, expected(ofEast, 'east'));
    give(pair.east, ofWest);
    assert.deepEqual((await classified(pair.east, formatDuid(ofWest))).answeredBy, expected(ofWest, 'west'), 'whoever gave the lease');
    const text = formatClassification(await classified(pair.east, formatDuid(ofWest)));
    assert.match(text, new RegExp(`\\n {2}east-west: hash bucket ${String(pearsonHash(ofWest))}, which west answers while both are in NORMAL\\n {2}there are no classes$`));
  });

  it('[R-LB2] whose client it is by its link-layer address, where something is reserved for that', async () => {
    const linkLayerAddress = Uint8Array.of(2, 0, 0x5e, 0x10, 0, 1);
    const owner = pearsonHash(linkLayerAddress) < 128 ? 'east' : 'west';
    const client = clientOf(owner === 'east' ? 'west' : 'east');
    const box = owner === 'east' ? pair.east : pair.west;
    box.receive(message(MessageType.REQUEST, [iaNa(1)], { client, server: box.serverId }), address('fe80::5eff:fe10:1'));
    pair.advance(5);
    const { what, answeredBy } = await classified(box, '2001:db8:1::9');
    assert.equal(what, 'the client of 2001:db8:1::9');
    assert.deepEqual(answeredBy, [{ relationship: 'east-west', hashBucket: pearsonHash(linkLayerAddress), box: 'box' }]);
  });

  it('nothing of it where the file says nothing', async () => {
    const plain = createPair();
    plain.advance(20);
    assert.equal(await balancing(plain.east), undefined);
    assert.equal('answeredBy' in (await classified(plain.east, formatDuid(clientOf('east')))), false);
  });
});

/** How two boxes agree on who answers which clients (R-LB1), and what they make of a partner that does not, or lies. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState } from '../../../src/failover/index.ts';
import type { LoadBalancing, Role } from '../../../src/failover/index.ts';
import { ExtensionCode, FailoverMessageType, MessageType, extension, extensionOf, firstBuckets, otherBuckets, seconds } from '../../../src/wire/index.ts';
import type { ConnectMessage, VendorSuboption } from '../../../src/wire/index.ts';
import { starting } from '../failover-endpoint/solo.ts';
import type { Solo } from '../failover-endpoint/solo.ts';
import { inNormal } from '../failover-endpoint/pair.ts';

const { COMMUNICATIONS_INTERRUPTED, NORMAL } = EndpointState;
const { HASH_MAP, RELAYED_MESSAGE } = ExtensionCode;

const HALF: LoadBalancing = { primaryShare: 0.5, delayedService: seconds(3) };
const FIRST_HALF = firstBuckets(128);

const speaking = (...codes: readonly number[]): VendorSuboption => extension(ExtensionCode.EXTENSIONS, codes);
const saysMap = (octets: Uint8Array): VendorSuboption => ({ code: HASH_MAP, data: octets });

/** A box that divides the clients, and a partner that says this of it in CONNECT or CONNECTREPLY; both are in NORMAL then. */
function met(role: Role, vendor: readonly VendorSuboption[], loadBalancing: LoadBalancing | undefined = HALF): Solo {
  const solo = starting(role, COMMUNICATIONS_INTERRUPTED, { configuration: { loadBalancing } });
  solo.connect({ vendor });
  solo.saysState(COMMUNICATIONS_INTERRUPTED);
  solo.saysState(NORMAL);
  assert.equal(solo.view.state, NORMAL);
  return solo;
}

/** What it said in its CONNECT or CONNECTREPLY. */
function greeting(solo: Solo): readonly VendorSuboption[] {
  const said = solo.sent().find(({ type }) => type === FailoverMessageType.CONNECT || type === FailoverMessageType.CONNECTREPLY);
  assert.ok(said !== undefined);
  return (said as ConnectMessage).vendor;
}

function answers(solo: Solo): { readonly solicits: boolean; readonly ofBuckets: number | undefined; readonly alone: boolean } {
  const { responsiveness } = solo.view;
  return { solicits: responsiveness.answers(MessageType.SOLICIT, false), ofBuckets: responsiveness.share?.buckets, alone: responsiveness.alone };
}

const PRIMARY_ALONE = { solicits: true, ofBuckets: undefined, alone: true };
const PRIMARY_WITH_CARE = { ...PRIMARY_ALONE, alone: false };
const SECONDARY_BESIDE = { solicits: false, ofBuckets: undefined, alone: true };

describe('The agreement on who answers which clients [R-LB1]', () => {
  it('is proposed by the primary in CONNECT: the buckets that it answers itself, by the part in its file', () => {
    for (const [primaryShare, buckets] of [[0.5, 128], [0.01, 3], [0.99, 253], [0.001, 1], [0.999, 255]] as const) {
      const solo = starting('primary', COMMUNICATIONS_INTERRUPTED, { configuration: { loadBalancing: { ...HALF, primaryShare } } });
      solo.connect({ vendor: [speaking(HASH_MAP, RELAYED_MESSAGE)] });
      const said = greeting(solo);
      assert.ok(extensionOf(said, ExtensionCode.EXTENSIONS)?.includes(HASH_MAP));
      assert.deepEqual(extensionOf(said, HASH_MAP), firstBuckets(buckets));
    }
  });

  it('is given by the secondary in CONNECTREPLY: all other buckets, whatever its own file says', () => {
    const solo = met('secondary', [speaking(HASH_MAP, RELAYED_MESSAGE), saysMap(firstBuckets(37))]);
    assert.deepEqual(extensionOf(greeting(solo), HASH_MAP), otherBuckets(firstBuckets(37)));
    assert.deepEqual(answers(solo), { solicits: true, ofBuckets: 219, alone: true });
    assert.ok(solo.box.log.some((line) => line.includes('answers the clients of 219 hash buckets, east those of the other 37')));
  });

  it('counts for the primary when the two maps together are all ones', () => {
    const solo = met('primary', [speaking(HASH_MAP, RELAYED_MESSAGE), saysMap(otherBuckets(FIRST_HALF))]);
    assert.deepEqual(answers(solo), { solicits: true, ofBuckets: 128, alone: true });
    assert.equal(solo.box.alarms.has('load-balancing'), false);
  });

  it('is off unless the file says otherwise: nothing of it is said, and the primary answers all', () => {
    for (const [role, expected] of [['primary', PRIMARY_ALONE], ['secondary', SECONDARY_BESIDE]] as const) {
      const solo = starting(role, COMMUNICATIONS_INTERRUPTED);
      solo.connect({ vendor: [speaking(HASH_MAP, RELAYED_MESSAGE), saysMap(FIRST_HALF)] });
      solo.saysState(NORMAL);
      const said = greeting(solo);
      assert.equal(extensionOf(said, ExtensionCode.EXTENSIONS)?.includes(HASH_MAP), false);
      assert.equal(extensionOf(said, HASH_MAP), undefined);
      assert.deepEqual(answers(solo), expected);
      assert.equal(solo.box.alarms.has('load-balancing'), false);
    }
  });

  const withoutIt = [
    ['a partner of plain RFC 8156', []],
    ['a partner that knows nothing of it', [speaking(RELAYED_MESSAGE)]],
    ['a partner that does not relay', [speaking(HASH_MAP), saysMap(otherBuckets(FIRST_HALF))]],
  ] as const;
  for (const [who, vendor] of withoutIt) {
    it(`does not come about with ${who}: the primary answers all, and an alarm says so`, () => {
      for (const [role, expected, all] of [['primary', PRIMARY_ALONE, 'this box'], ['secondary', SECONDARY_BESIDE, 'east']] as const) {
        const solo = met(role, vendor);
        assert.deepEqual(answers(solo), expected);
        const alarm = solo.box.alarms.get('load-balancing');
        assert.equal(alarm?.severity, 'warning');
        assert.match(alarm.text, new RegExp(`^the clients are not divided: (east|west) knows nothing of load balancing, or it is off there; ${all} answers all of them$`));
        if (role === 'secondary') assert.equal(extensionOf(greeting(solo), HASH_MAP), undefined);
      }
    });
  }

  const wrongAnswers = [
    ['no map', undefined, 'it answers with no hash map of 32 octets'],
    ['a map of 31 octets', new Uint8Array(31).fill(0xff), 'it answers with no hash map of 32 octets'],
    ['a map that leaves out a bucket', otherBuckets(firstBuckets(129)), 'its hash map and that of this box together are not all ones'],
    ['a map with a bucket of the primary', otherBuckets(firstBuckets(127)), 'its hash map and that of this box together are not all ones'],
    ['a map of everything', new Uint8Array(32).fill(0xff), 'its hash map and that of this box together are not all ones'],
  ] as const;
  for (const [what, map, why] of wrongAnswers) {
    it(`is refused where the secondary answers with ${what}: the primary answers all, and commits nothing that needs it to be alone`, () => {
      const solo = met('primary', [speaking(HASH_MAP, RELAYED_MESSAGE), ...(map === undefined ? [] : [saysMap(map)])]);
      assert.deepEqual(answers(solo), PRIMARY_WITH_CARE);
      assert.ok(solo.box.warnings.some((line) => line === `east-west: the clients are not divided with west: ${why}`));
      assert.match(solo.box.alarms.get('load-balancing')?.text ?? '', new RegExp(why));
      assert.equal(solo.view.communications, 'ok', 'all else goes on');
    });
  }

  const wrongProposals = [
    ['no map', undefined, 'it proposes no hash map of 32 octets'],
    ['a map of 33 octets', new Uint8Array(33).fill(0xf0), 'it proposes no hash map of 32 octets'],
    ['a map of everything', new Uint8Array(32).fill(0xff), 'the hash map that it proposes leaves one box without a client'],
    ['a map of nothing', new Uint8Array(32), 'the hash map that it proposes leaves one box without a client'],
  ] as const;
  for (const [what, map, why] of wrongProposals) {
    it(`is refused where the primary proposes ${what}: the secondary answers as RFC 8156 has it`, () => {
      const solo = met('secondary', [speaking(HASH_MAP, RELAYED_MESSAGE), ...(map === undefined ? [] : [saysMap(map)])]);
      assert.equal(extensionOf(greeting(solo), HASH_MAP), undefined);
      assert.deepEqual(answers(solo), SECONDARY_BESIDE);
      assert.ok(solo.box.warnings.some((line) => line === `east-west: the clients are not divided with east: ${why}`));
      assert.match(solo.box.alarms.get('load-balancing')?.text ?? '', new RegExp(why));
    });
  }

  it('is made anew with each connection', () => {
    const solo = met('primary', [speaking(HASH_MAP, RELAYED_MESSAGE), saysMap(otherBuckets(FIRST_HALF))]);
    solo.breaks();
    solo.box.advance(20_000);
    solo.connect({ vendor: [speaking(RELAYED_MESSAGE)] });
    solo.saysState(COMMUNICATIONS_INTERRUPTED);
    solo.saysState(NORMAL);
    assert.deepEqual(answers(solo), PRIMARY_ALONE);
    assert.ok(solo.box.alarms.has('load-balancing'));
    solo.breaks();
    assert.equal(solo.box.alarms.has('load-balancing'), false, 'of a partner that is not there nothing is expected');
  });

  it('is said once: the STATE messages have nothing of it', () => {
    const solo = met('primary', [speaking(HASH_MAP, RELAYED_MESSAGE), saysMap(otherBuckets(FIRST_HALF))]);
    const states = solo.sent().filter((message) => message.type === FailoverMessageType.STATE);
    assert.ok(states.length > 0);
    for (const { vendor } of states) assert.equal(extensionOf(vendor, HASH_MAP), undefined);
  });

  it('is the same on both boxes of a pair', () => {
    const pair = inNormal({ configuration: { loadBalancing: { ...HALF, primaryShare: 0.25 } } });
    const share = (role: Role): number | undefined => pair.boxes[role].view.responsiveness.share?.buckets;
    assert.deepEqual([share('primary'), share('secondary')], [64, 192]);
    for (let n = 0; n < 500; n++) {
      const identity = Uint8Array.of(0, 3, 0, 1, n >> 8, n & 0xff);
      assert.notEqual(pair.boxes.primary.view.isOwn(identity), pair.boxes.secondary.view.isOwn(identity), 'each client is one box\'s');
    }
  });
});

describe('While only one of the two is in NORMAL [R-LB4]', () => {
  it('the primary answers everybody, and does not count as alone', () => {
    const solo = starting('primary', COMMUNICATIONS_INTERRUPTED, { configuration: { loadBalancing: HALF } });
    solo.connect({ vendor: [speaking(HASH_MAP, RELAYED_MESSAGE), saysMap(otherBuckets(FIRST_HALF))] });
    solo.saysState(EndpointState.RECOVER_DONE);
    assert.equal(solo.view.state, NORMAL);
    assert.deepEqual(answers(solo), PRIMARY_WITH_CARE);
    solo.saysState(NORMAL);
    assert.deepEqual(answers(solo), { solicits: true, ofBuckets: 128, alone: true });
  });

  it('the secondary answers its clients, and does not count as alone', () => {
    const solo = starting('secondary', COMMUNICATIONS_INTERRUPTED, { configuration: { loadBalancing: HALF } });
    solo.connect({ vendor: [speaking(HASH_MAP, RELAYED_MESSAGE), saysMap(FIRST_HALF)] });
    solo.saysState(COMMUNICATIONS_INTERRUPTED);
    assert.equal(solo.view.state, NORMAL);
    assert.deepEqual(answers(solo), { solicits: true, ofBuckets: 128, alone: false });
    solo.saysState(NORMAL);
    assert.deepEqual(answers(solo), { solicits: true, ofBuckets: 128, alone: true });
  });

  it('a change that is not durable leaves to a box what both states leave to it', () => {
    const solo = met('secondary', [speaking(HASH_MAP, RELAYED_MESSAGE), saysMap(FIRST_HALF)]);
    solo.box.storesAtOnce = false;
    solo.breaks();
    assert.equal(solo.view.state, COMMUNICATIONS_INTERRUPTED);
    assert.deepEqual(answers(solo), { solicits: true, ofBuckets: 128, alone: false });
    solo.box.store('durable');
    assert.deepEqual(answers(solo), { solicits: true, ofBuckets: undefined, alone: false });
  });
});

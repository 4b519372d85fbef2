import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NO_SLOT } from '../../../src/lease/index.ts';
import { MessageType, seconds } from '../../../src/wire/index.ts';
import { CLIENT, iaNa, iaPd, message } from '../server/client.ts';
import type { Answer } from '../server/client.ts';
import { MCLT, NORMAL_PRIMARY, START, pairedServer } from './paired-server.ts';
import type { PairedServer } from './paired-server.ts';

const { SOLICIT, REQUEST, RENEW } = MessageType;

function slotOf(box: PairedServer): number {
  const slot = box.table.firstOfClient(CLIENT, 0, CLIENT.length);
  assert.notEqual(slot, NO_SLOT);
  return slot;
}

describe('when clients are told to renew, and what their leases keep of it for the partner', () => {
  it('[F-LT-3] the partner is to know the lease until behind the renewal that the file sets, where that is later than half of the lifetime', () => {
    for (const [t1, renewal] of [[1_500, 1_500], [100, 1_000], ['auto', 1_000]] as const) {
      const lifetimes = { preferred: seconds(1_800), valid: seconds(2_000), t1: t1 === 'auto' ? t1 : seconds(t1), t2: seconds(1_700) };
      const box = pairedServer(({ addressPools }) => ({ addressPools: addressPools.map((pool) => ({ ...pool, lifetimes })) }));
      box.ask(message(REQUEST, [iaNa(1)]));
      assert.equal(box.table.records.partnerLifetime(slotOf(box)), START + MCLT / 2 + 2_000, 'cut to MCLT, T1 is half of that');
      box.authority = { ...NORMAL_PRIMARY, lifetimeFor: (desired) => desired };
      box.ask(message(RENEW, [iaNa(1)]));
      assert.equal(box.table.records.partnerLifetime(slotOf(box)), START + renewal + 2_000, String(t1));
    }
  });

  it('[F-BU-7] keeps T1 and T2 as the client is told them: those of the file, and the same in all IAs', () => {
    const lifetimes = { preferred: seconds(1_000), valid: seconds(2_000), t1: seconds(100), t2: seconds(900) };
    const box = pairedServer(({ addressPools }) => ({ addressPools: addressPools.map((pool) => ({ ...pool, lifetimes })) }));
    const kept = (slot = slotOf(box)): readonly number[] => {
      const { t1, t2 } = box.table.records.renewal(slot);
      return [t1, t2];
    };
    const told = (answer: Answer | string): readonly unknown[] => {
      assert.ok(typeof answer !== 'string', `the message is answered, not dropped: ${answer as string}`);
      return [answer.ias[0]?.t1, answer.ias[0]?.t2];
    };
    assert.deepEqual(told(box.ask(message(REQUEST, [iaNa(1)]))), [MCLT / 2, MCLT * 0.8]);
    assert.deepEqual(kept(), [MCLT / 2, MCLT * 0.8]);
    box.authority = { ...NORMAL_PRIMARY, lifetimeFor: (desired) => desired };
    told(box.ask(message(SOLICIT, [iaNa(1)])));
    assert.deepEqual(kept(), [MCLT / 2, MCLT * 0.8], 'an Advertise tells nothing');
    assert.deepEqual(told(box.ask(message(RENEW, [iaNa(1)]))), [100, 900]);
    assert.deepEqual(kept(), [100, 900]);
    box.configure(({ addressPools, prefixPools }) => ({
      addressPools: addressPools.map((pool) => ({ ...pool, lifetimes })),
      prefixPools: prefixPools.map((pool) => ({ ...pool, lifetimes: { preferred: seconds(40), valid: seconds(80), t1: 'auto' as const, t2: 'auto' as const } })),
    }));
    assert.deepEqual(told(box.ask(message(REQUEST, [iaNa(1), iaPd(1)]))), [40, 40], 'neither comes behind the preferred lifetime of any');
    const [first, second] = [slotOf(box), box.table.nextOfClient(slotOf(box))];
    assert.deepEqual([kept(first), kept(second)], [[40, 40], [40, 40]]);
  });

  it('keeps nothing for a partner that is not told', () => {
    const lifetimes = { preferred: seconds(1_000), valid: seconds(2_000), t1: seconds(100), t2: seconds(900) };
    const box = pairedServer(({ addressPools }) => ({ addressPools: addressPools.map((pool) => ({ ...pool, lifetimes, share: 'whole' as const, replicated: false })) }));
    box.ask(message(REQUEST, [iaNa(1)]));
    assert.equal(box.table.read(slotOf(box)).renewal, undefined);
  });
});

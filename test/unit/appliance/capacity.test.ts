import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createCapacity } from '../../../src/appliance/capacity.ts';
import type { Effect } from '../../../src/appliance/index.ts';
import { BindingStatus, LeaseTable, NEVER } from '../../../src/lease/index.ts';
import { MessageType } from '../../../src/wire/index.ts';
import { PROVISIONING, configuration, createBox, duid } from '../../conformance/server/box.ts';
import { iaNa, message } from '../../conformance/server/client.ts';
import { binding } from '../lease/leases.ts';

/** A table with so many leases that are taken, and what is said of them. */
function looking(...relationships: readonly string[]) {
  const table = new LeaseTable({ k0: 1, k1: 2 }, 0);
  const effects: Effect[] = [];
  const capacity = createCapacity(table, relationships);
  return {
    fill: (from: number, to: number, status: BindingStatus = BindingStatus.ACTIVE): void => {
      for (let n = from; n <= to; n++) table.put(binding(`2001:db8:1::${n.toString(16)}`, { status }));
    },
    look: (leasesMax: number): string | undefined => {
      effects.length = 0;
      capacity.look(leasesMax, effects);
      const [alarm] = effects;
      if (alarm === undefined) return undefined;
      assert.equal(alarm.kind, 'alarm');
      return alarm.raised ? `${alarm.severity}: ${alarm.text}` : 'cleared';
    },
  };
}

describe('the capacity of a box', () => {
  it("[R-M1] is an alarm when its own and its partners' leases come near what it may keep", () => {
    const { fill, look } = looking('east-west', 'north-west');
    fill(1, 89);
    assert.equal(look(100), undefined);
    fill(90, 90);
    assert.equal(
      look(100),
      "warning: this box keeps 90 leases, with those of its partners' clients (east-west, north-west), and may keep 100: " +
        "beyond that it can't carry its partners' new clients when they fail, nor its own",
    );
    assert.equal(look(100), undefined, 'it is said once');
    fill(91, 100);
    assert.match(look(100) ?? '', /^error: /);
  });

  it('is one no more when the bound was raised, or leases went, with a margin against flapping', () => {
    const { fill, look } = looking();
    fill(1, 95);
    assert.match(look(100) ?? '', /^warning: this box keeps 95 leases, and may keep 100: beyond that new clients get none$/);
    fill(1, 9, BindingStatus.FREE);
    assert.equal(look(100), undefined, '86 of 100 are too many to clear it');
    fill(10, 10, BindingStatus.FREE_BACKUP);
    fill(11, 11, BindingStatus.FREE);
    assert.equal(look(100), 'cleared', 'free leases make room');
    fill(1, 95);
    assert.match(look(100) ?? '', /^warning: /);
    assert.equal(look(200), 'cleared');
  });

  it('is looked at when a box starts with its leases', () => {
    const box = createBox({
      provisioning: `${PROVISIONING}server: { limits: { leases: 1 } }\n`,
      bindings: [binding('2001:db8:1::101', { stateExpirationTime: NEVER })],
    });
    box.dispatch({ kind: 'timer' });
    assert.match(box.log.at(-1) ?? '', /^error: this box keeps 1 leases/);
  });

  it('is looked at when leases are given, and when the configuration changes', () => {
    const limited = (leases: number): string => `${PROVISIONING}server: { limits: { leases: ${String(leases)} } }\n`;
    const box = createBox({ provisioning: limited(2) });
    for (const n of [1, 2]) {
      box.deliver(message(MessageType.REQUEST, [iaNa(1)], { client: duid(`00:03:00:01:02:00:00:00:02:0${String(n)}`) }));
    }
    assert.match(box.log.at(-1) ?? '', /^error: this box keeps 2 leases, and may keep 2/);
    box.configure(configuration(limited(20)));
    assert.match(box.log.at(-1) ?? '', /^cleared: /);
  });
});

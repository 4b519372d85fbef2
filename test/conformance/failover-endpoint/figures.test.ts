/** RFC 8156 figures 7, 8 and 9 with leases: endpoints and update flows of both boxes are the real ones. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Role } from '../../../src/failover/index.ts';
import { BindingStatus, LeaseTable, granted } from '../../../src/lease/index.ts';
import { epochSeconds, iaid, seconds } from '../../../src/wire/index.ts';
import { KEY, duid, name } from '../../unit/lease/leases.ts';
import { poolsOf } from '../failover-updates/box.ts';
import { inNormal } from './pair.ts';
import type { Pair } from './pair.ts';

const MCLT = 60;

interface Leasing {
  readonly pair: Pair;
  readonly tables: Readonly<Record<Role, LeaseTable>>;
}

function paired(): Leasing {
  const tables = { primary: tableOf('primary'), secondary: tableOf('secondary') };
  const pair = inNormal({ configuration: { mclt: seconds(MCLT), pools: [0, 1] }, tables });
  return { pair, tables };
}

function tableOf(role: Role): LeaseTable {
  const table = new LeaseTable(KEY, 0);
  table.setPools(poolsOf(role), []);
  return table;
}

/** A client got this address of the box, and the partner is to be told. */
function give({ pair, tables }: Leasing, role: Role, address: string): void {
  const now = pair.boxes[role].now().epoch;
  const grant = {
    ...name(address),
    duid: duid(address.charCodeAt(address.length - 1)),
    iaid: iaid(1),
    preferredLifetime: seconds(MCLT),
    validLifetime: seconds(MCLT),
    linkLayerAddress: undefined,
    relay: undefined,
    relayAgent: undefined,
  };
  const binding = granted({ ...grant, kind: 3 }, undefined, now, 1);
  const slot = tables[role].put({ ...binding, partnerLifetime: epochSeconds(now + 1_000), updateNeeded: true });
  pair.boxes[role].step({ kind: 'leasesChanged', slots: [slot], cause: 'client' });
}

function holds({ tables }: Leasing, role: Role, address: string): boolean {
  const wanted = name(address);
  const slot = tables[role].find(wanted.address, 0, wanted.prefixLength);
  return slot !== 0 && tables[role].records.status(slot) === BindingStatus.ACTIVE;
}

function passed(pair: Pair): readonly string[] {
  return pair.passed.splice(0).filter((line) => !line.endsWith('CONTACT'));
}

describe('Two boxes with leases (RFC 8156 section 8)', () => {
  it('[F-UP-1, F-SM-200] figure 7: what was given meanwhile comes before UPDDONE', () => {
    const leasing = paired();
    const { pair } = leasing;
    give(leasing, 'secondary', '2001:db8:1::100');
    pair.advance(1_000);
    assert.ok(holds(leasing, 'primary', '2001:db8:1::100'), 'in NORMAL at once');
    pair.crash('primary');
    pair.advance(70_000);
    assert.equal(pair.boxes.secondary.command('partner-down'), undefined);
    give(leasing, 'secondary', '2001:db8:1::102');
    pair.advance(5_000);
    passed(pair);
    pair.start('primary');
    pair.advance(2_000);
    const lines = passed(pair);
    const order = ['primary UPDREQ', 'secondary BNDUPD', 'primary BNDREPLY', 'secondary UPDDONE', 'primary STATE(RECOVER-WAIT)'];
    assert.deepEqual(lines.filter((line) => order.includes(line)), order);
    assert.ok(holds(leasing, 'primary', '2001:db8:1::102'));
  });
  it('[F-SM-201, F-AL-27] figure 8: what was given meanwhile, then POOLREQ', () => {
    const leasing = paired();
    const { pair } = leasing;
    pair.reset();
    give(leasing, 'primary', '2001:db8:1::101');
    give(leasing, 'secondary', '2001:db8:1::100');
    passed(pair);
    pair.advance(2_000);
    assert.equal(pair.states, 'NORMAL NORMAL');
    assert.ok(holds(leasing, 'secondary', '2001:db8:1::101'));
    assert.ok(holds(leasing, 'primary', '2001:db8:1::100'));
    const lines = passed(pair);
    assert.ok(lines.indexOf('secondary POOLREQ') > lines.indexOf('secondary BNDUPD'), lines.join(', '));
    assert.ok(lines.includes('primary POOLRESP'));
  });
  it('[F-SM-202] figure 9: both served alone; each tells the other before NORMAL', () => {
    const leasing = paired();
    const { pair } = leasing;
    pair.isCut = true;
    pair.advance(10_000);
    for (const role of ['primary', 'secondary'] as const) assert.equal(pair.boxes[role].command('partner-down'), undefined);
    give(leasing, 'primary', '2001:db8:1::101');
    give(leasing, 'secondary', '2001:db8:1::100');
    pair.isCut = false;
    passed(pair);
    pair.advance(10_000);
    assert.equal(pair.states, 'NORMAL NORMAL');
    assert.ok(holds(leasing, 'secondary', '2001:db8:1::101'));
    assert.ok(holds(leasing, 'primary', '2001:db8:1::100'));
    const lines = passed(pair);
    const order = [
      'primary UPDREQ',
      'secondary BNDUPD',
      'primary BNDREPLY',
      'secondary UPDDONE',
      'primary STATE(CONFLICT-DONE)',
      'secondary STATE(NORMAL)',
      'secondary POOLREQ',
      'primary STATE(NORMAL)',
      'primary POOLRESP',
    ];
    assert.deepEqual(lines.filter((line) => order.includes(line)).slice(-order.length), order);
  });
});

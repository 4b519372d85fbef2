import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { NOW, move, realFile, refused, said, type Files, type Result } from './moved.ts';

const HEADER = 'address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,hostname,hwaddr,state,user_context,hwtype,hwaddr_source\n';
const CONFIGURATION = `{ "Dhcp6": { "interfaces-config": { "interfaces": ["uplink"] }, "subnet6": [
  { "id": 1, "subnet": "2001:db8:1::/64", "interface": "lan1", "pools": [{ "pool": "2001:db8:1::1000 - 2001:db8:1::1fff" }],
    "pd-pools": [{ "prefix": "2001:db8:100::", "prefix-len": 40, "delegated-len": 56 }] },
  { "id": 2, "subnet": "2001:db8:2::/64", "pools": [{ "pool": "2001:db8:2::1000 - 2001:db8:2::1fff" }],
    "pd-pools": [{ "prefix": "2001:db8:200::", "prefix-len": 40, "delegated-len": 56 }],
    "reservations": [{ "hw-address": "02:00:00:00:00:06", "ip-addresses": ["2001:db8:2::a"] }] } ] } }`;

const CLIENT = '00:03:00:01:02:00:00:00:00:01';

/** Ends an hour after NOW, unless it is said otherwise. */
function row(address: string, { valid = 7200, ends = NOW + 3600, state = '0', type = '0', length = '128', duid = CLIENT, iaid = '7', context = '' } = {}): string {
  return `${address},${duid},${String(valid)},${String(ends)},1,3600,${type},${iaid},${length},0,0,host,02:00:00:00:00:01,${state},${context},1,2\n`;
}

const moved = async (files: Files): Promise<Result> => await move('kea', { 'kea.conf': CONFIGURATION, ...files }, ['kea.conf', 'leases.csv']);
const addresses = ({ leases }: Result): unknown[] => leases.map(({ address }) => address);

describe('kea-leases6.csv', () => {
  it('of a real Kea becomes leases with the clients, times and lengths that it had', async () => {
    const { leases, moved: result } = await moved({ 'leases.csv': realFile('kea-leases6.csv'), 'kea-dhcp6-serverid': realFile('kea-dhcp6-serverid') });
    const first = { duid: '00:01:00:01:32:9f:4f:88:02:00:00:00:00:05', iaid: 5 };
    assert.deepEqual(
      leases.map(({ address, prefixLength, status, duid, iaid }) => ({ address, prefixLength, status, duid, iaid })),
      [
        { address: '2001:db8:1::1001', prefixLength: 128, status: 'ABANDONED', duid: '', iaid: 0 },
        { address: '2001:db8:1::1004', prefixLength: 128, status: 'ACTIVE', ...first },
        { address: '2001:db8:2::1000', prefixLength: 128, status: 'ACTIVE', duid: '00:01:00:01:32:9f:4f:8a:02:00:00:00:00:06', iaid: 6 },
        { address: '2001:db8:100::', prefixLength: 56, status: 'ACTIVE', ...first },
        { address: '2001:db8:200::', prefixLength: 56, status: 'ACTIVE', duid: '00:01:00:01:32:9f:4f:8a:02:00:00:00:00:06', iaid: 6 },
      ],
    );
    const { preferredLifetime, validLifetime, clientLastTransactionTime, stateExpirationTime, linkLayerAddress } = leases[1] ?? {};
    assert.deepEqual(
      { preferredLifetime, validLifetime, clientLastTransactionTime, stateExpirationTime, linkLayerAddress },
      { preferredLifetime: 60, validLifetime: 90, clientLastTransactionTime: 1795986186, stateExpirationTime: 1795986276, linkLayerAddress: '00:01:02:00:00:00:00:05' },
    );
    assert.deepEqual(result.leaseCounts, { addresses: 2, prefixes: 2, declined: 1, ended: 1 });
    assert.equal(result.serverDuid, '00:01:00:01:32:9f:4f:85:66:75:7a:07:94:48');
    assert.deepEqual(result.unserved, []);
  });

  it('names a client of a reservation by the DUID that its leases tell', async () => {
    const { document } = await moved({ 'leases.csv': realFile('kea-leases6.csv') });
    const [reservation] = document.links['subnet-2']?.reservations ?? [];
    assert.equal(Buffer.from(reservation?.duid ?? []).toString('hex'), '00010001329f4f8a020000000006');
    assert.equal(reservation?.['link-layer-address'], undefined);
  });

  it('has the last line of each lease', async () => {
    const rows = row('2001:db8:1::1000') + row('2001:db8:1::1001') + row('2001:db8:1::1000', { iaid: '9' }) + row('2001:db8:1::1001', { valid: 0 });
    const { leases } = await moved({ 'leases.csv': HEADER + rows });
    assert.deepEqual(leases.map(({ address, iaid }) => [address, iaid]), [['2001:db8:1::1000', 9]]);
  });

  it('leaves out what ended, was released or reclaimed, and temporary addresses', async () => {
    const rows =
      row('2001:db8:1::1000', { ends: NOW }) + row('2001:db8:1::1001', { state: '2' }) + row('2001:db8:1::1002', { state: '3' }) +
      row('2001:db8:1::1003', { type: '1' }) + row('2001:db8:1::1004', { ends: NOW + 1 });
    const result = await moved({ 'leases.csv': HEADER + rows });
    assert.deepEqual(addresses(result), ['2001:db8:1::1004']);
    assert.equal(result.moved.leaseCounts?.ended, 4);
  });

  it('keeps a lease without an end for ever', async () => {
    const { leases } = await moved({ 'leases.csv': HEADER + row('2001:db8:1::1000', { valid: 0xffff_ffff, ends: NOW + 0xffff_ffff }) });
    assert.equal(leases[0]?.['stateExpirationTime'], 0xffff_ffff);
    // As a Kea with times of 32 bits has it.
    const wrapped = await moved({ 'leases.csv': HEADER + row('2001:db8:1::1000', { valid: 0xffff_ffff, ends: NOW - 1 }) });
    assert.equal(wrapped.leases[0]?.['stateExpirationTime'], 0xffff_ffff);
  });

  it('is in the order that import wants, the shorter prefix of two that begin alike first', async () => {
    const prefix = (length: string): string => row('2001:db8:100::', { type: '2', length });
    const { leases } = await moved({ 'leases.csv': HEADER + prefix('60') + prefix('56') + row('2001:db8:1::1001') + row('2001:db8:1::1000') });
    assert.deepEqual(leases.map(({ address, prefixLength }) => [address, prefixLength]), [
      ['2001:db8:1::1000', 128],
      ['2001:db8:1::1001', 128],
      ['2001:db8:100::', 56],
      ['2001:db8:100::', 60],
    ]);
  });

  it('is read as Kea reads it: after what a cleanup had begun with', async () => {
    const files = {
      'leases.csv.2': HEADER + row('2001:db8:1::1000', { iaid: '1' }) + row('2001:db8:1::1001', { iaid: '1' }) + row('2001:db8:1::1002', { iaid: '1' }),
      'leases.csv.1': HEADER + row('2001:db8:1::1001', { iaid: '2' }) + row('2001:db8:1::1002', { iaid: '2' }),
      'leases.csv': HEADER + row('2001:db8:1::1002', { iaid: '3' }),
    };
    const iaids = ({ leases }: Result): unknown[] => leases.map(({ iaid }) => iaid);
    assert.deepEqual(iaids(await moved(files)), [1, 2, 3]);
    const completed = { ...files, 'leases.csv.completed': HEADER + row('2001:db8:1::1000', { iaid: '4' }), 'leases.csv.output': 'nonsense' };
    assert.deepEqual(iaids(await moved(completed)), [4, 3]);
  });

  it('may have escaped commas in a context, fewer columns, and more that nobody knows', async () => {
    const old = 'address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len\n';
    assert.deepEqual(addresses(await moved({ 'leases.csv': `${old}2001:db8:1::1000,${CLIENT},7200,${String(NOW + 60)},1,3600,0,1,128\n` })), ['2001:db8:1::1000']);
    const later = HEADER.replace('\n', ',pool_id\n') + row('2001:db8:1::1000', { context: '{ "a": 1&#x2c "b": 2 }' }).replace('\n', ',0\n');
    assert.deepEqual(addresses(await moved({ 'leases.csv': later })), ['2001:db8:1::1000']);
  });

  it('says which leases no pool has, and keeps them', async () => {
    const rows = row('2001:db8:1::1') + row('2001:db8:100::', { type: '2', length: '60' }) + row('2001:db8:1::1000');
    const { moved: result, leases, report } = await moved({ 'leases.csv': HEADER + rows });
    assert.deepEqual(result.unserved, ['2001:db8:1::1', '2001:db8:100::/60']);
    assert.equal(leases.length, 3);
    assert.match(report, /are not extended\n {2}2001:db8:1::1\n/);
  });

  it('may end in the midst of a line, which is said and left out', async () => {
    const result = await moved({ 'leases.csv': HEADER + row('2001:db8:1::1000') + row('2001:db8:1::1001').slice(0, 60) });
    assert.deepEqual(addresses(result), ['2001:db8:1::1000']);
    assert.deepEqual(said(result.moved).filter((text) => text.includes('lease')), ['left-out 3 lease']);
  });

  const refusals: readonly [what: string, content: string, says: string][] = [
    ['an empty file', '', 'leases.csv:1: the file is empty: not even its header is there'],
    ['another file', 'a,b\n', 'leases.csv:1: this is not kea-leases6.csv: its first line has no address, duid, valid_lifetime, expire, pref_lifetime, lease_type, iaid, prefix_len'],
    ['leases of DHCPv4', 'address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context\n', 'leases.csv:1: this is not kea-leases6.csv: its first line has no duid, pref_lifetime, lease_type, iaid, prefix_len'],
    ['an address that is none', HEADER + row('2001:db8:1::x'), 'leases.csv:2: address: "2001:db8:1::x" can\'t be right'],
    ['a line with too many fields', HEADER + row('2001:db8:1::1').replace('\n', ',,\n'), 'leases.csv:2: there are 19 fields, and 17 in the first line'],
    ['a lifetime that is none', `${HEADER}2001:db8:1::1,${CLIENT},-1,5,1,3600,0,1,128,0,0,,,0,,,\n`, 'leases.csv:2: valid_lifetime: "-1" can\'t be right'],
    ['a length that is none', HEADER + row('2001:db8:100::', { type: '2', length: '129' }), 'leases.csv:2: prefix_len: "129" can\'t be right'],
    ['a DUID that is none', HEADER + row('2001:db8:1::1', { duid: 'zz' }), 'leases.csv:2: duid: "zz" can\'t be right'],
    ['a state that nobody knows', HEADER + row('2001:db8:1::1', { state: '9' }), 'leases.csv:2: state: "9" can\'t be right'],
    ['an octet 0', `${HEADER}a\0b\n`, 'leases.csv:2: there is an octet 0: this is no text'],
    ['a line without an end', HEADER + 'x'.repeat(3_000_000), 'leases.csv:2: the line is longer than 65536 characters'],
  ];
  for (const [what, content, message] of refusals) {
    it(`is refused for ${what}, and nothing is written`, async () => {
      assert.equal(await refused('kea', { 'kea.conf': CONFIGURATION, 'leases.csv': content }, ['kea.conf', 'leases.csv']), message);
    });
  }
});

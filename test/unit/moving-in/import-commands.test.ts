import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { twinlease } from '../console/command.ts';
import { folderWith, realFile } from './moved.ts';

const CONFIGURATION = '{ "Dhcp6": { "subnet6": [ { "id": 1, "subnet": "2001:db8:1::/64", "interface": "lan1", "pools": [{ "pool": "2001:db8:1::1000 - 2001:db8:1::1fff" }] } ] } }';
const FAR = String(2 ** 31);
const LEASES = `address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len\n2001:db8:1::1000,00:03:00:01:02:00:00:00:00:01,7200,${FAR},1,3600,0,7,128\n`;
const DUID = '00:02:00:00:7e:d9:0a:0b';

describe('twinlease import kea', () => {
  it('makes a folder whose files check and import take as they are, with the DUID of the server', async () => {
    const folder = folderWith({ 'kea.conf': CONFIGURATION, 'leases.csv': LEASES, 'kea-dhcp6-serverid': DUID });
    const out = join(folder, 'out');
    const { code, out: text } = await twinlease('import', 'kea', join(folder, 'kea.conf'), join(folder, 'leases.csv'), '--out', out);
    assert.equal(code, 0);
    assert.match(text, /link lan1 \(on lan1\): 2001:db8:1::\/64; 1 address pool, 0 prefix pools, 0 reservations\n {2}leases: 1 address, 0 prefixes/);
    assert.ok(text.includes(`twinlease import ${out}/leases.jsonl --complete --server-duid ${DUID}`));
    assert.deepEqual(readdirSync(out).sort(), ['leases.jsonl', 'report.txt', 'twinlease.yaml']);
    assert.equal(statSync(out).mode & 0o777, 0o700);
    assert.equal((await twinlease('check', join(out, 'twinlease.yaml'))).code, 0);
    const state = join(folder, 'state');
    const imported = await twinlease('import', join(out, 'leases.jsonl'), '--complete', '--server-duid', DUID, '--state', state);
    assert.deepEqual([imported.code, imported.err], [0, '1 leases were imported\n']);
    assert.equal((JSON.parse(readFileSync(join(state, 'identity.json'), 'utf8')) as { readonly duid: string }).duid, DUID);
    const exported = await twinlease('export', '--state', state);
    assert.match(exported.out, /"address":"2001:db8:1::1000".*"duid":"00:03:00:01:02:00:00:00:00:01"/);
  });

  it('leaves a folder that exists as it is', async () => {
    const folder = folderWith({ 'kea.conf': CONFIGURATION });
    const { code, err } = await twinlease('import', 'kea', join(folder, 'kea.conf'), '--out', folder);
    assert.deepEqual([code, err], [1, `twinlease: ${folder} exists already and stays as it is: name another folder with --out\n`]);
    assert.deepEqual(readdirSync(folder), ['kea.conf']);
  });

  it('says where a file is wrong, and leaves nothing behind', async () => {
    const folder = folderWith({ 'kea.conf': CONFIGURATION, 'leases.csv': `${LEASES}nonsense\n` });
    const { code, err } = await twinlease('import', 'kea', join(folder, 'kea.conf'), join(folder, 'leases.csv'), '--out', join(folder, 'out'));
    assert.deepEqual([code, err], [1, `twinlease: ${folder}/leases.csv:3: lease_type: "" can't be right\n`]);
    assert.deepEqual(readdirSync(folder).sort(), ['kea.conf', 'leases.csv']);
  });

  it('says that a file is missing', async () => {
    const folder = folderWith({});
    const { code, err } = await twinlease('import', 'kea', join(folder, 'kea.conf'), '--out', join(folder, 'out'));
    assert.deepEqual([code, err], [1, `twinlease: ${folder}/kea.conf: there is no such file or directory\n`]);
  });

  it('says all of it to a program with --json', async () => {
    const folder = folderWith({ 'kea.conf': CONFIGURATION.replace('"pools"', '"brand-new": 1, "pools"'), 'leases.csv': LEASES });
    const { out } = await twinlease('import', 'kea', join(folder, 'kea.conf'), join(folder, 'leases.csv'), '--out', join(folder, 'out'), '--json');
    const { links, leaseCounts, findings } = JSON.parse(out) as { readonly links: readonly { readonly name: string }[]; readonly leaseCounts: unknown; readonly findings: readonly { readonly what: string }[] };
    assert.deepEqual([links.map(({ name }) => name), leaseCounts], [['lan1'], { addresses: 1, prefixes: 0, declined: 0, ended: 0 }]);
    assert.deepEqual(findings.map(({ what }) => what), ['subnet 2001:db8:1::/64: brand-new']);
  });
});

describe('twinlease import isc', () => {
  it('has its ports from --on, and names a prefix that no link has', async () => {
    const folder = folderWith({ 'dhcpd6.conf': 'subnet6 2001:db8:1::/64 { range6 2001:db8:1::/80; }', 'dhcpd6.leases': realFile('dhcpd6.leases') });
    const words = ['import', 'isc', join(folder, 'dhcpd6.conf'), join(folder, 'dhcpd6.leases'), '--out', join(folder, 'out'), '--appliance', 'east'];
    const wrong = await twinlease(...words, '--on', 'eth1=2001:db8:9::/64');
    assert.deepEqual([wrong.code, wrong.err], [1, 'twinlease: no link has the prefix 2001:db8:9::/64, which --on names\n']);
    assert.equal((await twinlease(...words, '--on', 'eth1=2001:db8:1::/64')).code, 0);
    assert.match(readFileSync(join(folder, 'out', 'twinlease.yaml'), 'utf8'), / {2}east:\n {4}links:\n {6}subnet-1: \[eth1\]\n/);
  });
});

describe('twinlease import FILE', () => {
  it('takes a DUID for an empty state directory alone', async () => {
    const folder = folderWith({});
    const state = join(folder, 'state');
    writeFileSync(join(folder, 'none.jsonl'), '{"twinlease":"bindings","version":3}\n{"end":0}\n');
    const importing = ['import', join(folder, 'none.jsonl'), '--state', state];
    const nonsense = await twinlease(...importing, '--server-duid', 'zz');
    assert.deepEqual([nonsense.code, nonsense.err], [1, 'twinlease: --server-duid: zz is no DUID in hexadecimal, such as 00:03:00:01:02:00:5e:10:00:01\n']);
    assert.ok(!existsSync(state));
    assert.equal((await twinlease(...importing, '--server-duid', DUID)).code, 0);
    assert.equal((await twinlease(...importing, '--server-duid', DUID)).code, 0);
    const other = await twinlease(...importing, '--server-duid', '00:02:00:00:7e:d9:0a:0c');
    assert.deepEqual([other.code, other.err], [1, `twinlease: ${state} is that of the server ${DUID}, which keeps its DUID; import into an empty state directory\n`]);
  });
});

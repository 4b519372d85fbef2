import assert from 'node:assert/strict';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { inDirectory } from '../control/in-directory.ts';
import { twinleaseWith } from './command.ts';
import { onWest } from './on-west.ts';
import { atConsole } from './pseudo-terminal.ts';

const CAPTURES = 'echo "$@" > "$(dirname "$0")/words"\ntrap "echo 3 packets captured >&2; exit 0" INT\nprintf pcap\nwhile :; do sleep 0.1; done';

describe('diag on the console', function () {
  this.timeout(30_000);

  it('captures into a file for so long, so much, or until Ctrl-C', () =>
    onWest(async (person, { directory }) => {
      const file = join(directory, 'lo.pcap');
      person.type(`diag capture lo ${file} seconds 600 megabytes 1\r`);
      await person.see('diag capture');
      await person.see('capturing on lo for 600 s; Ctrl-C ends it');
      while ((await readFile(file, 'utf8').catch(() => '')) === '') await new Promise((resolve) => setImmediate(resolve));
      person.type('show links\r\u0003');
      await person.see(/3 packets of lo in .*: you\s+ended\s+it\./s);
      await person.say('show log');
      assert.doesNotMatch(person.text(), /branch: /, 'what was typed ahead of Ctrl-C is forgotten');
      assert.equal(await readFile(file, 'utf8'), 'pcap');
      assert.equal((await stat(file)).mode & 0o777, 0o600);
      assert.match(await readFile(join(directory, 'programs', 'words'), 'utf8'), /^-i lo -n -p -U -s 1518 -c 651 -w - udp port 546 or udp port 547 or icmp6\n$/);
      assert.match(await person.say(`diag capture lo ${file} seconds 1`), /lo\.pcap: it exists already/);
      const other = join(directory, 'other.pcap');
      assert.match(await person.say(`diag capture lo ${other} seconds 1 all`), /3 packets of lo in .*:\s+1\s+s\s+are\s+over/s);
      assert.match(await person.say(`diag capture eth99 ${other}2`), /"eth99" is no port of this box, only: .*lo/);
    }, { programs: { tcpdump: CAPTURES } }));

  it('says what hinders tcpdump, and leaves no file behind', () =>
    onWest(async (person, { directory }) => {
      const file = join(directory, 'lo.pcap');
      assert.match(await person.say(`diag capture lo ${file}`), /tcpdump could not capture: lo: You don't have permission/);
      assert.deepEqual((await readdir(directory)).filter((name) => name.endsWith('.pcap')), []);
    }, { programs: { tcpdump: 'echo "tcpdump: lo: You don\'t have permission to capture on that device" >&2; exit 1' } }));

  it('says where tcpdump is missing', async () =>
    inDirectory(async (directory) => {
      const { code, err } = await twinleaseWith({ PATH: directory }, 'diag', 'capture', 'lo', join(directory, 'x.pcap'));
      assert.deepEqual([code, err], [1, 'twinlease: tcpdump is not installed on this box: nothing was captured\n']);
    }));

  it('pings a client by its address or its DUID, and says what silence proves', () =>
    onWest(async (person) => {
      assert.match(await person.say('diag ping ::1'), /::1 answers \(3 of 3\)/);
      assert.match(await person.say('diag ping 00:03:00:01:aa'), /"00:03:00:01:aa" holds no lease now/);
    }, { programs: { ping: 'echo "3 packets transmitted, 3 received, 0% packet loss"' } }));

  for (const [state, says] of [
    ['2001:db8::5 dev eth1 lladdr 02:00:5e:00:00:05 REACHABLE', /answers no echo; but it is there: on eth1, with the hardware address\s+02:00:5e:00:00:05/],
    ['2001:db8::5 dev eth1 lladdr 02:00:5e:00:00:05 STALE', /answers no echo; when it was there last, it was on eth1, with\s+the\s+hardware\s+address/],
    ['2001:db8::5 dev eth1 FAILED', /answers no echo; many hosts answer none, so this alone proves\s+nothing/],
  ] as const) {
    it(`says of a client that answers no echo what the kernel knows of it: ${state.slice(12)}`, () =>
      onWest(async (person) => {
        assert.match(await person.say('diag ping 2001:db8::5'), says);
      }, { programs: { ping: 'echo "3 packets transmitted, 0 received, 100% packet loss"; exit 1', ip: `echo "${state} "` } }));
  }

  it('tests a link from below', () =>
    onWest(async (person) => {
      const shown = await person.say('diag link lan');
      assert.match(shown, /lan: 2001:db8:1::\/64\n/);
      assert.match(shown, /eth1: the kernel has no such port|eth1:\n {2}carrier/);
      assert.match(await person.say('diag link nowhere'), /there is no link "nowhere", only: branch, lan/);
    }));

  it('writes everything into one file, also where no daemon runs', () =>
    inDirectory(async (directory) => {
      const file = join(directory, 'twinlease.yaml');
      await writeFile(file, 'relationships: { a-b: { pairing-key: 0123-4567-89AB-CDEF-0123-4567-89AB-CDEF } }\n');
      const person = atConsole(['--control', join(directory, 'none.sock'), '--state', directory, '--appliance', 'east', '--file', file]);
      try {
        await person.see('east[DOWN]>');
        assert.match(await person.say(`diag dump ${join(directory, 'support')}`), /support: \d+ octets\. It has addresses/);
        const text = await readFile(join(directory, 'support'), 'utf8');
        assert.match(text, /no daemon is running/);
        assert.match(text, /pairing-key: \*{4}/);
        assert.ok(!text.includes('89AB'));
        assert.equal((await stat(join(directory, 'support'))).mode & 0o777, 0o600);
      } finally {
        person.hangUp();
        await person.gone;
      }
    }));
});

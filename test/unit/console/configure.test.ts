import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { startControl } from '../../../src/control/index.ts';
import { newPairingKey } from '../../../src/identity/index.ts';
import { readUnconfirmed, secondsLeft } from '../../../src/revisions/index.ts';
import { inDirectory } from '../control/in-directory.ts';
import { runBox } from '../control/running-box.ts';
import { atConsole } from './pseudo-terminal.ts';
import type { Person } from './pseudo-terminal.ts';

const FILE = `# Two links.
version: 1
appliances:
  box: { links: { lan: [eth1] } } # this one
lifetimes: { preferred: 1000s, valid: 2000s }
links:
  # The office.
  lan:
    prefixes: [2001:db8:1::/64]
    address-pools:
      - range: 2001:db8:1::100 - 2001:db8:1::1ff
`;

interface Place {
  readonly file: string;
  readonly directory: string;
  /** What the daemon says to a file that it shall try, and to one that it shall use. */
  readonly daemon: { tried: string | undefined; used: string | undefined; waits?: Promise<void>; isTrying?: boolean };
  /** What stood in the file whenever the daemon was to use it. */
  readonly reloads: string[];
}

/** A person in the configure mode of a box whose daemon says what the test wants. */
async function configuring(use: (person: Person, place: Place) => Promise<void>): Promise<void> {
  await inDirectory(async (directory) => {
    const file = join(directory, 'twinlease.yaml');
    await writeFile(file, FILE, { mode: 0o640 });
    const place: Place = { file, directory, daemon: { tried: undefined, used: undefined }, reloads: [] };
    const running = runBox({
      changes: {
        provisioningFile: file,
        storage: () => ({ directory, generation: '', revision: 1 }),
        async tryFile() {
          place.daemon.isTrying = true;
          await place.daemon.waits;
          return place.daemon.tried;
        },
        async reload() {
          place.reloads.push(await readFile(file, 'utf8'));
          return place.daemon.used;
        },
      },
    });
    const path = join(directory, 'control.sock');
    const control = await startControl(path, running.subject);
    assert.ok(typeof control !== 'string', 'it opens');
    const person = atConsole(['--control', path, '--state', directory]);
    try {
      await person.see('box>');
      await person.say('configure');
      await use(person, place);
    } finally {
      person.hangUp();
      await person.gone;
      control.close();
      running.close();
    }
  });
}

describe('the configure mode of the console', function () {
  this.timeout(30_000);

  it('changes keys, shows what differs, and leaves the file alone until it is committed; comments stay', () =>
    configuring(async (person, { file, reloads }) => {
      assert.match(await person.say('set lifetimes valid 3000s'), /^\s*\nbox\*#$/);
      await person.say('set options dns-servers [2001:db8::53]');
      await person.say('edit links lan');
      assert.match(await person.say('set address-pools new range 2001:db8:1::1000 - 2001:db8:1::1fff'), /\nbox links lan\*#$/);
      await person.say('top');
      const diff = await person.say('show diff');
      assert.match(diff, /\n- lifetimes: \{ preferred: 1000s, valid: 2000s \}\n\+ lifetimes: \{ preferred: 1000s, valid: 3000s \}\n/);
      assert.match(diff, /\n {8}- range: 2001:db8:1::100 - 2001:db8:1::1ff\n\+ {7}- range: 2001:db8:1::1000 - 2001:db8:1::1fff\n\+ options:\n\+ {3}dns-servers: \[ ?"?2001:db8::53"? ?\]\n/);
      assert.equal(await readFile(file, 'utf8'), FILE);
      assert.match(await person.say('check'), /\nit is right\n/);
      assert.match(await person.say('commit'), /\ncommitted to .*: 4 lines came, 1 went;\s+the daemon uses it\nbox#$/);
      const text = await readFile(file, 'utf8');
      assert.match(text, /^# Two links\.\n(.*\n)+ {2}box: \{ links: \{ lan: \[eth1\] \} \} # this one\n(.*\n)+ {2}# The office\.\n/);
      assert.equal((await stat(file)).mode & 0o777, 0o640);
      assert.deepEqual(reloads, [text]);
    }));

  it('helps with keys, names and values from the schema of the file', () =>
    configuring(async (person) => {
      person.type('set lif\t?');
      await person.see(/ {2}preferred {2}How long an address is used for new connections\n {2}valid {6}How long a lease may be used at all\n/);
      person.type('val\t?');
      await person.see(' <value>  10s or longer');
      person.type('\u0003set links ?');
      await person.see(/ {2}lan {5,}is there\n {2}<name> {2,}a new one/);
      person.type('lan address-pools ?');
      await person.see(/ {2}0 {9}\{"range":"2001:db8:1::100 - 2001:db8:1::1ff"\}\n {2}new {7}one more at the end\n/);
      person.type('new allo\ts\t\r');
      await person.see(/address-pools new allocation sequential/);
    }));

  it('reaches names with a dot: VLANs, and keys of a DNS server', () =>
    configuring(async (person) => {
      await person.say('set appliances box interfaces eth0.10 addresses [2001:db8:9::1/64]');
      await person.say('set dns-updates keys update.example.com algorithm hmac-sha512');
      assert.match(await person.say('show diff'), /\n\+ .*eth0\.10(.*\n)+\+ .*update\.example\.com/);
    }));

  it('marks the key or the value that is wrong', () =>
    configuring(async (person) => {
      assert.match(await person.say('set lifetimes vaild 1h'), /^\s*\n {19}\^{5}\n"vaild": there is no key "vaild" here; did you mean "valid"\?/);
      assert.match(await person.say('set lifetimes valid soon'), /^\s*\n {25}\^{4}\n"soon": this is not a duration; allowed: 10s or longer/);
      assert.match(await person.say('delete options dns-servers'), /there is no options\.dns-servers in the file/);
      assert.match(await person.say('set links lan address-pools 4 range x'), /\n {33}\^\n"4": the list has 1 items/);
    }));

  it('refuses a candidate that is wrong, in the words and with the lines of twinlease check', () =>
    configuring(async (person, { file }) => {
      await person.say('paging off');
      await person.say('set links lan prefixes [2001:db8:7::/64]');
      const said = await person.say('commit');
      assert.match(said, /nothing was committed\n\n.*twinlease\.yaml:11:\d+: /);
      assert.match(said, /key: +links\.lan\.address-pools\[0\]\.range/);
      assert.equal(await readFile(file, 'utf8'), FILE);
    }));

  it('the old file stays where the daemon refuses the new one, before or while it is used', () =>
    configuring(async (person, { file, directory, daemon, reloads }) => {
      await person.say('set lifetimes valid 3000s');
      daemon.tried = 'the relationships of a running daemon stay';
      assert.match(await person.say('commit'), /nothing was committed, the daemon would refuse it:\nthe relationships of a running daemon stay\n/);
      assert.deepEqual([await readFile(file, 'utf8'), reloads.length], [FILE, 0]);
      daemon.tried = undefined;
      daemon.used = 'no certificate';
      assert.match(await person.say('commit confirmed 5m'), /nothing was committed, the old file is back; the daemon refused the new one:\nno certificate\n/);
      assert.equal(reloads.length, 1);
      assert.equal(await readFile(file, 'utf8'), FILE);
      assert.equal(await readUnconfirmed(directory), undefined);
      assert.deepEqual((await readdir(directory)).filter((name) => /candidate|tmp/.test(name)), []);
    }));

  it('does not write over what somebody else has changed meanwhile', () =>
    configuring(async (person, { file }) => {
      await person.say('set lifetimes valid 3000s');
      await writeFile(file, `${FILE}# mine\n`);
      assert.match(await person.say('commit'), /nothing was committed: somebody else has changed/);
      assert.equal(await readFile(file, 'utf8'), `${FILE}# mine\n`);
      assert.match(person.text(), /was changed by somebody else (.*\n)*.*your changes are not committed/);
      await person.say('show diff');
      assert.equal(person.text().match(/was changed by somebody else/g)?.length, 1, 'it is told once');
      await person.say('discard');
      await person.say('set lifetimes valid 4000s');
      assert.match(await person.say('commit'), /committed to/);
      assert.match(await readFile(file, 'utf8'), /4000s[^]*# mine\n$/);
    }));

  it('a candidate without changes goes along with the file, and says so', () =>
    configuring(async (person, { file }) => {
      await writeFile(file, FILE.replace('2000s', '5000s'));
      assert.match(await person.say('show lifetimes valid'), /valid: 2000s[^]*was changed by somebody else[^]*you see it as it is now/);
      assert.match(await person.say('show lifetimes valid'), /valid: 5000s/);
      await person.say('set lifetimes preferred 900s');
      assert.match(await person.say('commit'), /1 line came, 1 went/);
      assert.match(await readFile(file, 'utf8'), /preferred: 900s, valid: 5000s/);
    }));

  it('a commit that is under way says so at Ctrl-C, and what came of it', () =>
    configuring(async (person, { file, daemon }) => {
      let go: () => void = () => undefined;
      daemon.waits = new Promise((resolve) => (go = resolve));
      await person.say('set lifetimes valid 3000s');
      person.type('commit\r');
      while (!daemon.isTrying) await new Promise((resolve) => setImmediate(resolve));
      person.type('\u0003');
      await person.see(/\^C\nIt is under way and can't be taken back; what comes of it follows\./);
      go();
      await person.see(/committed to .*1 line came/);
      assert.match(await readFile(file, 'utf8'), /3000s/);
    }));

  it('takes back a letter of what is pasted', () =>
    configuring(async (person) => {
      person.type('load\r');
      await person.see('Ctrl-C gives up');
      person.type('versiom\u007fn: 1\r.\r');
      await person.see(/\n11 octets\n/);
    }));

  it('waits for no confirmation where no daemon runs that would undo it', () =>
    inDirectory(async (directory) => {
      const file = join(directory, 'twinlease.yaml');
      await writeFile(file, FILE);
      const person = atConsole(['--control', join(directory, 'none.sock'), '--state', directory, '--appliance', 'box', '--file', file]);
      try {
        await person.see('box[DOWN]>');
        await person.say('configure');
        await person.say('set lifetimes valid 3000s');
        assert.match(await person.say('commit confirmed'), /nothing was committed: without a running daemon nobody would undo it in time\n/);
        assert.equal(await readFile(file, 'utf8'), FILE);
      } finally {
        person.hangUp();
        await person.gone;
      }
    }));

  it('says where a command of the show mode can be said', () =>
    configuring(async (person) => {
      assert.match(await person.say('watch links'), /\n {5}\^{5}\n"watch" is said in the show mode, and here behind "run": "run watch"\n/);
    }));

  it('commit confirmed waits so long as it was told; a second commit says that it stays', () =>
    configuring(async (person, { directory, file }) => {
      await person.say('set lifetimes valid 3000s');
      assert.match(await person.say('commit confirmed 5m'), /it is undone in 300 s unless you say "commit" again\n/);
      const unconfirmed = await readUnconfirmed(directory);
      assert.ok(unconfirmed !== undefined);
      assert.deepEqual([unconfirmed.previous, unconfirmed.file], [FILE, file]);
      const left = secondsLeft(unconfirmed);
      assert.ok(left > 200 && left <= 300, String(left));
      assert.match(await person.say('commit confirmed 1h'), /there is nothing to commit/);
      assert.match(await person.say('commit'), /confirmed: what was committed stays/);
    }));

  it('goes back to what stood there before, compares with it, and keeps a bounded history', () =>
    configuring(async (person, { directory, file }) => {
      for (const valid of ['3000s', '4000s']) {
        await person.say(`set lifetimes valid ${valid}`);
        await person.say('commit');
      }
      assert.match(await person.say('show history'), / {3}1 {2}replaced 20.*Z\n {3}2 {2}replaced 20.*Z\n/);
      assert.match(await person.say('show diff 2'), /- lifetimes: .*2000s \}\n\+ lifetimes: .*4000s \}/);
      assert.match(await person.say('rollback 2'), /it is in the candidate/);
      assert.match(await person.say('show diff'), /- lifetimes: .*4000s \}\n\+ lifetimes: .*2000s \}/);
      await person.say('commit');
      assert.equal(await readFile(file, 'utf8'), FILE);
      assert.equal((await readdir(join(directory, 'configurations'))).length, 3);
      assert.equal((await stat(join(directory, 'configurations', '000001.yaml'))).mode & 0o777, 0o600);
      assert.match(await person.say('rollback 9'), /there is nothing "9" commits ago/);
    }));

  it('takes a whole file that is pasted, when it is the one whose digest was named', () =>
    configuring(async (person) => {
      const other = FILE.replace('2000s', '7200s').replace('# The office.', '# The "office"?');
      const digest = createHash('sha256').update(other).digest('hex');
      person.type(`load sha256 ${'0'.repeat(64)}\r${other.replaceAll('\n', '\r')}.\r`);
      await person.see('nothing was loaded: its SHA-256 is');
      await person.see(/^box#$/m);
      person.type(`load sha256 ${digest}\r${other.replaceAll('\n', '\r\n')}.\r\nshow diff\r`);
      await person.see(`${String(other.length)} octets\nSHA-256 ${digest}\n`);
      await person.see(/it is right\n/);
      await person.see(/\+ {3}# The "office"\?\n/);
      person.type(`load\r${FILE.replaceAll('\n', '\r')}. ${digest.slice(0, 8)}\r`);
      await person.see('nothing was loaded: its SHA-256 is');
      person.type(`load\r${other.replaceAll('\n', '\r')}. ${digest.slice(0, 8)}\r`);
      await person.see(`${String(other.length)} octets\n`);
      await person.say('paging on');
      person.type('load\r');
      await person.see('Ctrl-C gives up');
      person.type('version: 1\r\u0003');
      await person.see('nothing was loaded');
      assert.match(await person.say('show lifetimes valid'), /valid: 7200s\n/);
    }));

  it('writes the file to another place and takes it from there', () =>
    configuring(async (person, { directory }) => {
      const copy = join(directory, 'copy.yaml');
      await person.say(`backup ${copy}`);
      assert.equal(await readFile(copy, 'utf8'), FILE);
      assert.equal((await stat(copy)).mode & 0o777, 0o600);
      await writeFile(copy, FILE.replace('2000s', '3000s'));
      await person.say(`restore ${copy}`);
      assert.match(await person.say('show diff'), /\+ lifetimes: \{ preferred: 1000s, valid: 3000s \}/);
    }));

  it('shows no key of a pairing', () =>
    configuring(async (person, { directory }) => {
      const key = newPairingKey();
      await person.say('set relationships box-other primary box');
      await person.say(`set relationships box-other pairing-key ${key}`);
      const shown = [await person.say('show'), await person.say('show diff'), await person.say('show relationships')].join('');
      assert.match(shown, /pairing-key: "?\*{4}/);
      assert.ok(!shown.includes(key));
      assert.ok(!(await readFile(join(directory, 'console', 'history'), 'utf8')).includes(key));
    }));

  it('is left only when it is known what becomes of the changes; the commands of the show mode are behind "run"', () =>
    configuring(async (person, { file }) => {
      assert.match(await person.say('run show links'), /\nlan: 2001:db8:1::\/64\n/);
      await person.say('set lifetimes valid 3000s');
      assert.match(await person.say('exit'), /there are changes that were not committed/);
      person.type('\u0004');
      await person.see(/there are changes that were not committed.*\nbox\*#/);
      assert.match(await person.say('exit discard'), /box>$/);
      assert.equal(await readFile(file, 'utf8'), FILE);
    }));
});

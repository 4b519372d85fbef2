import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { openRevisions, readUnconfirmed } from '../../../src/revisions/index.ts';
import type { Program } from '../../lab/process/program.ts';
import { atConsole } from '../console/pseudo-terminal.ts';
import type { Person } from '../console/pseudo-terminal.ts';
import { describeInNamespace } from '../net/in-namespace.ts';
import { BOXES, said, withTwoDaemons } from './two-daemons.ts';
import type { BoxName } from './two-daemons.ts';

const LONG_MS = 120_000;
/** Two daemons and a console start from their source. */
const PATIENCE_MS = 40_000;

describeInNamespace(import.meta.url, 'a commit on the console of one of two boxes', (suite) => {
  const daemons = withTwoDaemons(suite, () => people.splice(0).forEach((person) => person.hangUp()));
  const people: Person[] = [];


  const fileOf = (box: BoxName): string => daemons().path(`${box}.yaml`);
  const textOf = (box: BoxName): string => readFileSync(fileOf(box), 'utf8');
  const start = (box: BoxName): Program => daemons().start(box, 'given', fileOf(box));

  /** Each has a file of its own, and they are a pair. */
  async function startPair(): Promise<readonly Program[]> {
    await daemons().makeFile();
    for (const box of BOXES) copyFileSync(daemons().path('pair.yaml'), fileOf(box));
    writeFileSync(fileOf('west'), `# Of west.\n${textOf('west')}`);
    const programs = BOXES.map(start);
    await Promise.all(programs.map(async (program) => await said(program, /-> NORMAL/, 0, PATIENCE_MS)));
    return programs;
  }

  async function configuring(box: BoxName): Promise<Person> {
    const person = atConsole(['--control', daemons().path(`${box}.sock`), '--state', daemons().path(box)]);
    people.push(person);
    await person.see(/>$/);
    await person.say('configure');
    return person;
  }

  suite.test('both take it, or neither does; each keeps what is its own; the two go on together', async () => {
    const [east, west] = await startPair();
    assert.ok(east !== undefined && west !== undefined);
    const person = await configuring('east');
    await person.say('set lifetimes valid 4h');
    await person.say('set relationships east-west mclt 30m');
    const from = west.log.entries.length;
    const shown = await person.say('commit');
    assert.match(shown, /\ncommitted on east and west: \d lines? came, \d went\n/);
    assert.match(textOf('east'), /valid: "?4h/);
    assert.match(textOf('west'), /^# Of west\.\n(.*\n)*lifetimes:\n? .*valid: "?4h/);
    await said(west, /the configuration that was committed on east is in the file here, too/, 0, PATIENCE_MS);
    await said(west, /communications with east are OK/, from, PATIENCE_MS);
    assert.match(await person.say('show diff partner'), /this box and west agree on all that they share/);
    assert.match(await openRevisions(daemons().path('west')).read(1) ?? '', /^# Of west\.\n/);

    await person.say('set links lan1 prefixes [2001:db8:7::/64]');
    assert.match(await person.say('commit'), /nothing was committed\n/, 'it is wrong');
    await person.say('discard');
    const before = BOXES.map(textOf);
    writeFileSync(fileOf('west'), textOf('west').replace('version: 1', 'version: 1\nversoin: 2'));
    await person.say('set lifetimes valid 5h');
    assert.match(await person.say('commit'), /nothing was committed on either box: west: it would be refused\s+there:\n(.*\n)+.*versoin/);
    assert.equal(textOf('east'), before[0]);
  }, LONG_MS);

  suite.test('is refused where the partner is not there, unless it is for this box alone; what differs then is shown and can be given to it', async () => {
    const [, west] = await startPair();
    await west?.end('SIGTERM');
    const person = await configuring('east');
    await person.say('set lifetimes valid 4h');
    assert.match(await person.say('commit'), /nothing was committed on either box: west can't be told at this moment\n.*commit local/);
    assert.doesNotMatch(textOf('east'), /4h/);
    assert.match(await person.say('commit local'), /west has nothing of it/);
    assert.match(textOf('east'), /valid: "?4h/);
    const again = start('west');
    await said(again, /-> NORMAL/, 0, PATIENCE_MS);
    assert.match(await person.say('show diff partner'), /east-west: "-" is what this box uses, "\+" what west does\n- lifetimes\.valid: "4h"\n\+ lifetimes\.valid: "2h"\n/);
    await person.say('set lifetimes preferred 30m');
    assert.match(await person.say('commit'), /nothing was committed on either box: west: the two boxes are configured\s+differently already/);
    const shown = await person.say('commit sync');
    assert.match(shown, /west has all that is shared as\s+it is here/);
    assert.doesNotMatch(shown, /changed here alone/);
    assert.match(textOf('west'), /^# Of west\.\n(.*\n)*lifetimes:\n(.*\n)* {2}preferred: "?30m/);
  }, LONG_MS);

  suite.test('waits on both to be confirmed, and is confirmed on both; or it is undone on both', async () => {
    await startPair();
    const person = await configuring('east');
    await person.say('set lifetimes valid 4h');
    assert.match(await person.say('commit confirmed 5m'), /committed on east and west[^]*undone in 300 s/);
    for (const box of BOXES) assert.equal((await readUnconfirmed(daemons().path(box)))?.waitSeconds, 300);
    const other = await configuring('west');
    assert.match(await other.say('commit'), /confirmed: what was committed stays on both boxes/);
    for (const box of BOXES) assert.equal(await readUnconfirmed(daemons().path(box)), undefined);
    await person.say('set lifetimes valid 5h');
    await person.say('commit confirmed 2s');
    const logs = BOXES.map((box) => daemons().path(`${box}.log`));
    for (let tries = 0; tries < 100 && !logs.every((log) => /nobody confirmed the commit/.test(readFileSync(log, 'utf8'))); tries++) {
      await daemons().ask('east', 'show', 'status');
    }
    for (const box of BOXES) assert.match(textOf(box), /valid: "?4h/);
    for (const box of BOXES) assert.ok(!existsSync(daemons().path(`${box}/configurations/shared-commit.json`)));
  }, LONG_MS);
});

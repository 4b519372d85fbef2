import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, it } from 'mocha';
import { choosePassword, lacksPassword } from '../../../src/console/setup/password.ts';
import { inDirectory } from '../control/in-directory.ts';
import { prepareNamespace } from '../daemon/two-daemons.ts';
import { describeInNamespace } from '../net/in-namespace.ts';
import { CLI, twinlease } from './command.ts';
import { atConsole, atTerminal } from './pseudo-terminal.ts';
import type { Person } from './pseudo-terminal.ts';

const LONG_MS = 100_000;

describeInNamespace(import.meta.url, 'the first-boot dialogue', (suite) => {
  let directory: string;
  const people: Person[] = [];

  suite.before(prepareNamespace);
  suite.beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tlsu-'));
  });
  suite.afterEach(async () => {
    for (const person of people.splice(0)) {
      person.hangUp();
      await person.gone;
    }
    for (const box of ['east', 'west']) if (existsSync(path(`${box}.pid`))) process.kill(Number(readFileSync(path(`${box}.pid`), 'utf8')), 'SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });

  const path = (name: string): string => join(directory, name);
  const wordsOf = (box: string): readonly string[] => {
    const serve = `${process.execPath} ${CLI} serve ${path(`${box}.yaml`)} --state ${path(box)} --control ${path(`${box}.sock`)}`;
    return ['--file', path(`${box}.yaml`), '--state', path(box), '--control', path(`${box}.sock`), '--start', `${serve} > ${path(`${box}.log`)} 2>&1 < /dev/null & echo $! > ${path(`${box}.pid`)}`];
  };
  const person = (made: Person): Person => {
    people.push(made);
    return made;
  };
  /** Answers the questions as they come, and counts them. */
  async function answer(at: Person, answers: readonly (readonly [question: RegExp, words: string])[]): Promise<number> {
    for (const [question, words] of answers) {
      await at.see(question);
      at.type(`${words}\r`);
    }
    return answers.length;
  }

  const PAIR = [
    [/Where does the file of the pair come from\?/, ''],
    [/What is the first box called/, ''],
    [/What is the other box called/, ''],
    [/Over which interface/, 'lo'],
    [/Which address does the first box/, 'fd00:e::1/64'],
    [/And the other one/, 'fd00:e::2/64'],
    [/Which links are clients on/, 'lan1:tlpd0:2001:db8:1::/64'],
  ] as const;

  suite.test('leads from two boxes without anything to a pair in less than ten questions; what is left in the middle goes on', async () => {
    const first = person(atTerminal(['setup', ...wordsOf('east')]));
    await answer(first, PAIR.slice(0, 3));
    await first.see(/Over which interface/);
    first.type('\u0003');
    assert.equal(await first.gone, 1);
    assert.ok(!existsSync(path('east.yaml')), 'nothing was written');

    const east = person(atConsole(wordsOf('east')));
    await east.see(/This box has no provisioning file yet/);
    await east.see(/\[DOWN\]>$/);
    east.type('setup\r');
    await east.see(/Ports of this box: /);
    const asked = await answer(east, [...PAIR, [/Which box is this: east or west\?/, 'east']]);
    assert.ok(asked < 10, `${String(asked)} questions`);
    await east.see(/Its SHA-256 begins\s+with\s+[0-9a-f]{8}/);
    await east.see(/Waiting for the other box/);
    east.type('\u0003');
    await east.see(/It goes on by itself/);
    await east.see(/> *$/);

    copyFileSync(path('east.yaml'), path('stick'));
    const west = person(atTerminal(['setup', ...wordsOf('west')]));
    await answer(west, [
      [/Where does the file of the pair come from\?/, path('missing')],
      [/is neither "new" nor\s+"paste",\s+and\s+there\s+is\s+no\s+such\s+file\.[^]*Where does the file of the pair come from\?/, path('stick')],
      [/Its SHA-256 begins with [0-9a-f]{8}: the same/, 'yes'],
      [/Which box is this/, 'west'],
    ]);
    await west.see(/west and east are a pair, and serve\./);
    assert.equal(await west.gone, 0);
    await east.say('paging off');
    const shown = await east.say('pair show');
    const text = readFileSync(path('east.yaml'), 'utf8');
    assert.ok(shown.includes(`${text}. ${createHash('sha256').update(text).digest('hex').slice(0, 8)}\n`), shown);
    east.type('setup\r');
    await east.see(/The provisioning file is there/);
    await east.see(/The daemon runs already\./);
    await east.see(/east and west are a pair, and serve\./);
  }, LONG_MS);

  suite.test('takes a file that is pasted, when it is the one whose digits are said', async () => {
    const made = await twinlease('pair', 'new', '--out', path('made'), '--primary', 'east', '--secondary', 'west', '--management', 'lo', '--primary-address', 'fd00:e::1/64', '--secondary-address', 'fd00:e::2/64', '--link', 'lan1:tlpd0:2001:db8:1::/64', '--json');
    const { sha256 } = JSON.parse(made.out) as { sha256: string };
    const text = readFileSync(path('made'), 'utf8');
    const west = person(atConsole(wordsOf('west')));
    await west.see(/\[DOWN\]>$/);
    west.type('setup\r');
    await west.see(/Where does the file/);
    west.type('paste\r');
    await west.see(/Paste the file/);
    west.type(`${text.replace('lan1', 'lan2').replaceAll('\n', '\r')}. ${sha256.slice(0, 8)}\r`);
    await west.see(/nothing was written: what was pasted is not what it should be/);
    await west.see(/Where does the file/);
    west.type('paste\r');
    await west.see(/Paste the file/);
    west.type(`${text.replaceAll('\n', '\r')}. ${sha256.slice(0, 8)}\r`);
    await west.see(/Which box is this/);
    assert.equal(readFileSync(path('west.yaml'), 'utf8'), text);
    west.type('north\r');
    await west.see(/\? north\nSay east or west; Ctrl-C leaves\.\nWhich box is this/);
    assert.doesNotMatch(west.text(), /^> /m);
    west.type('\u0003');
    await west.see(/> *$/);
    assert.ok(!existsSync(path('west/box-name')));
  }, LONG_MS);
});

describe('the password of whoever sits at the console', () => {
  /** Whoever reads the questions, and types. */
  function typing(answers: readonly string[]) {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const output = new PassThrough();
    const shown: string[] = [];
    let next = 0;
    output.setEncoding('utf8').on('data', (text: string) => {
      shown.push(text);
      const answer = /(\? |: )$/.test(text) ? answers[next++] : undefined;
      if (answer !== undefined) setImmediate(() => input.write(`${answer}\r`));
    });
    return { terminal: { input, output }, shown };
  }

  it('is asked for where there is none, twice, unseen, and handed to chpasswd', () =>
    inDirectory(async (directory) => {
      const [shadow, chpasswd] = [join(directory, 'shadow'), join(directory, 'chpasswd')];
      writeFileSync(shadow, 'daemon:*:1::::::\nroot::1::::::\n');
      writeFileSync(chpasswd, `#!/bin/sh\ncat > ${join(directory, 'given')}\n`, { mode: 0o755 });
      const told: string[] = [];
      const { terminal, shown } = typing(['short', 'long enough', 'long enouhg', 'long enough', 'long enough']);
      await choosePassword(terminal, (text) => told.push(text), shadow, chpasswd);
      assert.deepEqual(told, ['That is too short.', 'They are not the same.', 'The password is set.']);
      assert.equal(readFileSync(join(directory, 'given'), 'utf8'), 'root:long enough\n');
      assert.ok(!shown.join('').includes('long enough'));
    }));

  it('is not asked for where there is one, where nobody may log in by one, and where this login may not know', () =>
    inDirectory(async (directory) => {
      const shadow = join(directory, 'shadow');
      writeFileSync(shadow, 'root:$5$abc$def:1::::::\nadmin:*:::::::\nother::1::::::\n');
      assert.deepEqual(['root', 'admin', 'other', 'oth', 'nobody'].map((name) => lacksPassword(shadow, name)), [false, false, true, false, false]);
      assert.equal(lacksPassword(join(directory, 'none'), 'root'), false);
      await choosePassword(typing([]).terminal, () => assert.fail(), shadow);
    }));
});

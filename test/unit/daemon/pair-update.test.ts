import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { atTerminal } from '../console/pseudo-terminal.ts';
import type { Person } from '../console/pseudo-terminal.ts';
import { ApplianceRoot, updateOf } from '../firmware/appliance-root.ts';
import { describeInNamespace } from '../net/in-namespace.ts';
import { eventually } from '../../lab/process/eventually.ts';
import type { Program } from '../../lab/process/program.ts';
import { BOXES, said, withTwoDaemons } from './two-daemons.ts';
import type { BoxName, ProgramChoice } from './two-daemons.ts';

const LONG_MS = 120_000;
/** Daemons start from their source. */
const PATIENCE_MS = 60_000;
const OLDER = new URL('./older-program.ts', import.meta.url).href;

describeInNamespace(import.meta.url, 'a pair of two versions', (suite) => {
  const programs = new Map<BoxName, Program>();
  const roots = new Map<BoxName, ApplianceRoot>();
  const people: Person[] = [];
  let isOver = false;
  const daemons = withTwoDaemons(suite, () => {
    isOver = true;
    for (const person of people.splice(0)) person.hangUp();
    for (const root of roots.values()) root.end();
    roots.clear();
  });

  function start(box: BoxName, choice: ProgramChoice): Program {
    const program = daemons().start(box, 'given', undefined, choice);
    programs.set(box, program);
    return program;
  }

  async function startPair(east: ProgramChoice, west: ProgramChoice): Promise<void> {
    isOver = false;
    await daemons().makeFile();
    const started = [start('east', east), start('west', west)];
    await Promise.all(started.map(async (program) => await said(program, /-> NORMAL/, 0, PATIENCE_MS)));
  }

  /** Both as appliances, whose root restarts their daemon into the slot that is next, and finds it good when it is in NORMAL. */
  async function startAppliances(comesBack: (box: BoxName) => 'new' | 'old' = () => 'new'): Promise<void> {
    for (const box of BOXES) {
      const root = new ApplianceRoot(daemons().path(`${box}-root`), '0.1.0');
      roots.set(box, root);
      root.onRestart = () => void restart(box, root, comesBack(box));
    }
    await startPair(choiceOf('east'), choiceOf('west'));
  }

  function choiceOf(box: BoxName): ProgramChoice {
    const root = roots.get(box) ?? assert.fail(box);
    return { version: root.version, privileged: root.room };
  }

  /** It may be at any time while something is waited for. */
  function isGone(): boolean {
    return isOver;
  }

  async function restart(box: BoxName, root: ApplianceRoot, comes: 'new' | 'old'): Promise<void> {
    await programs.get(box)?.end('SIGTERM');
    if (isGone()) return;
    root.restarted(comes === 'old' ? root.running : root.next);
    const program = start(box, choiceOf(box));
    await said(program, /-> NORMAL/, 0, PATIENCE_MS).catch(() => undefined);
    if (!isGone() && (await daemons().ask(box, 'upgrade', 'verify')).code === 0) root.keep();
  }

  function update(version: string): string {
    const path = daemons().path('update.raucb');
    writeFileSync(path, updateOf(version, 3_000_000));
    return path;
  }

  const status = async (box: BoxName): Promise<string> => (await daemons().ask(box, 'upgrade', 'status', '--privileged', roots.get(box)?.room ?? '')).out;

  suite.test('serves, and each box says what both run', async () => {
    await startPair({ version: '0.1.0' }, { version: '0.2.0' });
    assert.match((await daemons().ask('east', 'show', 'failover')).out, /\n {2}programs +twinlease 0\.1\.0 here, 0\.2\.0 on west: what both know is used\n/);
    assert.match((await daemons().ask('west', 'show', 'failover')).out, /\n {2}programs +twinlease 0\.2\.0 here, 0\.1\.0 on east: what both know is used\n/);
    assert.equal((await daemons().failover('east')).partner.version, '0.2.0');
  }, LONG_MS);

  suite.test('serves where one lacks the newest extensions, which the other then says nothing of; an update is told to be made by hand', async () => {
    const root = new ApplianceRoot(daemons().path('root'), '0.2.0');
    roots.set('east', root);
    await startPair({ version: root.version, privileged: root.room }, { version: '0.1.0', preload: OLDER });
    assert.match((await daemons().ask('east', 'show', 'failover')).out, /programs +twinlease 0\.2\.0 here; west does not say what it runs\n/);
    const { code, err } = await daemons().ask('east', 'upgrade', 'pair', update('0.3.0'), '--yes');
    assert.equal(code, 1);
    assert.match(err, /west can't be given an update over the connection/);
    assert.match(err, /1\. On west: "failover handover east-west", then "upgrade FILE"/);
    assert.equal((await daemons().failover('east')).state, 'NORMAL');
  }, LONG_MS);

  suite.test('becomes one of a new version by "upgrade pair", and says so on both boxes', async () => {
    await startAppliances();
    const { code, out, err } = await daemons().ask('east', 'upgrade', 'pair', update('0.2.0'), '--yes');
    // Its own daemon restarted behind it, or was back in time.
    assert.ok(code === 0 || /does not answer any more/.test(err), err);
    assert.match(out, /west restarts, and is waited for/);
    for (const box of BOXES) {
      await eventually(`${box} to be done`, async () => (/DONE: west and east run 0\.2\.0/.test((await status(box)).replaceAll(/\s+/g, ' ')) ? true : undefined), PATIENCE_MS);
      assert.match(await status(box), /^b +0\.2\.0 +runs +this one +yes$/m);
    }
    assert.match((await daemons().ask('west', 'show', 'failover')).out, /programs +twinlease 0\.2\.0 on both\n/);
    const log = (await daemons().ask('west', 'show', 'log', '--lines', '100')).out;
    assert.doesNotMatch(log, /silent|nothing was heard/);
  }, LONG_MS);

  suite.test('stays one where the secondary goes back to what it had, and the console says why', async () => {
    await startAppliances(() => 'old');
    const { code, err } = await daemons().ask('east', 'upgrade', 'pair', update('0.2.0'), '--yes');
    assert.equal(code, 1);
    assert.match(err.replaceAll(/\s+/g, ' '), /STOPPED: west tried 0\.2\.0 and went back to 0\.1\.0 by itself: it did not start, or did not come to terms with its partner\. Its log says more\. Both boxes run what they had/);
    assert.deepEqual(roots.get('east')?.asked, []);
  }, LONG_MS);

  suite.test('is asked for on the box that restarts first: what will happen is said before', async () => {
    await startAppliances();
    const person = atTerminal(['upgrade', 'pair', update('0.2.0'), '--control', daemons().path('west.sock')]);
    people.push(person);
    const asked = await person.see(/Is this meant\? \(yes\/no\)/);
    assert.match(asked.replaceAll(/\s+/g, ' '), /1\. west, this box, writes it .* 0\.1\.0 becomes 0\.2\.0\. 2\. east writes it/);
    assert.match(asked.replaceAll(/\s+/g, ' '), /This box restarts first, and the console ends with that\. "upgrade status" on either box says how far it is/);
    person.type('no\r');
    await person.see(/nothing was done/);
    assert.deepEqual(roots.get('west')?.asked, []);
    assert.match(await status('west'), /^a +0\.1\.0 +runs +this one +yes$/m);
  }, LONG_MS);
});

import assert from 'node:assert/strict';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { planReset, resetBox } from '../../../src/factory-reset.ts';
import type { ResetOutcome } from '../../../src/factory-reset.ts';
import { lockDirectory } from '../../../src/store/index.ts';
import { twinlease } from '../console/command.ts';
import { inDirectory } from '../control/in-directory.ts';
import { describeInNamespace } from '../net/in-namespace.ts';
import { open } from '../store/opened-store.ts';
import { bindingsOf } from '../store/bindings.ts';
import { said, TEST_MS, withTwoDaemons } from './two-daemons.ts';

const SECRET = 'PRIVATE KEY of this box';
const never = (): Promise<void> => assert.fail('nobody runs');

/** A box with a state directory as the daemon leaves it; the names of all files that hold something secret. */
async function fill(directory: string): Promise<readonly string[]> {
  const state = join(directory, 'state');
  const { store } = await open(state);
  await store.commit(1, bindingsOf(0, 3), []);
  await store.close();
  mkdirSync(join(state, 'pairing'));
  const secrets = ['box.key', 'next.key', 'box.key.tmp', 'east-west.json'].map((name) => join(state, 'pairing', name));
  // What stood in the file before a commit may have a pairing key.
  mkdirSync(join(state, 'configurations'));
  secrets.push(join(state, 'configurations', '000001.yaml'));
  for (const path of secrets) writeFileSync(path, SECRET);
  mkdirSync(join(state, 'pair-update'));
  writeFileSync(join(state, 'pair-update', 'record.json'), '{}');
  writeFileSync(join(directory, 'east.key'), SECRET);
  writeFileSync(join(directory, 'east.crt'), 'certificate');
  writeFileSync(
    join(directory, 'box.yaml'),
    `version: 1
appliances: { east: { links: { lan: [eth1] }, certificate: ${directory}/east.crt, key: ${directory}/east.key } }
links: { lan: { prefixes: [2001:db8:1::/64] } }
# ${SECRET}
`,
  );
  return [...secrets, join(directory, 'east.key'), join(directory, 'box.yaml')];
}

async function reset(directory: string, stop: () => Promise<void> = never): Promise<ResetOutcome | { readonly error: string }> {
  return await resetBox(await planReset(join(directory, 'state'), join(directory, 'box.yaml')), stop);
}

describe('a factory reset', () => {
  it('leaves nothing of the box, and overwrites what is secret before it removes it', () =>
    inDirectory(async (directory) => {
      const secrets = await fill(directory);
      const links = secrets.map((path, i) => {
        const link = join(directory, `link-${String(i)}`);
        linkSync(path, link);
        return link;
      });
      assert.deepEqual(await reset(directory), { left: [] });
      assert.deepEqual(readdirSync(join(directory, 'state')), []);
      for (const path of [...secrets, join(directory, 'east.crt')]) assert.ok(!existsSync(path), path);
      for (const link of links) {
        const octets = readFileSync(link, 'latin1');
        assert.ok(octets.length > 0 && !octets.includes(SECRET), link);
      }
    }));

  it('leaves what is not of this program, and says so', () =>
    inDirectory(async (directory) => {
      await fill(directory);
      const notes = join(directory, 'state', 'notes.txt');
      writeFileSync(notes, 'of somebody else');
      assert.deepEqual(await reset(directory), { left: [notes] });
      assert.equal(readFileSync(notes, 'utf8'), 'of somebody else');
    }));

  it('goes on where it was cut off, also when the file that names the keys is gone', () =>
    inDirectory(async (directory) => {
      await fill(directory);
      const plan = await planReset(join(directory, 'state'), join(directory, 'box.yaml'));
      assert.deepEqual(plan.named, [join(directory, 'east.key'), join(directory, 'east.crt')]);
      for (let i = 0; i < 2; i++) assert.deepEqual(await resetBox(plan, never), { left: [] });
      assert.deepEqual(await reset(join(directory, 'nowhere')), { left: [] });
    }));

  it('wipes nothing while somebody has the state directory, and asks for its end first', () =>
    inDirectory(async (directory) => {
      await fill(directory);
      const release = await lockDirectory(join(directory, 'state'));
      assert.ok(release !== undefined);
      let isAsked = false;
      const outcome = await reset(directory, async () => {
        isAsked = true;
        assert.equal(readFileSync(join(directory, 'east.key'), 'utf8'), SECRET, 'it serves until then');
        await release();
      });
      assert.deepEqual([isAsked, outcome], [true, { left: [] }]);
    }));

  it('says what is at stake, and does nothing where nobody is there to say yes', () =>
    inDirectory(async (directory) => {
      const secrets = await fill(directory);
      const words = ['factory-reset', join(directory, 'box.yaml'), '--state', join(directory, 'state'), '--control', join(directory, 'none.sock')];
      const asked = await twinlease(...words);
      assert.equal(asked.code, 1);
      assert.match(asked.err, /^twinlease: nothing was done: say --yes if it is meant\n\nThis box becomes as it came from the factory\.\nGone for good are its key/);
      assert.match(asked.err, /"twinlease pair replace\s+east-west"/);
      for (const path of secrets) assert.ok(existsSync(path));
      const done = await twinlease(...words, '--yes');
      assert.deepEqual([done.code, done.out], [0, 'this box is as it came from the factory\n']);
      for (const path of secrets) assert.ok(!existsSync(path));
    }));
});

describeInNamespace(import.meta.url, 'a factory reset of a box that serves', (suite) => {
  const daemons = withTwoDaemons(suite);

  suite.test('ends it first, in order, and makes it a stranger to its partner', async () => {
    await daemons().makeFile();
    const file = readFileSync(daemons().path('pair.yaml'));
    const [west, east] = [daemons().start('west'), daemons().start('east')];
    await Promise.all([said(west, /paired with east/), said(east, /-> NORMAL/)]);
    const words = ['factory-reset', daemons().path('pair.yaml'), '--state', daemons().path('east')];
    const stake = await daemons().ask('east', ...words);
    assert.match(stake.err, /This box, east, becomes as it came from the factory\. It stops serving first/);
    assert.match(stake.err, /Its 0 leases go on with west/);
    assert.equal((await daemons().ask('east', ...words, '--yes')).code, 0);
    assert.equal(await east.gone, 'exit 0');
    await said(west, /the partner disconnected: this box is shutting down/);
    assert.deepEqual(readdirSync(daemons().path('east')), []);

    writeFileSync(daemons().path('pair.yaml'), file);
    await said(daemons().start('east', 'own'), /it refuses to be paired: its pairing key has been used/);
  }, TEST_MS);
});

import assert from 'node:assert/strict';
import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { readUnconfirmed, writeUnconfirmed } from '../../../src/revisions/index.ts';
import type { Begun } from '../../../src/shared-commit/index.ts';
import { inDirectory } from '../control/in-directory.ts';
import { openTwoBoxes } from './two-boxes.ts';
import type { Step, TwoBoxes } from './two-boxes.ts';

const OLD = `version: 1
relationships:
  east-west: { primary: east, secondary: west, pairing-key: mine } # my key
lifetimes: { preferred: 1h, valid: 2h }
`;
const NEW = OLD.replace('2h', '4h');

const CHANGE: Begun = {
  next: NEW,
  confirmWithin: undefined,
  changes: new Map([['east-west', { kind: 'change', changes: [{ path: ['lifetimes', 'valid'], value: '4h' }], before: undefined, after: '', confirmWithin: undefined }]]),
};
const UNCONFIRMED: Begun = { ...CHANGE, confirmWithin: 300, changes: new Map([...CHANGE.changes].map(([name, change]) => [name, { ...change, confirmWithin: 300 }])) };
const CONFIRM: Begun = { next: undefined, confirmWithin: undefined, changes: new Map([['east-west', { kind: 'confirm', of: 'aa' }]]) };

async function contents({ east, west }: TwoBoxes): Promise<readonly string[]> {
  return [await readFile(east.file, 'utf8'), await readFile(west.file, 'utf8')];
}

async function waits({ east, west }: TwoBoxes): Promise<readonly boolean[]> {
  const found = await Promise.all([east, west].map(async ({ directory }) => await readUnconfirmed(join(directory, 'state'))));
  return found.map((unconfirmed) => unconfirmed !== undefined);
}

/** Nothing is left that waits for a word of the other box. */
async function mustBeOver({ east, west }: TwoBoxes, what: string): Promise<void> {
  for (const { name, directory, machine } of [east, west]) {
    assert.equal(machine.state, undefined, `${what}: ${name} is done`);
    const left = await readdir(join(directory, 'state', 'configurations')).catch((): string[] => []);
    assert.ok(!left.includes('shared-commit.json'), `${what}: ${name} keeps nothing of it`);
  }
}

type Outcome = Awaited<ReturnType<TwoBoxes['east']['machine']['begin']>>;

/** East begins; what breaks is put together again. */
async function commitThrough(directory: string, begun: Begun, what: { readonly dies?: Step; readonly loses?: number }, prepare?: (boxes: TwoBoxes) => Promise<void>) {
  const boxes = await openTwoBoxes(directory, OLD, what.dies, what.loses);
  const { east, west } = boxes;
  try {
    await prepare?.(boxes);
    east.steps = west.steps = 0;
    boxes.connect();
    await boxes.run();
    let outcome: Outcome = 'no answer';
    void east.machine.begin(begun).then((said) => (outcome = said), () => undefined);
    await boxes.run();
    const hasDied = east.isDead || west.isDead;
    if (hasDied) {
      const dead = east.isDead ? east : west;
      boxes.cut();
      await boxes.run();
      await boxes.revive(dead);
    } else if (what.loses !== undefined) await boxes.run();
    boxes.connect();
    await boxes.run();
    return { boxes, outcome: outcome as Outcome, hasDied, said: boxes.said.length };
  } finally {
    boxes.close();
  }
}

const STEPS_MAX = 60;

/** Each box dies at each of its steps, before it and after it. */
function* deaths(): Generator<Step[]> {
  for (const box of ['east', 'west'] as const) {
    for (const when of ['before', 'after'] as const) yield Array.from({ length: STEPS_MAX }, (_, i) => ({ box, number: i + 1, when }));
  }
}

describe('a commit on both boxes', function () {
  this.timeout(60_000);

  it('is prepared, decided and done; each box keeps what is its own', () =>
    inDirectory(async (directory) => {
      const { boxes, outcome } = await commitThrough(directory, CHANGE, {});
      assert.deepEqual(outcome, { waiting: [] });
      assert.deepEqual(boxes.said, ['east PREPARE 1/1', 'west YES 1/1', 'east COMMIT 1/1', 'west DONE 1/1']);
      assert.deepEqual(await contents(boxes), [NEW, NEW]);
      assert.deepEqual([boxes.east.uses, boxes.west.uses], [[NEW], [NEW]]);
      await mustBeOver(boxes, 'it');
    }));

  it('does not come about where the partner refuses it, is not there, or a key of its own is in it', () =>
    inDirectory(async (directory) => {
      const boxes = await openTwoBoxes(directory, OLD);
      const { east, west } = boxes;
      try {
        assert.equal(await east.machine.begin(CHANGE), "west can't be told at this moment");
        boxes.connect();
        west.refusal = 'no room';
        const refused = east.machine.begin(CHANGE);
        await boxes.run();
        assert.equal(await refused, 'west: no room');
        west.refusal = undefined;
        const [[name, change] = assert.fail()] = CHANGE.changes;
        const stolen = { ...change, changes: [{ path: ['relationships', 'east-west', 'pairing-key'], value: 'yours' }] };
        const taken = east.machine.begin({ ...CHANGE, changes: new Map([[name, stolen]]) });
        await boxes.run();
        assert.equal(await taken, 'west: not shared');
        assert.deepEqual(await contents(boxes), [OLD, OLD]);
        await mustBeOver(boxes, 'they');
      } finally {
        boxes.close();
      }
    }));

  it('of both at the same time at most one comes about', () =>
    inDirectory(async (directory) => {
      const boxes = await openTwoBoxes(directory, OLD);
      const { east, west } = boxes;
      try {
        boxes.connect();
        const both = Promise.all([east.machine.begin(CHANGE), west.machine.begin(CHANGE)]);
        await boxes.run();
        assert.ok((await both).some((outcome) => typeof outcome === 'string'));
        const [atEast, atWest] = await contents(boxes);
        assert.equal(atEast, atWest);
        await mustBeOver(boxes, 'they');
      } finally {
        boxes.close();
      }
    }));

  it('a long one travels in parts, each asked for when the one before has come', () =>
    inDirectory(async (directory) => {
      const value = 'x'.repeat(40_000);
      const [[name, change] = assert.fail()] = CHANGE.changes;
      const long = { ...change, changes: [{ path: ['options', 'note'], value }] };
      const { boxes, outcome } = await commitThrough(directory, { ...CHANGE, next: `${OLD}options: { note: ${value} }\n`, changes: new Map([[name, long]]) }, {});
      assert.deepEqual(outcome, { waiting: [] });
      assert.deepEqual(boxes.said.slice(0, 5), ['east PREPARE 1/3', 'west MORE 1/3', 'east PREPARE 2/3', 'west MORE 2/3', 'east PREPARE 3/3']);
      assert.ok((await contents(boxes)).every((text) => text.includes(value)));
    }));

  for (const [what, begun, expected] of [['a change', CHANGE, NEW], ['a change that waits to be confirmed', UNCONFIRMED, NEW]] as const) {
    it(`${what} is on both or on neither, whichever box dies at whichever step`, () =>
      inDirectory(async (directory) => {
        let ran = 0;
        for (const steps of deaths()) {
          for (const dies of steps) {
            const name = `${dies.box} dies ${dies.when} step ${String(dies.number)}`;
            const { boxes, outcome, hasDied } = await commitThrough(join(directory, String(ran++)), begun, { dies });
            const [atEast, atWest] = await contents(boxes);
            assert.equal(atEast, atWest, name);
            assert.ok(atEast === OLD || atEast === expected, name);
            if (typeof outcome === 'object') assert.equal(atEast, expected, `${name}: what was reported is so`);
            if (typeof outcome === 'string' && outcome !== 'no answer') assert.equal(atEast, OLD, `${name}: what was refused is not: ${outcome}`);
            const isWaiting = atEast === expected && begun === UNCONFIRMED;
            assert.deepEqual(await waits(boxes), [isWaiting, isWaiting], name);
            await mustBeOver(boxes, name);
            if (!hasDied) break;
          }
        }
        assert.ok(ran > 25, `${String(ran)} runs`);
      }));
  }

  it('is on both or on neither, whichever message is lost with the connection', () =>
    inDirectory(async (directory) => {
      const seen = new Set<string>();
      for (let loses = 1; loses <= 5; loses++) {
        const { boxes } = await commitThrough(join(directory, String(loses)), CHANGE, { loses });
        const [atEast = '', atWest] = await contents(boxes);
        assert.equal(atEast, atWest, `message ${String(loses)}`);
        seen.add(atEast);
        await mustBeOver(boxes, `message ${String(loses)}`);
      }
      assert.equal(seen.size, 2, 'some come about, some do not');
    }));

  it('to confirm it is for both or for neither, whichever box dies at whichever step', () =>
    inDirectory(async (directory) => {
      let ran = 0;
      const prepare = async ({ east, west }: TwoBoxes): Promise<void> => {
        for (const box of [east, west]) await writeUnconfirmed(join(box.directory, 'state'), box.file, OLD, 300, { id: 'aa', relationships: ['east-west'] });
      };
      for (const steps of deaths()) {
        for (const dies of steps) {
          const name = `${dies.box} dies ${dies.when} step ${String(dies.number)}`;
          const { boxes, outcome, hasDied } = await commitThrough(join(directory, String(ran++)), CONFIRM, { dies }, prepare);
          const [atEast, atWest] = await waits(boxes);
          assert.equal(atEast, atWest, name);
          if (typeof outcome === 'object') assert.equal(atEast, false, name);
          await mustBeOver(boxes, name);
          if (!hasDied) break;
        }
      }
      assert.ok(ran > 15, `${String(ran)} runs`);
    }));

  it('one that is in doubt is dropped when the operator says that the partner is gone for good', () =>
    inDirectory(async (directory) => {
      const boxes = await openTwoBoxes(directory, OLD, { box: 'east', number: 3, when: 'before' });
      const { east, west } = boxes;
      try {
        boxes.connect();
        void east.machine.begin(CHANGE);
        await boxes.run();
        boxes.cut();
        await boxes.run();
        assert.deepEqual([east.isDead, west.machine.state], [true, { stage: 'prepared', partners: ['east'] }]);
        assert.equal(await west.machine.begin(CHANGE), "east can't be told at this moment");
        assert.equal(await west.machine.abandon(), undefined);
        assert.equal(await west.machine.abandon(), 'no commit of another box waits to be decided');
        await mustBeOver({ ...boxes, east: west }, 'it');
        assert.equal(await readFile(west.file, 'utf8'), OLD);
      } finally {
        boxes.close();
        await rm(east.directory, { recursive: true, force: true });
      }
    }));
});

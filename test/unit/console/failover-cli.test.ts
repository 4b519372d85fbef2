import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { startControl } from '../../../src/control/index.ts';
import { inDirectory } from '../control/in-directory.ts';
import { createPair } from '../control/pair.ts';
import type { Pair } from '../control/pair.ts';
import { subjectOf } from '../control/pair-subject.ts';
import { runBox } from '../control/running-box.ts';
import { twinlease } from './command.ts';
import type { Ran } from './command.ts';
import { widthOf } from './wide.ts';

/** The console on the box `west` of a pair that works; `words` are followed by the name of its control socket. */
async function onWest(use: (say: (...words: readonly string[]) => Promise<Ran>, pair: Pair, socket: string) => Promise<void>): Promise<void> {
  await inDirectory(async (directory) => {
    const pair = createPair();
    pair.advance(20);
    const path = join(directory, 'control.sock');
    const control = await startControl(path, subjectOf(pair.west));
    assert.ok(typeof control !== 'string', 'it opens');
    try {
      await use((...words) => twinlease(...words, '--control', path), pair, path);
    } finally {
      control.close();
    }
  });
}

describe('the console of a box with a partner', function () {
  this.timeout(30_000);

  it('shows the relationship, as text and for programs', () =>
    onWest(async (say) => {
      const { code, out } = await say('show', 'failover');
      assert.equal(code, 0);
      assert.match(out, /^east-west: this box is the secondary, east \(fd00::1\) its partner; link lan\n {2}this box {7}NORMAL: both boxes work and agree\n/);
      assert.match(out, /connection {5}plain TCP, NOT SECURED/);
      assert.ok(widthOf(out) <= 80, out);
      const [report, ...others] = JSON.parse((await say('show', 'failover', '--json')).out) as {
        name: string;
        state: string;
        partner: { state: string };
        outlook: { serves: string };
      }[];
      assert.equal(others.length, 0);
      assert.deepEqual([report?.name, report?.state, report?.partner.state, report?.outlook.serves], ['east-west', 'NORMAL', 'NORMAL', 'now']);
      assert.match((await say('show', 'status')).out, /^failover {3}east-west: NORMAL with east, as secondary$/m);
    }));

  it('shows one relationship by its name, and says which there are', () =>
    onWest(async (say) => {
      assert.match((await say('show', 'failover', 'east-west')).out, /^east-west: /);
      const { code, err } = await say('show', 'failover', 'north');
      assert.deepEqual([code, err], [1, 'twinlease: there is no relationship "north", only: east-west\n']);
    }));

  it('shows the machine of its states', () =>
    onWest(async (say) => {
      const { out } = await say('show', 'failover', '--diagram');
      assert.match(out, /^east-west:\n\n {4}STARTUP \(unresponsive\)\n/);
      assert.match(out, /^>>> NORMAL \(renew responsive\) {2}<- this box$/m);
      assert.equal(out.match(/<- this box/g)?.length, 1);
      assert.ok(widthOf(out) <= 80, out);
      const [shown] = JSON.parse((await say('show', 'failover', '--diagram', '--json')).out) as { relationship: string; states: unknown[] }[];
      assert.deepEqual([shown?.relationship, shown?.states.length], ['east-west', 10]);
    }));

  it('does nothing to the relationship unless it is told that this is meant', () =>
    onWest(async (say, pair) => {
      const asked = await say('failover', 'partner-down', 'east-west');
      assert.equal(asked.code, 1);
      assert.match(asked.err, /^twinlease: nothing was done: say --yes if it is meant\n\nThis box is in NORMAL; east is connected, in NORMAL\.\neast IS NOT DOWN/);
      const json = await say('failover', 'pause', 'east-west', '--json');
      assert.deepEqual([json.code, json.out], [1, '']);
      assert.equal(pair.west.appliance.failover.relationship('east-west')?.state, 2);
      pair.cut();
      pair.advance(5);
      const done = await say('failover', 'partner-down', 'east-west', '--yes');
      assert.deepEqual([done.code, done.err], [0, '']);
      assert.equal(done.out, 'done: east-west is in PARTNER-DOWN (the operator said that the partner is down)\n');
    }));

  it('pauses and resumes, and says why not', () =>
    onWest(async (say, pair) => {
      const resume = await say('failover', 'resume', 'east-west', '--yes');
      assert.deepEqual([resume.code, resume.err], [1, 'twinlease: it is not held\n']);
      const paused = JSON.parse((await say('failover', 'pause', 'east-west', '--yes', '--json')).out) as { held: string };
      assert.equal(paused.held, 'pause');
      assert.equal((await say('failover', 'resume', 'east-west', '--yes')).code, 0);
      assert.equal(pair.west.appliance.failover.relationship('east-west')?.held, undefined);
    }));

  it('asks for what is missing, or for every lease', () =>
    onWest(async (say, pair) => {
      assert.equal((await say('failover', 'resync', 'east-west', '--yes')).code, 0);
      assert.equal((await say('failover', 'resync', 'east-west', '--all', '--yes')).code, 0);
      assert.deepEqual(pair.west.log.filter((line) => line.includes('operator')), [
        'east-west: the operator said: resync',
        'east-west: the operator said: resync-all',
      ]);
    }));

  it('completes the names of relationships', () =>
    onWest(async (_, __, socket) => {
      for (const command of ['pause', 'partner-down', 'resync']) {
        const { out } = await twinlease('complete', '--', 'failover', command, '--control', socket, '');
        assert.equal(out.split('\n')[0], 'east-west\t', command);
      }
      const { out } = await twinlease('complete', '--', 'show', 'failover', '--control', socket, 'e');
      assert.equal(out.split('\n')[0], 'east-west\t');
    }));
});

describe('the console of a box by itself', function () {
  this.timeout(30_000);

  it('says that there is no partner', () =>
    inDirectory(async (directory) => {
      const running = runBox();
      const path = join(directory, 'control.sock');
      const control = await startControl(path, running.subject);
      assert.ok(typeof control !== 'string');
      try {
        const alone = 'this box has no partner: the provisioning file names it in no relationship';
        assert.equal((await twinlease('show', 'failover', '--control', path)).out, `${alone}\n`);
        assert.equal((await twinlease('show', 'failover', '--json', '--control', path)).out, '[]\n');
        assert.equal((await twinlease('failover', 'pause', 'a', '--control', path)).err, `twinlease: ${alone}\n`);
      } finally {
        control.close();
        running.close();
      }
    }));
});

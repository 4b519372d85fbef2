import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { inDirectory } from '../control/in-directory.ts';
import { TwoBoxes } from './two-boxes.ts';
import type { Name, TestBox } from './two-boxes.ts';

async function withTwoBoxes(work: (two: TwoBoxes) => Promise<void>, scale?: number): Promise<void> {
  await inDirectory(async (directory) => {
    const two = new TwoBoxes(directory, scale);
    try {
      await two.start();
      await work(two);
    } finally {
      await two.close();
    }
  });
}

async function begin(two: TwoBoxes, on: Name = 'east', version?: string): Promise<void> {
  two.giveFile(two.box(on), version);
  assert.equal(await two.box(on).update?.begin(), undefined);
}

function hasFile({ directory }: TestBox): boolean {
  return existsSync(join(directory, 'pair-update', 'update.raucb'));
}

describe('an update of both boxes', function () {
  this.timeout(30_000);

  for (const on of ['east', 'west'] as const) {
    it(`begun on ${on}: the secondary first, then the primary; each hands its clients over before it restarts`, () =>
      withTwoBoxes(async (two) => {
        const order: string[] = [];
        for (const box of [two.east, two.west]) {
          const { onRestart } = box.root;
          box.root.onRestart = () => {
            order.push(`${box.name} (${box.commands.join()}), with the other one in ${two.box(box.name === 'east' ? 'west' : 'east').root.version}`);
            onRestart();
          };
        }
        await begin(two, on);
        const report = await two.end();
        assert.deepEqual([report.stage, report.why], ['done', undefined]);
        assert.deepEqual(order, ['west (handover), with the other one in 0.1.0', 'east (handover), with the other one in 0.2.0']);
        assert.deepEqual([two.east, two.west].map(({ root }) => root.asked), [['install', 'restart'], ['install', 'restart']]);
        assert.equal((await two.end(two.west)).stage, 'done');
        assert.deepEqual([two.east, two.west].map(hasFile), [false, false], 'the room is needed for leases');
      }));
  }

  it('goes on where the connection was cut while the update was sent, and sends nothing twice', () =>
    withTwoBoxes(async (two) => {
      two.cutAfter = 4;
      await begin(two);
      assert.equal((await two.end()).stage, 'done');
      // 100 015 octets in parts of 16 384, and the one that was lost.
      assert.equal(two.parts, 8);
    }));

  it('stops where the secondary goes back to what it had; the primary is left alone', () =>
    withTwoBoxes(async (two) => {
      two.west.comesBack = 'old';
      await begin(two);
      const { stage, why } = await two.end();
      assert.equal(stage, 'stopped');
      assert.match(why ?? '', /^west tried 0\.2\.0 and went back to 0\.1\.0 by itself.*\. Both boxes run what they had$/);
      assert.deepEqual(two.east.root.asked, []);
      assert.equal((await two.end(two.west)).why, why);
      assert.equal(hasFile(two.east), false);
    }));

  it('stops where the secondary never comes back, or never counts as good', async () => {
    for (const [comesBack, expected] of [['never', /^west did not come back in NORMAL with 0\.2\.0 within 25 minutes: it is not back yet/], ['unconfirmed', /within 25 minutes: it does not count as good yet/]] as const) {
      await withTwoBoxes(async (two) => {
        two.west.comesBack = comesBack;
        await begin(two);
        const { stage, why } = await two.end();
        assert.equal(stage, 'stopped');
        assert.match(why ?? '', expected);
        assert.deepEqual(two.east.root.asked, []);
      }, 2_000);
    }
  });

  it('says what is left where the primary goes back: two versions; said again it does only that', () =>
    withTwoBoxes(async (two) => {
      two.east.comesBack = 'old';
      await begin(two);
      const { stage, why } = await two.end();
      assert.equal(stage, 'stopped');
      assert.match(why ?? '', /^east tried 0\.2\.0 and went back to 0\.1\.0.*west runs 0\.2\.0, and the two go on as a pair of two versions; "upgrade pair" with the same file does what is left$/);
      two.east.comesBack = 'well';
      await begin(two);
      assert.equal((await two.end()).stage, 'done');
      assert.deepEqual([two.east, two.west].map(({ root }) => root.asked), [['install', 'restart', 'install', 'restart'], ['install', 'restart']]);
    }));

  it('the secondary says so where the primary never comes back', () =>
    withTwoBoxes(async (two) => {
      two.east.comesBack = 'never';
      await begin(two);
      const { stage, why } = await two.end(two.west);
      assert.equal(stage, 'stopped');
      assert.match(why ?? '', /^east has not come back in NORMAL with 0\.2\.0 within 26 minutes\. west runs 0\.2\.0, and serves; look after east$/);
    }, 2_000));

  it('stops where the update can\'t be written, and where root of the partner does not take its signature', () =>
    withTwoBoxes(async (two) => {
      two.west.root.refusal = 'the slot is too small';
      await begin(two);
      assert.match((await two.end()).why ?? '', /^west: the slot is too small\. Both boxes run what they had$/);
      two.west.root.compatible = 'another-board';
      await begin(two);
      assert.match((await two.end()).why ?? '', /^west: it is for another kind of box: twinlease-test instead of another-board\./);
      assert.deepEqual(two.west.root.asked, ['install']);
    }));

  it('goes on after the daemon of the primary was started anew in the middle', () =>
    withTwoBoxes(async (two) => {
      two.west.comesBack = 'unconfirmed';
      await begin(two);
      await two.until(() => two.east.update?.report()?.stage === 'first-restarts' && two.west.root.running === 'b' && two.isConnected);
      two.cut();
      await two.boot(two.east);
      two.connect();
      two.west.root.keep();
      assert.equal((await two.end()).stage, 'done');
    }));

  it('is stopped by the operator, on either box, before the next step', async () => {
    for (const on of ['east', 'west'] as const) {
      await withTwoBoxes(async (two) => {
        two.west.comesBack = 'unconfirmed';
        await begin(two);
        await two.until(() => two.east.update?.report()?.stage === 'first-restarts' && two.west.root.running === 'b' && two.isConnected);
        assert.equal(await two.box(on).update?.stop(), undefined);
        assert.match((await two.end()).why ?? '', /^the operator stopped it\./);
        await two.end(two.box(on));
        assert.match((await two.box(on).update?.stop()) ?? '', /no update of both boxes is under way/);
      });
    }
  });

  for (const on of ['east', 'west'] as const) {
    it(`is stopped by the operator on ${on} while the file that it was begun with there is sent: nothing is written`, () =>
      withTwoBoxes(async (two) => {
        let stopped: Promise<string | undefined> | undefined;
        two.onPart = (parts) => {
          if (parts === 3) stopped = two.box(on).update?.stop();
        };
        await begin(two, on);
        await two.until(() => stopped !== undefined);
        assert.equal(await stopped, undefined);
        const { stage, why } = await two.end(two.box(on));
        assert.deepEqual([stage, why], ['stopped', 'the operator stopped it. Both boxes run what they had']);
        assert.deepEqual([two.east, two.west].map(({ root }) => root.asked), [[], []]);
      }));
  }

  it('is not begun where the boxes are not in step, where there is nothing to do, and twice', () =>
    withTwoBoxes(async (two) => {
      const problems = async (): Promise<readonly string[]> => {
        const plan = await two.east.update?.plan();
        return typeof plan === 'object' ? plan.problems : [String(plan)];
      };
      assert.deepEqual(await problems(), []);
      assert.match((await two.east.update?.begin()) ?? '', /there is no update on this box/);
      two.west.state = 'RECOVER';
      assert.deepEqual(await problems(), ['east-west: west is in RECOVER; both have to be in NORMAL']);
      two.west.state = 'NORMAL';
      two.east.unacked = () => 3;
      assert.deepEqual(await problems(), ['east-west: west has not acknowledged 3 leases of east yet; try again']);
      two.east.unacked = () => 0;
      two.giveFile(two.east, '0.1.0');
      assert.deepEqual(await problems(), ['both boxes run 0.1.0 already']);
      writeFileSync(join(two.east.directory, 'pair-update', 'update.raucb'), 'of a stranger');
      await assert.rejects(problems(), /signature verification failed/);
      two.cut();
      two.giveFile(two.east);
      assert.deepEqual(await problems(), ['east-west: east is in COMMUNICATIONS-INTERRUPTED, without west; both have to be in NORMAL', 'west is not connected']);
      two.connect();
      two.west.comesBack = 'never';
      await begin(two);
      assert.match((await two.east.update?.begin()) ?? '', /is under way/);
      assert.deepEqual(two.west.root.asked.filter((errand) => errand === 'restart').length < 2, true);
    }));

  it('is begun where updates of leases are under way now and again: it looks at both boxes in a moment without, behind all that takes time', () =>
    withTwoBoxes(async (two) => {
      for (const box of [two.east, two.west]) {
        let looks = 0;
        box.unacked = () => looks++ % 2;
      }
      await begin(two);
      assert.equal((await two.end()).stage, 'done');
    }));

  it('is begun where the connection ends for a moment while both boxes are looked at, and waits for the partner before the clients are handed over', () =>
    withTwoBoxes(async (two) => {
      const left = new Set(['east check', 'east install', 'west slots', 'west install']);
      for (const { name, root } of [two.east, two.west]) {
        root.onAsk = (errand) => {
          if (!two.isConnected || !left.delete(`${name} ${errand}`)) return;
          two.cut();
          setTimeout(() => two.connect(), 20);
        };
      }
      await begin(two);
      assert.equal((await two.end()).why, undefined);
      assert.deepEqual([two.east.root.version, two.west.root.version, left.size], ['0.2.0', '0.2.0', 0]);
    }));

  it('leaves a file of a newer version as it is, and says which', () =>
    inDirectory(async (directory) => {
      const two = new TwoBoxes(directory);
      try {
        two.giveFile(two.east);
        const path = join(two.east.directory, 'pair-update', 'record.json');
        writeFileSync(path, '{"version":2,"steps":[]}');
        await two.start();
        assert.match(two.east.log.join('\n'), /^warning .*record\.json is of version 2, and this program reads versions up to 1: a newer program wrote it\. It is left as it is/);
        assert.equal(two.east.update?.report(), undefined);
        assert.equal(readFileSync(path, 'utf8'), '{"version":2,"steps":[]}');
        await begin(two);
        assert.equal((await two.end()).stage, 'done');
        assert.equal(readFileSync(`${path}.version-2`, 'utf8'), '{"version":2,"steps":[]}');
      } finally {
        await two.close();
      }
    }));
});

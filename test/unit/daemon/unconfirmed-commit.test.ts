import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { askDaemon } from '../../../src/control/index.ts';
import { bootClock, dueAfterRestart, openRevisions, readUnconfirmed, replaceFile, rollBack, secondsLeft, writeUnconfirmed } from '../../../src/revisions/index.ts';
import { startProgram } from '../../lab/process/program.ts';
import type { Program } from '../../lab/process/program.ts';
import { CLI, ENVIRONMENT } from '../console/command.ts';
import { inDirectory } from '../control/in-directory.ts';

const OLD = 'version: 1\nappliances: { box: { relay-interfaces: [tluc0] } }\nlifetimes: { valid: 2h }\n';
const NEW = OLD.replace('2h', '3h');

describe('a commit that waits to be confirmed', () => {
  it('waits by the time since the box started, whatever its clock says', () =>
    inDirectory(async (directory) => {
      await writeUnconfirmed(directory, join(directory, 'file'), OLD, 300);
      const unconfirmed = await readUnconfirmed(directory);
      assert.ok(unconfirmed !== undefined);
      const at = (uptime: number): { boot: string; uptime: number } => ({ boot: unconfirmed.boot, uptime });
      assert.equal(secondsLeft(unconfirmed, at(unconfirmed.until - 10)), 10);
      assert.equal(await dueAfterRestart(directory, unconfirmed, at(unconfirmed.until - 1)), false);
      assert.equal(await dueAfterRestart(directory, unconfirmed, at(unconfirmed.until)), true);
    }));

  it('waits anew after a restart of the box, once', () =>
    inDirectory(async (directory) => {
      await writeUnconfirmed(directory, join(directory, 'file'), OLD, 300);
      const first = await readUnconfirmed(directory);
      assert.ok(first !== undefined);
      assert.equal(await dueAfterRestart(directory, first, { boot: 'second', uptime: 20 }), false);
      const renewed = await readUnconfirmed(directory);
      assert.ok(renewed !== undefined);
      assert.equal(secondsLeft(renewed, { boot: 'second', uptime: 320 - 60 }), 60);
      assert.equal(await dueAfterRestart(directory, renewed, { boot: 'third', uptime: 20 }), true);
    }));

  it('is undone together with the one behind it, to what stood there before both', () =>
    inDirectory(async (directory) => {
      const file = join(directory, 'file');
      await writeUnconfirmed(directory, file, OLD, 300);
      await writeUnconfirmed(directory, file, NEW, 300);
      const unconfirmed = await readUnconfirmed(directory);
      assert.ok(unconfirmed !== undefined);
      await rollBack(directory, unconfirmed);
      assert.equal(readFileSync(file, 'utf8'), OLD);
      assert.equal(await readUnconfirmed(directory), undefined);
    }));

  it('the boot clock of this machine goes on', () => {
    assert.match(bootClock().boot, /^[\da-f-]{36}$/);
    assert.ok(bootClock().uptime > 0);
  });

  it('of what stood in the file before 20 commits are kept', () =>
    inDirectory(async (directory) => {
      const revisions = openRevisions(directory);
      for (let i = 1; i <= 25; i++) await revisions.save(`version: ${String(i)}\n`, undefined);
      const known = await revisions.list();
      assert.deepEqual([known.length, known[0]?.back, known.at(-1)?.back], [20, 1, 20]);
      assert.deepEqual([await revisions.read(1), await revisions.read(20), await revisions.read(21)], ['version: 25\n', 'version: 6\n', undefined]);
    }));

  it('[R-ST2] what stood in the file says when it was replaced by the clock of whoever says so, not by that of the file system', () =>
    inDirectory(async (directory) => {
      const revisions = openRevisions(directory);
      const at = new Date('2031-01-02T03:04:05Z');
      await revisions.save('version: 1\n', at);
      assert.deepEqual((await revisions.list())[0]?.replacedAt, at);
    }));
});

describe('a daemon whose configuration was committed until it is confirmed', function () {
  this.timeout(60_000);
  let directory: string;
  let programs: Program[];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tluc-'));
    programs = [];
    writeFileSync(path('file.yaml'), OLD);
  });
  afterEach(async () => {
    await Promise.all(programs.map(async (program) => await program.end('SIGKILL')));
    rmSync(directory, { recursive: true, force: true });
  });

  const path = (name: string): string => join(directory, name);
  const config = async (): Promise<string> => (await askDaemon(path('sock'), { method: 'config' })) as string;
  const said = async (program: Program, what: RegExp): Promise<string> =>
    await program.log.next({ what: String(what), from: 0, withinMs: 30_000, match: (line) => (what.test(line) ? line : undefined) });

  const isThere = async (): Promise<boolean> =>
    await askDaemon(path('sock'), { method: 'status' }).then(
      () => true,
      () => false,
    );

  /** Resolves when it serves. */
  async function start(): Promise<Program> {
    const words = ['serve', path('file.yaml'), '--state', path('state'), '--control', path('sock')];
    const program = startProgram('box', ['env', `NODE_COMPILE_CACHE=${ENVIRONMENT.NODE_COMPILE_CACHE}`, process.execPath, CLI, ...words], path('log'));
    programs.push(program);
    let end: string | undefined;
    void program.gone.then((how) => (end = how));
    while (!(await isThere())) if (end !== undefined) throw new Error(`the daemon ended: ${end}\n${readFileSync(path('log'), 'utf8')}`);
    return program;
  }

  async function commit(text: string, seconds: number): Promise<void> {
    await writeUnconfirmed(path('state'), path('file.yaml'), OLD, seconds);
    await replaceFile(path('file.yaml'), text);
  }

  it('undoes it by itself, and says so', async () => {
    const daemon = await start();
    await commit(NEW, 3);
    await askDaemon(path('sock'), { method: 'reload' });
    assert.match(await config(), /valid: 3h/);
    await said(daemon, /nobody confirmed the commit of the configuration: the one before is put back/);
    await said(daemon, /the provisioning file was read again/);
    assert.equal(readFileSync(path('file.yaml'), 'utf8'), OLD);
  });

  it('undoes it also when it was killed meanwhile', async () => {
    const daemon = await start();
    await commit(NEW, 4);
    await askDaemon(path('sock'), { method: 'reload' });
    await daemon.end('SIGKILL');
    const again = await start();
    await said(again, /nobody confirmed the commit of the configuration( in time: the one before was|: the one before is) put back/);
    assert.equal(readFileSync(path('file.yaml'), 'utf8'), OLD);
  });

  it('undoes at once what it can\'t start with', async () => {
    const daemon = await start();
    await daemon.end('SIGKILL');
    await commit('version: 7\n', 300);
    const again = await start();
    await said(again, /the commit that waited to be confirmed is undone/);
    assert.match(await config(), /valid: 2h/);
    assert.equal(readFileSync(path('file.yaml'), 'utf8'), OLD);
  });
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, it } from 'mocha';
import { askDaemon, startControl } from '../../../src/control/index.ts';
import type { Control } from '../../../src/control/index.ts';
import { serveConnection } from '../../../src/control/connection.ts';
import { inDirectory } from './in-directory.ts';
import { runBox } from './running-box.ts';
import type { RunningBox } from './running-box.ts';

/** Somebody who is neither root nor in root's group. */
const STRANGER = { uid: 65_533, gid: 65_532 };

describe('the control socket', () => {
  let running: RunningBox | undefined;
  let control: Control | undefined;
  afterEach(() => {
    control?.close();
    running?.close();
    control = running = undefined;
  });

  /** Opens it in this directory; the test ends it. */
  async function open(directory: string): Promise<string> {
    const path = join(directory, 'control.sock');
    running = runBox();
    const started = await startControl(path, running.subject);
    assert.ok(typeof started !== 'string', 'it opens');
    control = started;
    return path;
  }

  async function connected(path: string): Promise<Socket> {
    const socket = connect(path);
    await once(socket, 'connect');
    return socket;
  }

  /** Everything that is answered to what a client says before it ends its side. */
  async function say(path: string, words: string): Promise<string> {
    const socket = await connected(path);
    socket.end(words);
    return await text(socket);
  }

  it('is made with its directory, and only its owner may open it', () =>
    inDirectory(async (directory) => {
      const path = await open(join(directory, 'run'));
      assert.equal((await stat(path)).mode & 0o7777, 0o600);
      assert.equal((await stat(join(directory, 'run'))).mode & 0o777, 0o755);
    }));

  it('leaves the mask for new files as it was', () =>
    inDirectory(async (directory) => {
      await open(directory);
      await writeFile(join(directory, 'file'), '', { mode: 0o666 });
      assert.equal((await stat(join(directory, 'file'))).mode & 0o044, 0o044);
    }));

  it('answers each request of a connection with one line, in their order', () =>
    inDirectory(async (directory) => {
      const path = await open(directory);
      const words = ['{"method":"config"}', 'rubbish', '{"method":"nothing"}', '{"method":"reload"}', '{"method":"store-accept"}', ''];
      assert.deepEqual((await say(path, words.join('\n'))).split('\n'), [
        '{"result":"version: 1\\n"}',
        '{"error":"the request is no JSON object"}',
        '{"error":"there is no method \\"nothing\\""}',
        '{"error":"test.yaml:3:1: a tab"}',
        '{"result":true}',
        '',
      ]);
      assert.deepEqual(running?.asked, ['reload', 'accept']);
    }));

  it('keeps the order where a later request would be answered sooner', () =>
    inDirectory(async (directory) => {
      const path = await open(directory);
      const command = '{"method":"lease-command","action":"reset","lease":"2001:db8:1::77"}\n';
      const answers = (await say(path, `${command}{"method":"config"}\n`)).split('\n');
      assert.match(answers[0] ?? '', /there is no lease 2001:db8:1::77/);
      assert.match(answers[1] ?? '', /version/);
    }));

  it('takes nobody for idle who waits for an answer, however long that takes, and watches who does not take it', async () => {
    const answered = Promise.withResolvers<undefined>();
    const asked = Promise.withResolvers<undefined>();
    running = runBox({
      changes: {
        beginPairUpdate() {
          asked.resolve(undefined);
          return answered.promise;
        },
      },
    });
    const { subject } = running;
    await inDirectory(async (directory) => {
      const path = join(directory, 'control.sock');
      const server = createServer({ allowHalfOpen: true }, (socket) => void serveConnection(socket, subject));
      const accepted = once(server, 'connection');
      server.listen(path);
      await once(server, 'listening');
      const client = await connected(path);
      const [socket] = (await accepted) as [Socket];
      try {
        const idleMs = socket.timeout;
        assert.equal(idleMs, 60_000);
        client.end('{"method":"pair-update-begin"}\n');
        await asked.promise;
        assert.equal(socket.timeout, 0);
        answered.resolve(undefined);
        assert.equal(await text(client), '{"result":true}\n');
        assert.equal(socket.timeout, idleMs);
      } finally {
        client.destroy();
        socket.destroy();
        server.close();
      }
    });
  });

  it('takes a request that comes in pieces', () =>
    inDirectory(async (directory) => {
      const path = await open(directory);
      const socket = await connected(path);
      socket.setNoDelay(true);
      socket.write('{"method":');
      await new Promise((resolve) => setImmediate(resolve));
      socket.end('"config"}\n');
      assert.equal(await text(socket), '{"result":"version: 1\\n"}\n');
    }));

  it('takes many short requests at once, more than one may be long', () =>
    inDirectory(async (directory) => {
      const path = await open(directory);
      const answers = await say(path, '{"method":"config"}\n'.repeat(500));
      assert.equal(answers.split('\n').length, 501);
    }));

  it('takes a request of 4096 characters, and turns away one that is longer', () =>
    inDirectory(async (directory) => {
      const path = await open(directory);
      const longest = `{"method":"config","x":"${'x'.repeat(4_096 - 26)}"}`;
      assert.equal(longest.length, 4_096);
      assert.match(await say(path, `${longest}\n`), /"result"/);
      assert.equal(await say(path, `${longest} \n`), '{"error":"a request may have 4096 characters at most"}\n');
      assert.equal(await say(path, ' '.repeat(5_000)), '{"error":"a request may have 4096 characters at most"}\n');
    }));

  it('says what went wrong where a request can not be dealt with', () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'control.sock');
      running = runBox({
        changes: {
          storage() {
            throw new Error('the disk is gone');
          },
        },
      });
      const started = await startControl(path, running.subject);
      assert.ok(typeof started !== 'string');
      control = started;
      await assert.rejects(askDaemon(path, { method: 'status' }), { message: 'the disk is gone' });
    }));

  it('turns away who is too many, says so once, and has room again when one leaves', () =>
    inDirectory(async (directory) => {
      const path = await open(directory);
      const sockets = await Promise.all(Array.from({ length: 16 }, async () => await connected(path)));
      await assert.rejects(askDaemon(path, { method: 'config' }), { message: /has too many; try again$/ });
      await assert.rejects(askDaemon(path, { method: 'config' }));
      assert.equal(running?.logged.filter((line) => line.includes('turned away')).length, 1);
      sockets[0]?.destroy();
      for (;;) {
        const answer = await askDaemon(path, { method: 'config' }).catch(() => undefined);
        if (answer !== undefined) break;
      }
      for (const socket of sockets) socket.destroy();
    }));

  it('refuses another user, whatever the mode of the file, and logs who it was', () =>
    inDirectory(async (directory) => {
      const path = await open(directory);
      await chmod(directory, 0o755);
      await chmod(path, 0o666);
      const program =
        'const s = require("node:net").connect(process.argv[1]); s.end(`{"method":"config"}\\n`); s.pipe(process.stdout)';
      const child = spawn(process.execPath, ['-e', program, path], { ...STRANGER, cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] });
      assert.equal(await text(child.stdout), '{"error":"only root and the user of the daemon may use the control socket"}\n');
      assert.ok(running?.logged.some((line) => line.includes(`user ${String(STRANGER.uid)} was refused`)));
    }));

  it('replaces one that a killed daemon left', () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'control.sock');
      const program = 'require("node:net").createServer().listen(process.argv[1], () => process.kill(process.pid, "SIGKILL"))';
      await once(spawn(process.execPath, ['-e', program, path]), 'exit');
      assert.ok((await stat(path)).isSocket());
      await open(directory);
      assert.equal(await askDaemon(path, { method: 'config' }), 'version: 1\n');
    }));

  it('is refused where another daemon answers, which keeps it', () =>
    inDirectory(async (directory) => {
      const path = await open(directory);
      const second = runBox();
      assert.equal(
        await startControl(path, second.subject),
        `another daemon answers on ${path}; stop it, or name another control socket with --control`,
      );
      second.close();
      assert.equal(await askDaemon(path, { method: 'config' }), 'version: 1\n');
    }));

  it('is refused where a file is in its place, which stays as it is', () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'important.txt');
      await writeFile(path, 'words');
      running = runBox();
      assert.equal(
        await startControl(path, running.subject),
        `${path} exists and is no socket; name another control socket with --control`,
      );
      assert.equal(await readFile(path, 'utf8'), 'words');
    }));

  it('is refused where it can not be made', () =>
    inDirectory(async (directory) => {
      await writeFile(join(directory, 'file'), '');
      running = runBox();
      const below = join(directory, 'file', 'control.sock');
      const said = await startControl(below, running.subject);
      assert.ok(typeof said === 'string');
      assert.match(said, /^the control socket .*\/file\/control\.sock can't be made: /);
      const long = join(directory, 'n'.repeat(120));
      const saidOfLong = await startControl(long, running.subject);
      assert.ok(typeof saidOfLong === 'string');
      assert.match(saidOfLong, /^the control socket .* can't be made: /);
    }));

  it('is gone when it is closed, and whoever is connected is cut off', () =>
    inDirectory(async (directory) => {
      const path = await open(directory);
      const idle = await connected(path);
      const ended = once(idle, 'close');
      idle.resume();
      control?.close();
      await ended;
      await assert.rejects(stat(path), { code: 'ENOENT' });
      await assert.rejects(askDaemon(path, { method: 'config' }), { message: /^no daemon is running: nothing answers at / });
    }));
});

describe('a client of the control socket', () => {
  it('says so in one line where nothing listens on a socket that is left', () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'left');
      const program = 'require("node:net").createServer().listen(process.argv[1], () => process.kill(process.pid, "SIGKILL"))';
      await once(spawn(process.execPath, ['-e', program, path]), 'exit');
      await assert.rejects(askDaemon(path, { method: 'status' }), (error: Error) => /^no daemon is running: .*$/.test(error.message));
    }));

  for (const [what, words] of [['words', 'SSH-2.0-x\r\n'], ['an array', '[]\n'], ['half a line', '{"resu']] as const) {
    it(`does not take ${what} for the answer of a daemon`, () =>
      inDirectory(async (directory) => {
        const path = join(directory, 'other.sock');
        const other = createServer((socket) => socket.on('error', () => undefined).end(words));
        other.listen(path);
        await once(other, 'listening');
        await assert.rejects(askDaemon(path, { method: 'status' }), { message: `what answers at ${path} is no twinlease daemon` });
        other.close();
      }));
  }

  it('says so where the daemon hangs up without an answer', () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'other.sock');
      const other = createServer((socket) => socket.end());
      other.listen(path);
      await once(other, 'listening');
      await assert.rejects(askDaemon(path, { method: 'status' }), { message: /closed the connection/ });
      other.close();
    }));
});

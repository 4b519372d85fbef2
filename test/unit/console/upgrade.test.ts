import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import { fetchUpdate } from '../../../src/console/upgrade/fetch-update.ts';
import { askRoot, readSlots } from '../../../src/firmware/index.ts';
import { inDirectory } from '../control/in-directory.ts';
import { withRoot } from '../firmware/with-root.ts';
import { twinlease } from './command.ts';

const SLOTS = 'echo running a; echo next b; echo "slot a good yes 0.1.0"; echo "slot b good no 0.2.0"; echo done 0';

describe('an upgrade', function () {
  this.timeout(30_000);

  it('is told each line of root\'s answer as it comes, pieces of lines too', () =>
    withRoot('printf "  0%% Inst"; printf "alling\\n100%% Installing done.\\ndone 0\\n"', async (room) => {
      const heard: string[] = [];
      assert.deepEqual(await askRoot(room, 'install', '/x', (line) => heard.push(line)), heard);
      assert.deepEqual(heard, ['  0% Installing', '100% Installing done.']);
    }));

  it('asks for exactly what it means', () =>
    withRoot('echo "$errand $word"; echo done 0', async (room) => {
      assert.deepEqual(await askRoot(room, 'install', '/media/sda1/two words.raucb'), ['install /media/sda1/two words.raucb']);
      await assert.rejects(askRoot(room, 'install', '/x\nabc restart'), /line end/);
    }));

  it('fails with the last words where root could not do it', () =>
    withRoot('echo "signature verification failed: certificate verify error"; echo done 1', async (room) => {
      await assert.rejects(askRoot(room, 'install', '/x'), /^Error: signature verification failed: certificate verify error$/);
    }));

  it('shows both slots', () =>
    withRoot(SLOTS, async (room) => {
      const { code, out } = await twinlease('upgrade', 'status', '--privileged', room);
      assert.equal(code, 0);
      assert.equal(out, [
        'SLOT  VERSION  NOW   NEXT START  KNOWN TO WORK\n',
        'a     0.1.0    runs              yes\n',
        'b     0.2.0          this one    not yet\n',
      ].join(''));
    }));

  it('writes, says what is next, and does not start it unasked', () =>
    withRoot(`case $errand in install) echo " 20% Verifying signature"; echo "100% Installing done."; echo done 0 ;; slots) ${SLOTS} ;; *) echo $errand > "$1/did"; echo done 0 ;; esac`, async (room) => {
      const { code, out } = await twinlease('upgrade', '/x.raucb', '--privileged', room);
      assert.equal(code, 0);
      assert.match(out, /0\.2\.0 is in slot b, and is started next\.\nNot now: "reboot" starts it\.\n$/);
      await assert.rejects(readFile(join(room, 'did')), /ENOENT/);
      await twinlease('upgrade', '/x.raucb', '--yes', '--privileged', room);
      assert.equal(await readFile(join(room, 'did'), 'utf8'), 'restart\n');
    }));

  it('says where there is no firmware, and where nobody listens', () =>
    inDirectory(async (directory) => {
      const room = join(directory, 'privileged');
      assert.match((await twinlease('upgrade', 'status', '--privileged', room)).err, /not started from a firmware image/);
      await mkdir(room);
      execFileSync('mkfifo', [join(room, 'ask')]);
      assert.match((await twinlease('upgrade', 'status', '--privileged', room)).err, /nobody listens/);
    }));

  it('does not take what runs for what is next', () => {
    const [a, b] = readSlots(['running a', 'next a', 'slot a good yes 0.1.0', 'slot b bad no ']);
    assert.deepEqual(a, { name: 'a', isRunning: true, isNext: true, version: '0.1.0', isConfirmed: true, isBootable: true });
    assert.deepEqual(b, { name: 'b', isRunning: false, isNext: false, version: undefined, isConfirmed: false, isBootable: false });
  });

  it('is fetched from another host, whole or not at all', () =>
    inDirectory(async (directory) => {
      const server = createServer((request, response) => {
        if (request.url === '/none') {
          response.writeHead(404).end();
          return;
        }
        response.writeHead(200, { 'content-length': '6' });
        response.write('abc', () => {
          if (request.url === '/half') response.destroy();
          else response.end('def');
        });
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const at = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
      const file = join(directory, 'update');
      try {
        let seen = 0;
        await fetchUpdate(`${at}/whole`, file, (there) => (seen = there));
        assert.deepEqual([await readFile(file, 'utf8'), seen], ['abcdef', 6]);
        await writeFile(file, '');
        await assert.rejects(fetchUpdate(`${at}/half`, file, () => undefined));
        await assert.rejects(readFile(file), /ENOENT/);
        await assert.rejects(fetchUpdate(`${at}/none`, file, () => undefined), /the host says 404 Not Found/);
      } finally {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      }
      await assert.rejects(fetchUpdate(`${at}/gone`, file, () => undefined), /can't be reached: ./);
    }));
});

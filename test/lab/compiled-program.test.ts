// What V8 made of the program lies beside the leases: kept once for each program, and never a reason not to serve.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { startDaemon, type Daemon } from './daemon/daemon.ts';
import { writeProvisioning } from './daemon/provisioning.ts';
import { withLab } from './mocha-lab.ts';
import type { Lab } from './network/lab.ts';
import { eventually } from './process/eventually.ts';

const program = readdirSync(fileURLToPath(new URL('../../dist', import.meta.url))).find((name) => /^daemon-.*\.js$/.test(name));

describe('the compiled program beside the leases', () => {
  let lab: Lab;
  let provisioning: string;
  let folder: string;
  let daemon: Daemon;

  const kept = (): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'program')
      .map(({ parentPath, name }) => join(parentPath, name));
  const untilKept = async (): Promise<void> => {
    await eventually('the compiled program to be kept', () => {
      try {
        return readFileSync(join(folder, 'program'), 'utf8') === program ? true : undefined;
      } catch {
        return undefined;
      }
    });
  };

  withLab(async (made) => {
    lab = made;
    folder = join(lab.directory, 'state', 'compiled-program');
    provisioning = `${lab.directory}/provisioning.yaml`;
    writeProvisioning(provisioning);
    daemon = await startDaemon(lab, provisioning);
  });

  it('is not begun where there is no state directory: the store makes that, for itself alone', async () => {
    await daemon.program.end('SIGTERM');
    assert.equal(statSync(join(lab.directory, 'state')).mode & 0o777, 0o700);
    assert.ok(!existsSync(folder));
  });

  it('is written when the daemon serves', async () => {
    daemon = await startDaemon(lab, provisioning);
    await untilKept();
    assert.ok(kept().length >= 3, `${String(kept().length)} files`);
  });

  it('takes the place of that of another program', async () => {
    await daemon.program.end('SIGTERM');
    const [first] = kept();
    assert.ok(first !== undefined, 'something is kept');
    const stale = `${first}-stale`;
    writeFileSync(stale, 'of another program');
    writeFileSync(join(folder, 'program'), 'daemon-ANOTHER.js');
    daemon = await startDaemon(lab, provisioning);
    await untilKept();
    assert.ok(!kept().includes(stale));
  });

  it('costs nothing but time where it is damaged', async () => {
    // That what was removed as another program's is there again.
    await daemon.program.end('SIGTERM');
    daemon = await startDaemon(lab, provisioning);
    await daemon.program.end('SIGTERM');
    const files = kept();
    assert.ok(files.length >= 3, `${String(files.length)} files`);
    for (const file of files) {
      const octets = readFileSync(file);
      octets.fill(0xa5, octets.length >> 1);
      writeFileSync(file, octets);
    }
    daemon = await startDaemon(lab, provisioning);
    assert.deepEqual(await daemon.leases(), []);
  });
});

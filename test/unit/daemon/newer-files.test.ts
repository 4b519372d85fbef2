// A box that went back to an older program meets what the newer one wrote: each file by its name, with its version, and as it was.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'mocha';
import { settleAtStart } from '../../../src/daemon/configuration/unconfirmed-commit.ts';
import { openPairing } from '../../../src/identity/index.ts';
import { bootClock, readUnconfirmed, writeUnconfirmed } from '../../../src/revisions/index.ts';
import { settleSharedCommitAtStart } from '../../../src/shared-commit/index.ts';
import { openStore } from '../../../src/store/index.ts';
import { epochSeconds, monotonicMs } from '../../../src/wire/index.ts';
import { inDirectory } from '../control/in-directory.ts';
import { twinlease } from '../console/command.ts';

const NEWER = '{"version":2,"what":"nobody here knows"}\n';

function put(path: string, text = NEWER): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

function saysSo(said: string | undefined, path: string): void {
  assert.ok(said?.includes(`${path} is of version 2, and this program reads versions up to 1: a newer program wrote it`), said);
}

function isAsItWas(path: string): void {
  assert.equal(readFileSync(path, 'utf8'), NEWER);
}

async function open(directory: string): Promise<Awaited<ReturnType<typeof openStore>>> {
  return await openStore({ directory, randomBytes, now: () => epochSeconds(1_800_000_000), onBinding: () => undefined, onAlarm: () => undefined });
}

describe('a file that a newer program wrote', () => {
  it('identity.json: the box does not start as another one', () =>
    inDirectory(async (directory) => {
      const path = put(join(directory, 'identity.json'));
      const opening = await open(directory);
      assert.ok('error' in opening);
      assert.equal(opening.error.code, 'schema-newer');
      saysSo(opening.error.text, path);
      assert.match(opening.error.text, /install that program again$/);
      isAsItWas(path);
      assert.ok(!readdirSync(directory).includes('database'));
    }));

  it('the record of a pairing: nobody is let in, and it stays', () =>
    inDirectory(async (directory) => {
      const path = put(join(directory, 'pairing', 'east-west.json'));
      const pairing = await openPairing({ relationship: 'east-west', role: 'primary', path, key: randomBytes(17), date: () => new Date(0), monotonicMs: () => monotonicMs(0), onChange: () => undefined });
      assert.equal(pairing.status.stage, 'damaged');
      saysSo(pairing.status.unreadable, path);
      const session = { exporter: randomBytes(32), primaryCertificate: 'aa', secondaryCertificate: 'bb' };
      assert.equal(pairing.prove(session), undefined);
      assert.equal(await pairing.confirm('bb'), 'storage');
      isAsItWas(path);
    }));

  it('a commit that waits to be confirmed: what was committed stays, and the file, also when the next one waits', () =>
    inDirectory(async (directory) => {
      const path = put(join(directory, 'configurations', 'unconfirmed.json'));
      const said = await settleAtStart(directory);
      saysSo(said, path);
      assert.match(said ?? '', /what was committed stays/);
      isAsItWas(path);
      await writeUnconfirmed(directory, '/etc/twinlease.yaml', 'before', 60);
      assert.equal((await readUnconfirmed(directory))?.previous, 'before');
      isAsItWas(`${path}.version-2`);
    }));

  it('a commit on both boxes: it is not taken for none', () =>
    inDirectory(async (directory) => {
      const path = put(join(directory, 'configurations', 'shared-commit.json'));
      saysSo(await settleSharedCommitAtStart(directory), path);
      isAsItWas(path);
    }));

  it('the provisioning file: refused, with its place', () =>
    inDirectory(async (directory) => {
      const { code, err, out } = await twinlease('check', put(join(directory, 'twinlease.yaml'), 'version: 2\nappliances: {}\n'));
      assert.equal(code, 78);
      assert.match(`${out}${err}`, /twinlease\.yaml:1:10: this version of the format is for a newer program than this one/);
    }));
});

describe('a file of an older program', () => {
  it('a commit that waits to be confirmed, from before files of it had a version, is undone in time', () =>
    inDirectory(async (directory) => {
      const file = put(join(directory, 'twinlease.yaml'), 'after');
      const { boot } = bootClock();
      put(join(directory, 'configurations', 'unconfirmed.json'), JSON.stringify({ file, previous: 'before', waitSeconds: 1, boot, until: 0, hasRestarted: false }));
      assert.match((await settleAtStart(directory)) ?? '', /the one before was put back/);
      assert.equal(readFileSync(file, 'utf8'), 'before');
    }));

  it('a commit on both boxes that was decided, likewise, is in the file at the next start', () =>
    inDirectory(async (directory) => {
      const file = put(join(directory, 'twinlease.yaml'), 'before');
      put(
        join(directory, 'configurations', 'shared-commit.json'),
        JSON.stringify({ stage: 'decided', id: '0102030405060708', relationships: [], sharedWith: ['east-west'], file, next: 'after', isApplied: false }),
      );
      assert.match((await settleSharedCommitAtStart(directory)) ?? '', /it is in the file now/);
      assert.equal(readFileSync(file, 'utf8'), 'after');
    }));
});

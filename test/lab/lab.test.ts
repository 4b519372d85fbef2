// The lab cleans up, however a run ends.

import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { openLab } from './network/lab.ts';
import { namespacesOfLabs } from './network/namespace.ts';
import { eventually } from './process/eventually.ts';

/** The box, the router and three LANs. */
const labNamespaces = 5;

interface Opened {
  readonly directory: string;
  readonly sleeper: number;
}

/** A process that opens a lab, starts something in it, and then does nothing. */
async function openElsewhere(): Promise<{ process: ChildProcess; opened: Opened }> {
  const child = fork(new URL('./idle-lab-process.ts', import.meta.url));
  const [opened] = (await once(child, 'message')) as [Opened];
  return { process: child, opened };
}

function namespacesOf({ pid }: ChildProcess): string[] {
  return namespacesOfLabs().filter((name) => name.startsWith(`tl${pid}-`));
}

/** Resolves when the process runs no more; its parent may not have taken note of that yet. */
async function ended(pid: number): Promise<void> {
  await eventually(`process ${pid} to end`, () => {
    const state = existsSync(`/proc/${pid}`) ? /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] : 'X';
    return state === 'Z' || state === 'X' ? true : undefined;
  });
}

describe('the lab', () => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    it(`is gone when its process is ended with ${signal}`, async () => {
      const { process: child, opened } = await openElsewhere();
      assert.equal(namespacesOf(child).length, labNamespaces);
      child.kill(signal);
      await once(child, 'exit');
      assert.deepEqual(namespacesOf(child), []);
      await ended(opened.sleeper);
      assert.ok(!existsSync(opened.directory));
    });
  }

  it('of a process that was killed is removed when the next one opens', async () => {
    const { process: child, opened } = await openElsewhere();
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal(namespacesOf(child).length, labNamespaces);
    const lab = await openLab();
    lab.close();
    assert.deepEqual(namespacesOf(child), []);
    await ended(opened.sleeper);
    assert.ok(!existsSync(opened.directory));
  });

  it('of a process that lives is left alone by others', async () => {
    const { process: child } = await openElsewhere();
    const lab = await openLab();
    lab.close();
    assert.equal(namespacesOf(child).length, labNamespaces);
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
});

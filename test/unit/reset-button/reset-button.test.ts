import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';

const program = new URL('../../../dist/reset-button', import.meta.url).pathname;

const EV_SYN = 0;
const EV_KEY = 1;
const KEY_RESTART = 408;
const KEY_POWER = 116;

/** struct input_event of a 64-bit kernel: 16 octets of time, type, code, value. */
function inputEvent(type: number, code: number, value: number): Buffer {
  const event = Buffer.alloc(24);
  event.writeUInt16LE(type, 16);
  event.writeUInt16LE(code, 18);
  event.writeInt32LE(value, 20);
  return event;
}

describe('the reset button', function () {
  this.timeout(20_000);
  let directory: string;
  let button: number;
  let child: ChildProcess;
  let ended: Promise<readonly unknown[]>;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'twinlease-button-'));
    const device = join(directory, 'event0');
    execFileSync('mkfifo', [device]);
    // For reading too: it can be opened before the program reads.
    button = openSync(device, 'r+');
    child = spawn(program, [String(KEY_RESTART), '1', device], { stdio: 'inherit' });
    ended = once(child, 'exit');
  });
  afterEach(() => {
    child.kill('SIGKILL');
    closeSync(button);
    rmSync(directory, { recursive: true });
  });

  function say(code: number, value: number): void {
    writeSync(button, inputEvent(EV_KEY, code, value));
    writeSync(button, inputEvent(EV_SYN, 0, 0));
  }

  it('counts once it was held, from when it went down', async () => {
    const from = performance.now();
    say(KEY_RESTART, 1);
    say(KEY_RESTART, 2);
    assert.deepEqual(await ended, [0, null]);
    assert.ok(performance.now() - from >= 990);
  });

  it('does not when it is let go before, or another one is held', async () => {
    say(KEY_POWER, 1);
    say(KEY_RESTART, 1);
    say(KEY_RESTART, 0);
    // By the time that a second press has lasted, the first one would have counted long ago.
    const from = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 600));
    say(KEY_RESTART, 1);
    assert.deepEqual(await ended, [0, null]);
    assert.ok(performance.now() - from >= 1_590);
  });
});

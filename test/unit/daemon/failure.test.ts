import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it } from 'mocha';
import { inDirectory } from '../control/in-directory.ts';
import { ENVIRONMENT } from '../console/command.ts';

/** Runs a program that may import from src/daemon/ as `./...`; it ends by itself. */
async function runProgram(program: string, ...parameters: readonly string[]) {
  const folder = new URL('../../../src/daemon/', import.meta.url);
  const whole = program.replaceAll("from './", `from '${folder.href}`);
  const child = spawn(process.execPath, ['--input-type=module', '-e', whole, ...parameters], { env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | string | null>((resolve) => child.once('close', (code, signal) => resolve(signal ?? code)));
  const [out, err, how] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { out, err, how };
}

const FAIL = `
  import { endFailed } from './failure.ts';
  const [directory] = process.argv.slice(1);
  const log = { add: (severity, text) => console.log(severity, text.split('\\n')[0]), recent: () => [] };
  const inHand = { client: Uint8Array.of(0, 3, 0, 1, 2), datagram: { bytes: Uint8Array.of(1, 2, 255) } };
  endFailed(directory, new Date('2026-01-31T12:00:00Z'), inHand, log, new Error('a lease that is extended is leased'));
`;

describe('the end after a failure', () => {
  it('leaves a record of the client and its message, a line in the log, and exit code 70', () =>
    inDirectory(async (directory) => {
      const { out, err, how } = await runProgram(FAIL, directory);
      assert.equal(how, 70, err);
      assert.equal(out, 'error the daemon failed and ends: Error: a lease that is extended is leased\n');
      const record = JSON.parse(readFileSync(join(directory, 'crashes.jsonl'), 'utf8')) as Record<string, string>;
      assert.equal(record['at'], '2026-01-31T12:00:00.000Z');
      assert.equal(record['client'], '00:03:00:01:02');
      assert.equal(record['message'], '0102ff');
      assert.match(record['error'] ?? '', /^Error: a lease that is extended is leased\n {4}at /);
    }));

  it('comes with exit code 70 even where no record can be written', () =>
    inDirectory(async (directory) => {
      mkdirSync(join(directory, 'crashes.jsonl'));
      const { out, how } = await runProgram(FAIL, directory);
      assert.equal(how, 70);
      assert.match(out, /\nerror the crash record can't be written: Error: EISDIR/);
    }));
});

describe('signals', () => {
  it('that come while the daemon starts are acted upon once it has', async () => {
    const { out, how, err } = await runProgram(`
      import { listenForSignals } from './signals.ts';
      const signals = listenForSignals();
      const beat = setInterval(() => undefined, 1000);
      process.once('SIGHUP', () => setImmediate(() => {
        signals.onHangup(() => console.log('hung up'));
        process.kill(process.pid, 'SIGTERM');
      }));
      process.kill(process.pid, 'SIGHUP');
      await signals.stop;
      clearInterval(beat);
      console.log('stopped');
    `);
    assert.equal(how, 0, err);
    assert.equal(out, 'hung up\nstopped\n');
  });

  it('to stop end the process at once when they come a second time', async () => {
    const { out, how } = await runProgram(`
      import { listenForSignals } from './signals.ts';
      const signals = listenForSignals();
      setInterval(() => undefined, 1000);
      process.kill(process.pid, 'SIGTERM');
      await signals.stop;
      console.log('stopping');
      process.kill(process.pid, 'SIGTERM');
    `);
    assert.equal(out, 'stopping\n');
    assert.equal(how, 'SIGTERM');
  });
});

// A guest, and what a person does at its serial line: wait for what it says, and type.

import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { machine } from './machine.ts';
import type { Namespace } from '../lab/network/namespace.ts';

export interface GuestOptions {
  readonly disk: string;
  readonly ports: readonly string[];
  readonly number: number;
  /** Where all that it writes to its disk is logged; undefined: nowhere. */
  readonly writeLog?: string | undefined;
  readonly stick?: string | undefined;
  /** All that its serial line says. */
  readonly logFile: string;
}

export interface Guest {
  /** What was said until then, without the escape sequences of a terminal; nothing of it is found again. */
  until(wanted: RegExp, withinMs: number): Promise<string>;
  /** A line, and Enter. */
  type(line: string): void;
  /** Since the power was switched on, in milliseconds. */
  readonly age: number;
  /** As when the plug is pulled: what was not flushed to the disk is gone. */
  cutPower(): Promise<void>;
}

const ESCAPES = /\u001b\[[0-9;?]*[A-Za-z]|\u001b[=>78]/g;
const SHOWN = 2_000;

export function startGuest(hub: Namespace, { logFile, ...options }: GuestOptions): Guest {
  const [file = '', ...words] = hub.inside(machine({ ...options, serial: 'stdio' }));
  const started = performance.now();
  const qemu: ChildProcessWithoutNullStreams = spawn(file, words, { stdio: 'pipe' });
  const log = createWriteStream(logFile, { flags: 'a' });
  let unread = '';
  let ended: string | undefined;
  let wake: () => void = () => undefined;
  const hear = (text: string): void => {
    log.write(text);
    unread = (unread + text).replace(ESCAPES, '');
    wake();
  };
  qemu.stdout.setEncoding('utf8').on('data', hear);
  qemu.stderr.setEncoding('utf8').on('data', hear);
  qemu.stdin.on('error', () => undefined);
  const gone = new Promise<void>((resolve) => {
    qemu.once('close', (code, signal) => {
      ended = signal ?? `exit ${String(code)}`;
      log.end();
      wake();
      resolve();
    });
  });

  return {
    async until(wanted, withinMs) {
      const deadline = performance.now() + withinMs;
      for (;;) {
        const found = wanted.exec(unread);
        if (found !== null) {
          const said = unread.slice(0, found.index + found[0].length);
          unread = unread.slice(said.length);
          return said;
        }
        const left = deadline - performance.now();
        if (ended !== undefined || left <= 0) {
          throw new Error(`${ended === undefined ? `waited ${String(withinMs / 1_000)} s` : `the machine ended (${ended})`}, for ${String(wanted)}; it last said:\n${unread.slice(-SHOWN)}`);
        }
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, left);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    },
    type(line) {
      qemu.stdin.write(`${line}\r`);
    },
    get age() {
      return performance.now() - started;
    },
    async cutPower() {
      qemu.kill('SIGKILL');
      await gone;
    },
  };
}

// A box with its cables, as somebody has it who sits beside it with a serial cable.

import { join } from 'node:path';
import { startGuest, type Guest } from './guest.ts';
import { newDisk } from './machine.ts';
import type { Network } from './network.ts';
import { digitsOf, PROVISIONING } from './provisioning.ts';

/** Software emulation on a machine with other work to do. */
export const BOOT_MS = 180_000;
const COMMAND_MS = 60_000;
/** What is certainly on the first row of the screen, behind the prompt. */
const ECHO = 16;
const PASSWORD = 'correct horse';

export interface Box {
  readonly disk: string;
  readonly ports: { readonly management: string; readonly lan: string };
  /** @param stick the disk image of one that is plugged in; left out: none is */
  powerOn(stick?: string): void;
  /** As when the plug is pulled: what was not flushed to the disk is gone. */
  cutPower(): Promise<void>;
  /** Types a line, and waits for what is to follow; all that was said until then. */
  say(line: string, answer: RegExp, withinMs?: number): Promise<string>;
  /** A command of the console, and what it says. */
  ask(line: string): Promise<string>;
  until(wanted: RegExp, withinMs?: number): Promise<string>;
  /** From power on to the first question of `setup`, of a box that is new. */
  choosePassword(): Promise<void>;
  /** Gives `setup`, which waits for a file, one as a person pastes it; its digits go behind. */
  pasteFile(file: string, answer: RegExp, withinMs?: number): Promise<string>;
  /** From power on of a new box to one that serves by itself, with the file that a person pastes. */
  setUpAlone(): Promise<void>;
  /** From power on to the prompt of the console. */
  logIn(): Promise<void>;
  /** Into the report of the test: how long after power on it is. */
  note(what: string): void;
}

/**
 * A box that is new, with its plug pulled.
 * @param writeLog where QEMU logs all that the box writes to its disk; left out: nowhere
 */
export async function newBox(network: Network, directory: string, name: string, number: number, writeLog?: string): Promise<Box> {
  const disk = join(directory, `${name}.img`);
  newDisk(disk);
  const ports = { management: await network.addPort('management'), lan: await network.addPort('lan') };
  let guest: Guest | undefined;
  const on = (): Guest => {
    if (guest === undefined) throw new Error(`${name} is off`);
    return guest;
  };
  const box: Box = {
    disk,
    ports,
    powerOn(stick) {
      guest = startGuest(network.hub, { disk, ports: [ports.management, ports.lan], number, writeLog, stick, logFile: join(directory, `${name}.serial`) });
    },
    async cutPower() {
      await guest?.cutPower();
      guest = undefined;
    },
    async say(line, answer, withinMs = COMMAND_MS) {
      on().type(line);
      return await on().until(answer, withinMs);
    },
    // Behind its echo: a prompt that was on its way is not the end of the answer.
    ask: async (line) => await box.say(line, new RegExp(`${RegExp.escape(line.slice(0, ECHO))}[^]*\\n[^\\n]*\\]> $`)),
    until: async (wanted, withinMs = COMMAND_MS) => await on().until(wanted, withinMs),
    async choosePassword() {
      await box.until(/New password: /, BOOT_MS);
      box.note('from power on to the question for a password');
      await box.say(PASSWORD, /The same again: /);
      await box.say(PASSWORD, /Where does the file of the pair come from\?/);
    },
    async pasteFile(file, answer, withinMs) {
      await box.say('paste', /Paste the file/);
      for (const line of file.trimEnd().split('\n')) await box.say(line, /\n/);
      return await box.say(`. ${digitsOf(file)}`, answer, withinMs);
    },
    async setUpAlone() {
      await box.choosePassword();
      await box.pasteFile(PROVISIONING, /serves by itself/, BOOT_MS);
      await box.until(/\]> $/);
    },
    async logIn() {
      await box.until(/Password: /, BOOT_MS);
      box.note('from power on to the question for the password');
      await box.say(PASSWORD, /\]> $/);
    },
    note(what) {
      console.log(`      ${name}, ${what}: ${(on().age / 1_000).toFixed(1)} s`);
    },
  };
  return box;
}

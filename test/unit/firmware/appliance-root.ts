// Root of an appliance without one: the FIFO and the answers of `rootfs/usr/libexec/twinlease/privileged`, two slots in memory.

import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

type SlotName = 'a' | 'b';

interface SlotState {
  version: string;
  isConfirmed: boolean;
  isBootable: boolean;
}

export class ApplianceRoot {
  /** Where it is asked. */
  readonly room: string;
  readonly slots: Record<SlotName, SlotState>;
  running: SlotName = 'a';
  next: SlotName = 'a';
  /** Why an update can't be written; undefined: it can. */
  refusal: string | undefined;
  compatible = 'twinlease-test';
  /** What it was asked for, one word each; "check" and "slots" left out. */
  readonly asked: string[] = [];
  onRestart: () => void = () => undefined;
  /** Called with what is asked for, before it is answered. */
  onAsk: (errand: string) => void = () => undefined;
  readonly #service: ChildProcess;

  constructor(room: string, version: string) {
    this.room = room;
    this.slots = { a: { version, isConfirmed: true, isBootable: true }, b: { version: '', isConfirmed: false, isBootable: true } };
    mkdirSync(room, { recursive: true });
    execFileSync('mkfifo', [join(room, 'ask')]);
    // Read and write: it has a reader from now on, as with the real one, and never an end.
    const fifo = openSync(join(room, 'ask'), 'r+');
    this.#service = spawn('cat', [], { stdio: [fifo, 'pipe', 'ignore'] });
    closeSync(fifo);
    if (this.#service.stdout !== null) createInterface({ input: this.#service.stdout }).on('line', (line) => this.#answer(line));
  }

  /** The box has restarted: the slot that is next runs, or `slot`, where the boot loader gave that one up. */
  restarted(slot: SlotName = this.next): void {
    if (slot !== this.next) this.slots[this.next].isBootable = false;
    this.next = slot;
    this.running = slot;
  }

  /** As `mark-good` does when all is well. */
  keep(): void {
    this.slots[this.running].isConfirmed = true;
  }

  get version(): string {
    return this.slots[this.running].version;
  }

  end(): void {
    this.#service.kill('SIGKILL');
  }

  #answer(line: string): void {
    const [name = '', errand = '', ...words] = line.split(' ');
    if (errand !== 'check' && errand !== 'slots') this.asked.push(errand);
    this.onAsk(errand);
    const lines = this.#perform(errand, words.join(' '));
    // All at once, so that nobody reads half of it as the whole: the real one ends with a line of its own, too.
    writeFileSync(join(this.room, `.${name}`), lines.map((each) => `${each}\n`).join(''));
    renameSync(join(this.room, `.${name}`), join(this.room, name));
    if (errand === 'restart' && lines.at(-1) === 'done 0') this.onRestart();
  }

  #perform(errand: string, file: string): readonly string[] {
    const { running, next } = this;
    switch (errand) {
      case 'slots':
        return [
          `running ${running}`, `next ${next}`,
          ...(['a', 'b'] as const).map((name) => {
            const { version, isConfirmed, isBootable } = this.slots[name];
            return `slot ${name} ${isBootable ? 'good' : 'bad'} ${isConfirmed ? 'yes' : 'no'} ${version}`;
          }),
          'done 0',
        ];
      case 'check': {
        const version = updateVersion(file);
        return version === undefined ? ['signature verification failed', 'done 1'] : [`version ${version}`, 'compatible twinlease-test', `own ${this.compatible}`, 'done 0'];
      }
      case 'install': {
        if (this.refusal !== undefined) return [this.refusal, 'done 1'];
        const other = running === 'a' ? 'b' : 'a';
        this.slots[other] = { version: updateVersion(file) ?? '', isConfirmed: false, isBootable: true };
        this.next = other;
        return [' 20% Checking', ' 60% Writing', '100% Installing done.', 'done 0'];
      }
      case 'restart':
        return ['done 0'];
      default:
        return ['done 1'];
    }
  }
}

/** The first line of an update here is its version, where it is signed. */
function updateVersion(file: string): string | undefined {
  return /^signed (\S+)\n/.exec(readFileSync(file, 'latin1'))?.[1];
}

/** An update of about this many octets. */
export function updateOf(version: string, octets: number): string {
  return `signed ${version}\n${'0123456789abcdef'.repeat(Math.ceil(octets / 16))}`;
}

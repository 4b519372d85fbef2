import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createReadStream, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync, type ReadStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { eventually } from '../../lab/process/eventually.ts';
import { createJournal, type Journal } from '../../lab/process/journal.ts';

const program = fileURLToPath(new URL('../../../dist/supervisor', import.meta.url));

/** Says its number, and beats as the daemon does. */
const BEATING = 'echo "daemon $$"; while :; do printf . >&"$TWINLEASE_HEARTBEAT_FD"; sleep 0.1; done';
const WITHIN_MS = 15_000;
/** A watchdog that waits so long for its next octet resets the box: more than two turns of the supervisor. */
const WATCHDOG_MS = 2_500;

describe('the supervisor of an appliance', () => {
  let directory: string;
  let supervisor: ChildProcess | undefined;
  let told: Journal<string>;
  let watchdog: ReadStream | undefined;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'twinlease-supervisor-'));
    writeFileSync(join(directory, 'needed'), '');
    told = createJournal('supervisor');
  });
  afterEach(async () => {
    if (supervisor?.exitCode === null && supervisor.signalCode === null) {
      supervisor.kill();
      await new Promise((resolve) => supervisor?.once('exit', resolve));
    }
    watchdog?.destroy();
    watchdog = undefined;
    rmSync(directory, { recursive: true });
  });

  function start(script: string, options: readonly string[] = []): void {
    const words = ['-c', join(directory, 'control'), '-f', join(directory, 'needed'), ...options, '/bin/sh', '-c', script];
    supervisor = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [supervisor.stdout, supervisor.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => told.add(line));
    }
    supervisor.once('exit', () => told.close('ended'));
  }
  async function hear(what: RegExp, from = 0): Promise<RegExpExecArray> {
    return await told.next({ what: String(what), match: (line) => what.exec(line) ?? undefined, from, withinMs: WITHIN_MS });
  }
  async function daemonPid(from = 0): Promise<number> {
    return Number((await hear(/^daemon (\d+)$/, from))[1]);
  }
  function say(word: string): void {
    writeFileSync(join(directory, 'control'), `${word}\n`);
  }
  /** A FIFO in place of the watchdog: each octet is an event. */
  function openWatchdog(): { readonly path: string; readonly fed: (times: number) => Promise<void>; readonly bite: () => Promise<void> } {
    const path = join(directory, 'watchdog');
    execFileSync('mkfifo', [path]);
    const stream = createReadStream(path);
    watchdog = stream;
    return {
      path,
      async fed(times) {
        for (let octets = 0; octets < times; ) octets += await new Promise<number>((resolve) => stream.once('data', (data) => resolve(data.length)));
      },
      async bite() {
        await new Promise<void>((resolve) => {
          let timer = setTimeout(resolve, WATCHDOG_MS);
          stream.on('data', () => {
            clearTimeout(timer);
            timer = setTimeout(resolve, WATCHDOG_MS);
          });
        });
      },
    };
  }

  it('feeds the watchdog while the event loop of the daemon turns, and lets it bite when that stands still', async function () {
    this.timeout(30_000);
    const { path, fed, bite } = openWatchdog();
    start(BEATING, ['-w', path, '-g', '6']);
    await fed(3);
    process.kill(await daemonPid(), 'SIGSTOP');
    await hear(/^supervisor: nothing was heard from the daemon for \d+ s: the watchdog will reset the box$/);
    await bite();
    process.kill(await daemonPid(), 'SIGCONT');
    await fed(3);
  });

  it('has the log kept once, behind its last word, before the watchdog bites', async function () {
    this.timeout(30_000);
    const { path, fed } = openWatchdog();
    const [keeper, kept] = [join(directory, 'keep-log'), join(directory, 'kept')];
    writeFileSync(keeper, `#!/bin/sh\necho "$1" >> ${kept}\n`, { mode: 0o755 });
    start(BEATING, ['-w', path, '-g', '6', '-k', keeper]);
    await fed(3);
    process.kill(await daemonPid(), 'SIGSTOP');
    await hear(/the watchdog will reset the box$/);
    assert.equal(existsSync(kept), false);
    await eventually('the log to be kept', () => (existsSync(kept) && readFileSync(kept, 'utf8') !== '' ? true : undefined), WITHIN_MS);
    process.kill(await daemonPid(), 'SIGCONT');
    await fed(3);
    assert.equal(readFileSync(kept, 'utf8'), 'now\n');
  });

  it('kills and restarts a daemon that stands still where there is no watchdog', async () => {
    start(BEATING, ['-g', '6']);
    const first = await daemonPid();
    // A heartbeat was heard: what counts is the shorter time.
    process.kill(first, 'SIGSTOP');
    await hear(/ it is killed$/);
    const from = told.entries.length;
    await hear(/^supervisor: it is started again in 1 s$/);
    assert.notEqual(await daemonPid(from), first);
  });

  it('shows by a light how the daemon is, also when it is not there', async () => {
    const light = join(directory, 'light');
    mkdirSync(light);
    // As the kernel has them; the program makes none.
    for (const name of ['trigger', 'brightness', 'delay_on', 'delay_off']) writeFileSync(join(light, name), '');
    const shown = async (what: string, ...wanted: readonly string[]): Promise<void> => {
      const files = wanted.length === 2 ? ['trigger', 'brightness'] : ['trigger', 'delay_on', 'delay_off'];
      await eventually(what, () => (String(files.map((name) => readFileSync(join(light, name), 'utf8'))) === String(wanted) ? true : undefined), WITHIN_MS);
    };
    const beats = join(directory, 'beats');
    writeFileSync(beats, 'x');
    start(`while [ -s '${beats}' ]; do cat '${beats}' >&3; sleep 0.1; done; exit 0`, ['-l', light]);
    await shown('a fast light: not well', 'timer', '100', '100');
    writeFileSync(beats, '!');
    await shown('a slow one: look', 'timer', '1000', '1000');
    writeFileSync(beats, '.');
    await shown('one that is on', 'none', '255');
    writeFileSync(beats, '');
    await shown('a flash now and then: nothing is served', 'timer', '100', '2900');
  });

  it('restarts a daemon that fails, later each time; not one that was asked to end, before somebody says so', async () => {
    start(`echo run; if [ -e '${directory}/asked' ]; then exit 0; fi; exit 3`);
    await hear(/^supervisor: the daemon ended with status 3 after \d+ s$/);
    await hear(/started again in 1 s$/);
    await hear(/started again in 2 s$/);
    writeFileSync(join(directory, 'asked'), '');
    await hear(/ended with status 0 /);
    const from = told.entries.length;
    say('start');
    await hear(/^run$/, from);
    await hear(/ended with status 0 /, from);
  });

  it('waits for "start" where there is nothing to serve yet', async () => {
    rmSync(join(directory, 'needed'));
    start(BEATING);
    await hear(/^supervisor: there is no .*\/needed: nothing to serve$/);
    writeFileSync(join(directory, 'needed'), '');
    say('start');
    await daemonPid();
    say('stop');
    await hear(/ended by signal 15 /);
  });

  it('ends behind the daemon, which it asks to end', async () => {
    start(`trap 'echo last words; exit 0' TERM; ${BEATING}`);
    await daemonPid();
    supervisor?.kill();
    await hear(/^last words$/);
    const code = await new Promise((resolve) => supervisor?.once('exit', resolve));
    assert.equal(code, 0);
    assert.equal(existsSync(join(directory, 'control')), false);
  });

  it('lets the daemon come first where there is more to do than the box can', async function () {
    if (process.getuid?.() !== 0) this.skip();
    start('echo "nice $(nice)"; sleep 60', ['-u', 'nobody']);
    await hear(/^nice -10$/);
  });

  it('gives the daemon, and what that runs, the rights that serving takes and no others', async function () {
    if (process.getuid?.() !== 0) this.skip();
    start('grep -E "^(Uid|Gid|Groups|Cap...|NoNewPrivs):" /proc/self/status; sleep 60', ['-u', 'nobody']);
    await hear(/^NoNewPrivs:\t1$/);
    // CAP_NET_BIND_SERVICE (10), CAP_NET_ADMIN (12), CAP_NET_RAW (13)
    const rights = '0000000000003400';
    const status = new Map(told.entries.map((line) => [line.split(':\t')[0], line.split(':\t')[1]]));
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) assert.equal(status.get(set), rights, set);
    assert.match(status.get('Uid') ?? '', /^65534\t65534\t65534\t65534$/);
    assert.match(status.get('Gid') ?? '', /^65534\t65534\t65534\t65534$/);
    assert.doesNotMatch(status.get('Groups') ?? '', /\b0\b/);
  });
});

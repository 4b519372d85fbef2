import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { createEventLog, startControl } from '../../../src/control/index.ts';
import type { EventLog } from '../../../src/control/index.ts';
import { inDirectory } from '../control/in-directory.ts';
import { stampsAt } from '../control/stamps-at.ts';
import { giveLeases, runBox } from '../control/running-box.ts';
import { twinleaseReading } from './command.ts';
import { atConsole } from './pseudo-terminal.ts';
import type { Person } from './pseudo-terminal.ts';
import { onWest } from './on-west.ts';

/** More than all that lies between the console and who reads it. */
function longLog(): EventLog {
  const log = createEventLog(stampsAt(new Date('2026-01-31T12:00:00Z')), () => undefined);
  for (let i = 0; i < 500; i++) log.add('info', `line ${String(i)} ${'x '.repeat(450)}`);
  return log;
}

/** A person at the console of a box whose daemon does not run. */
async function whereNothingRuns(use: (person: Person, directory: string) => Promise<void>, ...words: readonly string[]): Promise<void> {
  await inDirectory(async (directory) => {
    const file = join(directory, 'twinlease.yaml');
    await writeFile(file, 'version: 1\n');
    const person = atConsole(['--control', join(directory, 'none.sock'), '--state', directory, '--appliance', 'east', '--file', file, ...words.map((word) => word.replace('DIRECTORY', directory))]);
    try {
      await person.see('east[DOWN]>');
      await use(person, directory);
    } finally {
      person.hangUp();
      await person.gone;
    }
  });
}

describe('the console at a terminal', function () {
  this.timeout(30_000);

  it('shows what the commands of the shell show, and its prompt tells the state as it is now', () =>
    onWest(async (person, { pair }) => {
      assert.match(await person.say('show failover'), /east-west: this box is the secondary, east \(fd00::1\) its partner; link lan\n {2}this box {7}NORMAL/);
      assert.match(await person.say('sh st'), /failover {3}east-west: NORMAL with east, as secondary/);
      pair.cut();
      pair.advance(20);
      assert.match(await person.say('sh st'), /\nbox\[COMMUNICATIONS-INTERRUPTED\]> ?$/);
    }));

  it('explains with ? what can be said at every word, and goes on with the line', () =>
    onWest(async (person) => {
      person.type('show ?');
      assert.match(await person.see(/box\[NORMAL\]> show$/), / {2}status {6}this box: its leases in numbers, its storage, its alarms\n(.*\n)* {2}counters {4}what was received/);
      person.type('failover ?');
      const shown = await person.see(/> show failover$/);
      assert.match(shown, / {2}east-west {2}a relationship\n {2}diagram {4}the states that a box can be in, and what leads from one to another\n {2}history {4}the states that it went through, over restarts, as a time line\n {2}<Enter> {4}do it\n/);
      person.type('dia\r');
      await person.see('>>> NORMAL');
    }));

  it('explains kinds of values, and that nothing more can be said', () =>
    onWest(async (person) => {
      person.type('show leases limit ?');
      await person.see(' <count>  leases of a page, up to 1000; one with fewer is the last');
      person.type('\u0003show paging ?');
      await person.see(/\n"paging" can't stand here; one of these can: status, leases, [^\n]*,\nload, [^\n]*\n/);
      person.type('\u0003exit ?');
      await person.see('<Enter>  do it');
      person.type('now?');
      await person.see('nothing that can be said here begins with "now"');
    }));

  it('types with TAB what can only be meant: commands, options, links and relationships of the running daemon', () =>
    onWest(async (person) => {
      person.type('sho\tleases li\t');
      await person.see('box[NORMAL]> show leases li');
      person.type('\t');
      await person.see(/ {2}limit {2}leases of a page.*\n(.*\n)? {2}link {3}only those of this link\n/);
      person.type('n\tl\t\r');
      await person.see(/show leases link lan\s*\nno leases\n/);
      person.type('failover pau\t\tyes\r');
      await person.see('> failover pause east-west yes');
      await person.see('done: east-west is in COMMUNICATIONS-INTERRUPTED');
    }));

  it('[R-ST2] says which times can be said, and sets the clock', () =>
    onWest(async (person) => {
      person.type('clock set ?');
      await person.see(/ {2}system {7}what the system's clock shows: \S+Z\n {2}\d{4}-\d\d-\d\dT {2}a time in UTC; by this box it is \S+Z\n/);
      person.type('sy\tyes\r');
      await person.see('> clock set system yes');
      await person.see(/\ntime {7}\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ, trusted \(/);
    }));

  it('marks the word that is wrong, also where only the daemon knows', () =>
    onWest(async (person) => {
      const shown = await person.say('show leses');
      assert.match(shown, /^\s*\n {18}\^{5}\n"leses" can't stand here; one of these can: status, leases, /);
      assert.match(await person.say('show leases limit 1k'), /^\s*\n {31}\^\^\nthis must be a whole number above 0\n/);
      assert.match(await person.say('show failover north'), /^\s*\n {27}\^{5}\nthere is no relationship "north", only: east-west\n/);
      assert.match(await person.say('s'), /\^\n"s" may be one of several: show, store, start, setup\n/);
      assert.match(await person.say('lease find'), /^\s*\n {24}\^\nhere what is missing: an address, a prefix with its length, or a DUID\n/);
      assert.match(await person.say('show "leases'), /\^{7}\na quote is opened here and not closed\n/);
    }));

  it('takes a line as it stands in advice for the shell', () =>
    onWest(async (person) => {
      assert.match(await person.say('twinlease show links'), /^\s*\nbranch: /);
      assert.match(await person.say('twinlease show leses'), /^\s*\n {28}\^{5}\n"leses" can't stand here/);
    }));

  it('the prompt tells how long it is until a commit is undone', () =>
    onWest(async (person) => {
      assert.match(await person.say('show links'), /\nbox\[NORMAL, undone in 1m30s\]> ?$/);
    }, { changes: { undoneIn: () => 90 }, prompt: 'box[NORMAL, undone in 1m30s]>' }));

  it('Ctrl-C ends what is being written, also without pages', () =>
    onWest(async (person) => {
      await person.say('paging off');
      person.type('show log lines 500\r');
      await person.see('line 3 ');
      person.typeWhileStalled('\u0003');
      await person.see(/\^C\n.*> ?$/);
      assert.ok(!person.text().includes('line 499 '));
    }, { changes: { log: longLog() } }));

  it('Ctrl-C clears the line', () =>
    onWest(async (person) => {
      person.type('failover partner-down\u0003');
      await person.see('^C\n');
      assert.match(await person.say('show links'), /^\s*\nbranch: /);
    }));

  it('what must be meant is asked for, and what was typed ahead is not the answer of another question', () =>
    onWest(async (person, { pair }) => {
      person.type('failover pause east-west\r');
      await person.see('Is this meant? (yes/no)');
      person.type('no\rshow links\r');
      await person.see('nothing was done');
      await person.see(/> show links\s*\nbranch: /);
      person.type('failover pause east-west\ryes\rshow status\r');
      await person.see('done: east-west is in');
      await person.see('appliance  box, twinlease 1.2.3');
      assert.equal(pair.west.appliance.failover.relationship('east-west')?.held, 'pause');
      person.type('failover resume east-west\r');
      await person.see('Is this meant? (yes/no)');
      person.type('\u0003');
      await person.see('^C');
      await person.say('show links');
      assert.equal(pair.west.appliance.failover.relationship('east-west')?.held, 'pause');
    }));

  it('keeps what was typed for the next time, but no key of a pairing', () =>
    onWest(async (person, { directory, words }) => {
      await person.say('show links');
      await person.say('show pairing-key');
      await person.say('show ABCD-EFGH-0123-4567-89AB-CDEF');
      person.type('exit\r');
      assert.equal(await person.gone, 0);
      assert.equal(await readFile(join(directory, 'console', 'history'), 'utf8'), 'show links\nexit\n');
      const again = atConsole(words);
      await again.see('box[NORMAL]>');
      again.type('\u001b[A\u001b[A\r');
      await again.see(/ show links\s*\nbranch: /);
      again.type('\u0004');
      assert.equal(await again.gone, 0);
    }));

  it('the history is bounded', () =>
    onWest(async (person, { directory }) => {
      const file = join(directory, 'console', 'history');
      await person.say('show links');
      person.hangUp();
      await person.gone;
      await writeFile(file, Array.from({ length: 300 }, (_, i) => `show log --lines ${String(i)}\n`).join(''));
      const again = atConsole(['--control', join(directory, 'control.sock'), '--state', directory]);
      await again.see('box[NORMAL]>');
      await again.say('show links');
      again.hangUp();
      const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
      assert.deepEqual([lines.length, lines.at(-1)], [200, 'show links']);
    }));

  it('shows long output a screen at a time, unless that is switched off', () =>
    onWest(async (person) => {
      person.type('show counters all\r');
      await person.see('--more--');
      assert.equal(person.rows().length, 24);
      assert.match(person.rows().at(-1) ?? '', /^--more--/);
      const first = person.rows()[1];
      person.type('\r');
      await person.see('--more--');
      assert.equal(person.rows()[0], first, 'one line further');
      person.type('q');
      assert.match(await person.say('paging off'), /long output is written at once/);
      assert.doesNotMatch(person.text(), /--more--/);
      assert.match(await person.say('show counters all'), /COUNTER(.*\n){25,}/);
    }));

  for (const size of [{ columns: 0, rows: 0 }, { columns: 80, rows: 24 }]) {
    it(`stays within 80 columns where the line says that it has ${String(size.columns)}, and uses no colour`, () =>
      onWest(async (person) => {
        person.type('?');
        await person.see('leave the console');
        person.type('help\r');
        await person.see('Words may be shortened');
        await person.see('--more--');
        person.type(' ');
        await person.see(/ {2}help .*\n {2}exit .*\n/);
        await person.say('show status');
        const long = `lease find ${'x'.repeat(90)}`;
        person.type(`${long}\u0001show \u0005\u0015`);
        await person.say('show links');
        person.type(`${long}\r`);
        assert.match(await person.see('is no address'), /\n {2}lease find x{63}\n {13}\^{63}\n"x+/);
      }, { size }));
  }

  it('edits lines on a terminal that knows nothing but characters, and sends it nothing else', () =>
    onWest(async (person) => {
      person.type('shox\u007fw st\t');
      await person.see(/ show status$/);
      person.type('\u0001\u001b[C\u0008S\u0005\u0015sow links\u001b[D\u001b[D\u001b[D\u001b[D\u001b[D\u001b[D\u001b[D\u001b[Dh\r');
      await person.see(/ranch: /);
      assert.match(person.text(), /box\[NORMAL\]> show links\nbranch: /);
      person.type('\u001b[A?');
      await person.see(/links with their interfaces and pools\nbox\[NORMAL\]> show links$/);
      person.type('\r');
      await person.see(/\nbranch: /);
      assert.match(await person.say('watch links'), /can't show what changes in its place; "show links"\s+says\s+it\s+once/);
      person.type('failover pause east-west\r');
      await person.see('Is this meant? (yes/no)');
      person.type('yee\u007fs\r');
      await person.see('done: east-west is in');
      person.type('show counters all\r');
      await person.see('--more--');
      person.type('q');
      await person.see(/> ?$/);
      assert.ok(!person.raw().includes('\u001b'), JSON.stringify(person.raw().slice(-500)));
    }, { terminal: 'dumb' }));

  it('help tells of the keys, and of one command', () =>
    onWest(async (person) => {
      person.type('help\r');
      assert.match(await person.see('--more--'), / {2}TAB {7}types what can only be meant/);
      person.type(' ');
      await person.see(/ {2}help .*\n {2}exit .*\n.*> ?$/);
      assert.match(await person.say('help lease release'), /lease release: free a lease as if its client had released it;(.*\n)+ {2}<lease> {2}an address, or a prefix with its length\n/);
    }));
});

describe('the console of a box whose daemon does not run', function () {
  this.timeout(30_000);

  it('says so, and still helps', () =>
    whereNothingRuns(async (person) => {
      assert.match(person.text(), /^The daemon does not run: nobody is served\. "start" starts it, "log" shows what\nit said\.\n/);
      assert.match(await person.say('show status'), /no daemon is running: "start" starts it, "log" shows what it said\n/);
      person.type('show leases link ?');
      await person.see('<name>  only those of this link');
    }));

  it('starts it by the command that it was given, and says why not', () =>
    whereNothingRuns(
      async (person, directory) => {
        person.type('start\r');
        await person.see(/started: \/bin\/sh -c echo it comes > [^]*waiting for its answer/);
        person.type('\u0003');
        await person.see('it does not answer yet: "log" shows what it says');
        assert.equal(await readFile(join(directory, 'started'), 'utf8'), 'it comes\n');
      },
      '--start',
      'echo it comes > DIRECTORY/started',
    ));

  it('says what a start that failed said', () =>
    whereNothingRuns(async (person) => {
      assert.match(await person.say('start'), /it could not be started: no such box/);
    }, '--start', 'echo no such box >&2; exit 1'));

  it('reads the log, without anything that moves the cursor', () =>
    inDirectory(async (directory) => {
      const log = join(directory, 'log');
      await writeFile(log, `${Array.from({ length: 300 }, (_, i) => `line ${String(i)} of the \u001b[2Jdaemon`).join('\n')}\n`);
      await whereNothingRuns(async (person) => {
        assert.match(await person.say('log lines 2'), /^\s*\nline 298 of the \?\[2Jdaemon\nline 299 of the \?\[2Jdaemon\n/);
      }, '--log', log);
    }));

  it('reads what was kept of an earlier start, whoever said it', () =>
    inDirectory(async (directory) => {
      const kept = join(directory, 'messages');
      await writeFile(`${kept}.1`, 'east: a line of the daemon\nkernel: a line\nsupervisor: the watchdog will reset the \u001b[2Jbox\n');
      await whereNothingRuns(async (person) => {
        assert.match(await person.say('log earlier 1 lines 2'), /^\s*\nkernel: a line\nsupervisor: the watchdog will reset the \?\[2Jbox\n/);
        assert.match(await person.say('log earlier 2'), /there is no .*messages\.2:\s+nothing\s+was\s+kept\s+of\s+that\s+start/);
      }, '--kept-log', kept);
    }));
});

describe('the console of a box whose daemon hangs', function () {
  this.timeout(30_000);

  it('says that it does not answer, and not that it is down', () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'control.sock');
      const hanging = createServer(() => undefined).listen(path);
      const person = atConsole(['--control', path, '--state', directory, '--appliance', 'east']);
      try {
        await person.see('The daemon does not answer. "log" shows what it said.');
        await person.see('east[NO ANSWER]>');
      } finally {
        person.hangUp();
        await person.gone;
        hanging.close();
      }
    }));
});

describe('the console that reads lines from a pipe', function () {
  this.timeout(30_000);

  it('runs them without a prompt, and ends with the first one that is wrong', () =>
    inDirectory(async (directory) => {
      const running = runBox();
      giveLeases(running.box);
      const path = join(directory, 'control.sock');
      const control = await startControl(path, running.subject);
      assert.ok(typeof control !== 'string');
      try {
        const { code, out, err } = await twinleaseReading('# two commands\nshow leases active limit 1\nshow lases\nshow status\n', 'console', '--control', path);
        assert.equal(code, 1);
        assert.match(out, /^LEASE .*\n2001:.* ACTIVE .*\nmore: --after .*\n$/);
        assert.match(err, /^show lases\n {5}\^{5}\n"lases" can't stand here/);
      } finally {
        control.close();
        running.close();
      }
    }));
});

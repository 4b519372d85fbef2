import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { PROVISIONING } from '../../conformance/server/box.ts';
import { inDirectory } from '../control/in-directory.ts';
import { CLI, twinlease } from './command.ts';
import { widthOf } from './wide.ts';

/** Commands start a process each: some at a time. */
const AT_ONCE = 4;

const COMMANDS = [
  '', 'serve', 'show', 'show status', 'show failover', 'show leases', 'show links', 'show config', 'show log', 'show counters', 'show metrics', 'show diff', 'show load', 'watch', 'watch leases', 'watch links', 'watch failover', 'diag', 'diag capture', 'diag ping', 'diag link', 'diag dump', 'setup', 'failover', 'failover partner-down',
  'failover force-partner-down', 'failover resync', 'failover pause', 'failover resume', 'failover handover', 'lease', 'lease find',
  'lease release', 'lease reset', 'lease reconfigure', 'classify', 'clock', 'clock show', 'clock set', 'store', 'store accept', 'reload', 'check', 'pair', 'pair new', 'pair key', 'pair status', 'pair reset', 'pair replace', 'identity', 'identity new', 'identity show', 'console', 'export', 'import', 'import kea', 'import isc', 'import openwrt', 'complete',
];

describe('the command line', function () {
  this.timeout(30_000);

  it('has help for every command, within 80 columns', async () => {
    const left = [...COMMANDS];
    const next = async (): Promise<void> => {
      for (let command = left.shift(); command !== undefined; command = left.shift()) {
        const words = command.split(' ').filter(Boolean);
        const { code, out, err } = await twinlease(...words, '--help');
        assert.equal(code, 0, command);
        assert.equal(err, '');
        assert.ok(out.startsWith(`Usage: ${['twinlease', ...words].join(' ')} [`), out);
        assert.ok(widthOf(out) <= 80, out);
        if (/^(show|failover|lease|clock|store|identity) \w|^reload|^check|^classify/.test(command)) assert.match(out, /--json/, command);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
  }).timeout(120_000);

  it('suggests what may have been meant', async () => {
    const { code, out, err } = await twinlease('show', 'leasess');
    assert.equal(code, 1);
    assert.equal(out, '');
    assert.match(err, /^error: unknown command 'leasess'\n\(Did you mean leases\?\)\n/);
  });

  it('says its version', async () => {
    const { code, out } = await twinlease('--version');
    assert.equal(code, 0);
    assert.equal(out, 'from source\n');
  });

  it('says in one line that no daemon is running', () =>
    inDirectory(async (directory) => {
      const control = join(directory, 'none.sock');
      const { code, out, err } = await twinlease('show', 'status', '--json', '--control', control);
      assert.equal(code, 1);
      assert.equal(out, '');
      assert.match(err, new RegExp(`^twinlease: no daemon is running: nothing answers at ${control} \\(.*\\)\\n$`));
    }));

  it('refuses a limit that is no number, and a lease that is none', async () => {
    const limit = await twinlease('show', 'leases', '--limit', '1k');
    assert.equal(limit.code, 1);
    assert.match(limit.err, /'1k' is invalid\. It must be a whole number above 0\./);
    const lease = await twinlease('lease', 'find', 'router');
    assert.equal(lease.code, 1);
    assert.equal(lease.err, 'twinlease: "router" is no address, prefix or DUID\n');
  });

  it('checks a provisioning file: 0 where it is right', () =>
    inDirectory(async (directory) => {
      const file = join(directory, 'good.yaml');
      await writeFile(file, PROVISIONING);
      const { code, out } = await twinlease('check', file);
      assert.equal(code, 0);
      assert.equal(out, `${file} is right; it describes box\n`);
      assert.deepEqual(JSON.parse((await twinlease('check', file, '--json')).out), {
        ok: true,
        appliances: ['box'],
        warnings: [],
        omitted: 0,
      });
    }));

  it('checks a provisioning file: 78 and every error where it is wrong; serve refuses it in the same words', () =>
    inDirectory(async (directory) => {
      const file = join(directory, 'bad.yaml');
      await writeFile(file, PROVISIONING.replace('preferred: 1000s', 'preferred: soon').replace('valid: 2000s', 'valid: later'));
      const { code, out } = await twinlease('check', file);
      assert.equal(code, 78);
      assert.match(out, /bad\.yaml:5:\d+: /);
      assert.match(out, /\n2 errors\n$/);
      const json = await twinlease('check', file, '--json');
      assert.equal(json.code, 78);
      const report = JSON.parse(json.out) as { ok: boolean; diagnostics: { line: number; path: string }[]; omitted: number };
      assert.deepEqual([report.ok, report.omitted], [false, 0]);
      assert.deepEqual(report.diagnostics.map(({ line, path }) => ({ line, path })), [
        { line: 5, path: 'lifetimes.preferred' },
        { line: 5, path: 'lifetimes.valid' },
      ]);
      const served = await twinlease('serve', file, '--state', join(directory, 'state'), '--control', join(directory, 'control'));
      assert.equal(served.code, 78);
      assert.ok(out.startsWith(served.err.trimEnd()), served.err);
    }));

  it('checks a provisioning file: 0 and every warning where it is right, and probably not what was meant', () =>
    inDirectory(async (directory) => {
      const file = join(directory, 'doubtful.yaml');
      await writeFile(file, PROVISIONING.replace('\nlifetimes', '\n  other: { links: { lan: [eth1] } }\nlifetimes'));
      const { code, out } = await twinlease('check', file);
      assert.equal(code, 0);
      assert.match(out, /doubtful\.yaml:\d+:\d+: warning: several boxes serve lan without failover\n/);
      assert.match(out, /\n\n2 warnings\n\n.* is right; it describes box and other\n$/);
      const json = JSON.parse((await twinlease('check', file, '--json')).out) as { warnings: { severity: string; path: string }[] };
      assert.deepEqual(json.warnings.map(({ severity, path }) => ({ severity, path })), [
        { severity: 'warning', path: 'links.lan' },
        { severity: 'warning', path: 'links.branch' },
      ]);
    }));

  it('serve says which boxes the file has where it must be told', () =>
    inDirectory(async (directory) => {
      const file = join(directory, 'two.yaml');
      await writeFile(file, PROVISIONING);
      const { code, err } = await twinlease('serve', file, '--appliance', 'shed', '--state', join(directory, 'state'));
      assert.equal(code, 78);
      assert.equal(err, `${file}: the file describes no box "shed", only: box\n`);
    }));

  for (const [shell, sign] of [['bash', 'complete -F'], ['zsh', '#compdef twinlease'], ['fish', 'complete -c twinlease']] as const) {
    it(`prints a script that completes its commands in ${shell}`, async () => {
      const { code, out } = await twinlease('complete', shell);
      assert.equal(code, 0);
      assert.ok(out.includes(sign), out);
    });
  }

  it('completes commands and options', async () => {
    const commands = await twinlease('complete', '--', 'show', '');
    assert.deepEqual(wordsOf(commands.out), ['status', 'leases', 'failover', 'diff', 'load', 'dns', 'leasequery', 'links', 'config', 'log', 'counters', 'metrics', 'help']);
    const options = await twinlease('complete', '--', 'show', 'leases', '--l');
    assert.deepEqual(wordsOf(options.out), ['--limit', '--link']);
  });

  it('completes the boxes of a provisioning file, and no links where no daemon runs', () =>
    inDirectory(async (directory) => {
      const file = join(directory, 'box.yaml');
      await writeFile(file, PROVISIONING);
      assert.deepEqual(wordsOf((await twinlease('complete', '--', 'serve', file, '--appliance', '')).out), ['box']);
      assert.deepEqual(wordsOf((await twinlease('complete', '--', 'serve', file, '--appliance', 'x')).out), []);
      const links = await twinlease('complete', '--', 'show', 'leases', '--control', join(directory, 'none'), '--link', '');
      assert.deepEqual([wordsOf(links.out), links.err], [[], '']);
    }));

  it('ends in silence when nobody reads on', () =>
    inDirectory(async (directory) => {
      const program = `node=$1; cli=$2; "$node" "$cli" complete bash 2> "$3" | true; cat "$3"`;
      const child = spawn('sh', ['-c', program, 'sh', process.execPath, CLI, join(directory, 'err')], { stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
      await once(child, 'close');
      assert.equal(said, '');
    }));
});

/** What is offered, without the descriptions and the line with the directive. */
function wordsOf(out: string): readonly string[] {
  return out.trimEnd().split('\n').slice(0, -1).map((line) => line.split('\t')[0] ?? '');
}

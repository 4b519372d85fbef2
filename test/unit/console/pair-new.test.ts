import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, it } from 'mocha';
import { formatDiagnostic, loadProvisioning, resolveAppliance } from '../../../src/config/index.ts';
import type { ApplianceConfiguration } from '../../../src/config/index.ts';
import { askFor } from '../../../src/console/ask-for.ts';
import { pairQuestions } from '../../../src/console/pair-new.ts';
import { inDirectory } from '../control/in-directory.ts';
import { twinlease } from './command.ts';

const FLAGS = [
  '--primary', 'east', '--secondary', 'west', '--management', 'eth0', '--primary-address', 'fd00::1/64', '--secondary-address', 'fd00::2/64',
] as const;

/** A terminal at which a person answers the questions in their order; `undefined` is the end of the input. */
function person(answers: readonly (string | undefined)[]) {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const output = new PassThrough();
  const asked: string[] = [];
  let next = 0;
  let shown = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    if (!/[?.\]] $/.test(text)) return;
    asked.push(text.trim());
    const answer = answers[next++];
    if (answer === undefined) input.end();
    else setImmediate(() => input.write(`${answer}\n`));
  });
  return { terminal: { input, output }, asked, text: () => shown };
}

function boxOf(text: string, name: string): ApplianceConfiguration {
  const loaded = loadProvisioning(Buffer.from(text), 'pair.yaml');
  assert.ok('document' in loaded, 'diagnostics' in loaded ? loaded.diagnostics.map(formatDiagnostic).join('\n') : '');
  const box = resolveAppliance(loaded.document, name);
  assert.ok(!('error' in box));
  return box;
}

describe('the dialogue of pair new', () => {
  it('asks for what the flags left open, and takes the proposal for an empty line', async () => {
    const { terminal, asked } = person(['', 'north', '', 'fd00::1/64', 'fd00::2/64']);
    const answers = await askFor(pairQuestions(), { link: 'lan1:eth1:2001:db8:1::/64' }, terminal);
    assert.deepEqual(answers, {
      primary: 'east', secondary: 'north', management: 'eth0', primaryAddress: 'fd00::1/64', secondaryAddress: 'fd00::2/64', link: 'lan1:eth1:2001:db8:1::/64',
    });
    assert.equal(asked.length, 5);
    assert.match(asked[0] ?? '', /^What is the first box called, .*\? \[east\]$/);
  });

  it('asks again where there is no proposal and no answer, and trims what was typed', async () => {
    const { terminal, asked } = person(['', '  ', ' fd00::2/64 ']);
    const { secondaryAddress } = await askFor({ secondaryAddress: pairQuestions().secondaryAddress }, {}, terminal);
    assert.deepEqual([secondaryAddress, asked.length], ['fd00::2/64', 3]);
  });

  it('asks again where something else was answered than can be', async () => {
    const question = { flag: '--appliance', text: 'Which box is this?', answers: ['east', 'west'] };
    const { terminal, asked } = person(['north', 'west']);
    assert.deepEqual([await askFor({ box: question }, {}, terminal), asked.length], [{ box: 'west' }, 2]);
  });

  it('says at once what is wrong with an answer, and asks for that one again', async () => {
    const { terminal, asked, text } = person([
      '?', 'the box', 'north', 'north', 'south', 'eth9', 'eth0', 'fd00::1', 'fd00::1/64', 'fd00::1/64', 'fd00::2/64',
      'lan1:eth1', 'lan1:eth9:2001:db8:1::/64', 'lan1:eth1:2001:db8:1::1/64', 'lan1:eth1:2001:db8:1::/64',
    ]);
    const answers = await askFor(pairQuestions(['eth0', 'eth1']), {}, terminal);
    assert.deepEqual(answers, {
      primary: 'north', secondary: 'south', management: 'eth0', primaryAddress: 'fd00::1/64', secondaryAddress: 'fd00::2/64', link: 'lan1:eth1:2001:db8:1::/64',
    });
    assert.equal(asked.length, 15);
    for (const said of [
      'Enter alone means east; Ctrl-C leaves.', '"the box" is not a name', 'The first box is called that.', 'This box has no port "eth9", only: eth0, eth1.',
      'the prefix length is missing', 'The first box has that.', '"lan1:eth1" is no link', '2001:db8:1::1/64 is an address, its\r\nprefix is 2001:db8:1::/64',
    ]) assert.ok(text().includes(said), `${said} in ${text()}`);
  });

  it('stays within the screen, and breaks no word', async () => {
    const { terminal, text } = person(['lan1:eth1:2001:db8:1::/64']);
    await askFor({ link: pairQuestions().link }, {}, terminal);
    assert.match(text(), /such as\r?\nlan1:eth1:2001:db8:1::\/64; several/);
  });

  it('does nothing where the person leaves, or nobody is there', async () => {
    await assert.rejects(askFor(pairQuestions(), {}, person(['east', undefined]).terminal), /^Error: nothing was done$/);
    const nobody = { input: new PassThrough(), output: new PassThrough() };
    await assert.rejects(askFor(pairQuestions(), { primary: 'east' }, nobody), /^Error: say --secondary, --management, .*--link: nobody is here to be asked$/);
  });
});

describe('twinlease pair new', function () {
  this.timeout(20_000);

  it('writes a file for its owner alone that is right for both boxes, and never in another one\'s place', () =>
    inDirectory(async (directory) => {
      const out = join(directory, 'pair.yaml');
      const words = ['pair', 'new', '--out', out, ...FLAGS, '--link', 'lan1:eth1:2001:db8:1::/64', 'lan2:eth2:2001:db8:2::/64'];
      const made = await twinlease(...words);
      assert.deepEqual([made.code, made.err], [0, '']);
      const text = readFileSync(out, 'utf8');
      assert.equal(statSync(out).mode & 0o777, 0o600);
      const [east, west] = [boxOf(text, 'east'), boxOf(text, 'west')];
      assert.deepEqual(east.relationships.map(({ name, role, links }) => [name, role, links]), [['east-west', 'primary', ['lan1', 'lan2']]]);
      assert.deepEqual(west.relationships[0]?.pairing, east.relationships[0]?.pairing);
      const again = await twinlease(...words);
      assert.deepEqual([again.code, again.err], [1, `twinlease: ${out} exists already and stays as it is\n`]);
      assert.equal(readFileSync(out, 'utf8'), text);
    }));

  it('writes one for a box that backs several, each relationship with a key of its own', () =>
    inDirectory(async (directory) => {
      const out = join(directory, 'group.yaml');
      const made = await twinlease(
        'pair', 'new', '--out', out, ...FLAGS, '--also', 'north=fd00::3/64', 'south=fd00::4/64',
        '--link', 'lan1:eth1:2001:db8:1::/64', 'lan2:eth2:2001:db8:2::/64@north', 'lan3:eth3:2001:db8:3::/64@south', '--json',
      );
      assert.deepEqual([made.code, made.err], [0, '']);
      const { appliances } = JSON.parse(made.out) as { appliances: readonly string[] };
      assert.deepEqual(appliances, ['east', 'west', 'north', 'south']);
      const text = readFileSync(out, 'utf8');
      const west = boxOf(text, 'west');
      assert.deepEqual(
        west.relationships.map(({ name, role, links }) => [name, role, links]),
        [['east-west', 'secondary', ['lan1']], ['north-west', 'secondary', ['lan2']], ['south-west', 'secondary', ['lan3']]],
      );
      const keys = west.relationships.map(({ pairing }) => Buffer.from(pairing?.key ?? []).toString('hex'));
      assert.equal(new Set(keys).size, 3);
      assert.deepEqual(boxOf(text, 'north').server.links.map(({ name }) => name), ['lan2']);
      assert.deepEqual(boxOf(text, 'north').relationships[0]?.pairing, west.relationships[1]?.pairing);
    }));

  for (const [what, more, says] of [
    ['a link without a prefix', ['--link', 'lan1:eth1'], /"lan1:eth1" is no link: NAME:INTERFACE:PREFIX is wanted/],
    ['a prefix without room', ['--link', 'lan1:eth1:2001:db8:1::/120'], /the prefix of lan1 has no room for clients/],
    ['a link of a primary that is none', ['--link', 'lan1:eth1:2001:db8:1::/64@north'], /lan1: there is no primary "north"/],
    ['a further primary without an address', ['--link', 'lan1:eth1:2001:db8:1::/64', '--also', 'north'], /"north" is no further primary/],
    ['two links of one name', ['--link', 'lan1:eth1:2001:db8:1::/64', 'lan1:eth2:2001:db8:2::/64'], /no file was written/],
    ['a name that is none', ['--link', 'lan 1:eth1:2001:db8:1::/64'], /is no link/],
  ] as const) {
    it(`writes nothing for ${what}`, () =>
      inDirectory(async (directory) => {
        const out = join(directory, 'pair.yaml');
        const made = await twinlease('pair', 'new', '--out', out, ...FLAGS, ...more);
        assert.equal(made.code, 1);
        assert.match(made.err, says);
        assert.throws(() => statSync(out), /ENOENT/);
      }));
  }

  it('is completed by the shell, with all that "pair" can do', async () => {
    const { out } = await twinlease('complete', '--', 'pair', '');
    for (const command of ['new', 'key', 'status', 'reset', 'replace', 'rotate']) assert.match(out, new RegExp(`^${command}\\t`, 'm'));
    assert.match((await twinlease('complete', '--', 'pair', 'new', '--')).out, /^--also\t/m);
  });
});

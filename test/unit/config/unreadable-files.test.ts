// Files that are no text, too much of it, or not there; and that no file whatever gets more than a refusal.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import { parse } from 'yaml';
import { formatDiagnostic, loadProvisioning, readProvisioning } from '../../../src/config/index.ts';
import { diagnosticsOf, text, withTop } from './refused.ts';

const EXAMPLE = readFileSync(new URL('../../../rootfs/usr/share/twinlease/example.yaml', import.meta.url), 'utf8');

const TOO_BIG = text`
  file.yaml:1:1: the file is too big
    found:   more than 2097152 octets
    allowed: at most 2097152 octets
`;

describe('a provisioning file that is not the text it should be', () => {
  it('is refused when it has 10 MB, before a word of it is read', () => {
    assert.equal(diagnosticsOf(Buffer.alloc(10_000_000, '# no end in sight\n')), TOO_BIG);
  });

  it('is read when it is just as big as may be', () => {
    const file = withTop('').padEnd(2 * 1024 * 1024, '# comment line to fill the file with\n');
    assert.equal(diagnosticsOf(file), 'accepted');
    assert.equal(diagnosticsOf(`${file}#`), TOO_BIG);
  }).timeout(20_000);

  it('is refused when it is Latin-1, with the octet', () => {
    assert.equal(
      diagnosticsOf(Buffer.from('version: 1\n# für\nlinks: {}\n', 'latin1')),
      text`
        file.yaml:2:4: the file is not UTF-8 text
            2 | # f�r
              |    ^
          found:   octet 0xfc
          allowed: UTF-8
      `,
    );
  });

  it('is refused when it is UTF-16, as some editors save it', () => {
    const file = Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from('version: 1\n', 'utf16le')]);
    assert.match(diagnosticsOf(file), /^file\.yaml:1:1: the file is not UTF-8 text\n[^]*found: {3}octet 0xff\n/);
  });

  it('may contain the character that stands for invalid octets', () => {
    assert.equal(diagnosticsOf(withTop('# \ufffd and no octet is wrong\n')), 'accepted');
    assert.match(
      diagnosticsOf(Buffer.concat([Buffer.from('# \ufffd\n# '), Buffer.of(0xc3)])),
      /^file\.yaml:2:3: [^]*octet 0xc3/,
    );
  });

  it('is refused for a control character, which is not sent to the terminal', () => {
    assert.equal(
      diagnosticsOf('version: 1\nlinks: \u001b[2J\u009b31m\n'),
      text`
        file.yaml:2:8: the text contains a control character
            2 | links: ?[2J?31m
              |        ^
          found:   U+001B
          allowed: printable characters, spaces and line ends
      `,
    );
  });

  it('may begin with a byte order mark and have the line ends of Windows', () => {
    assert.equal(diagnosticsOf(`\ufeff${withTop('# \ufffd\n').replaceAll('\n', '\r\n')}`), 'accepted');
    assert.equal(
      diagnosticsOf('\ufeffversion: 1\r\nlinks: @a\r\n'),
      text`
        file.yaml:2:8: a value cannot begin with this character
            2 | links: @a
              |        ^
          key:     links
          found:   @a
          allowed: quotes around the value
      `,
    );
  });

  it('has columns that count characters, and marks that stand under them', () => {
    assert.equal(
      diagnosticsOf(withTop('options: { domain-search: ["a.example", 日本.example, 😀.example] }\n')),
      text`
        file.yaml:6:41: "日" does not belong in a domain name
            6 | options: { domain-search: ["a.example", 日本.example, 😀.example] }
              |                                         ^~~~~~~~~~
          key:     options.domain-search[1]
          found:   日本.example
          allowed: letters, digits, "-" and "_"; other letters in their "xn--" form
        file.yaml:6:53: "😀" does not belong in a domain name
            6 | options: { domain-search: ["a.example", 日本.example, 😀.example] }
              |                                                     ^~~~~~~~~
          key:     options.domain-search[2]
          found:   😀.example
          allowed: letters, digits, "-" and "_"; other letters in their "xn--" form
      `,
    );
  });

  it('is refused when it is nested without end', () => {
    assert.match(
      diagnosticsOf('['.repeat(1_000_000)),
      /^file\.yaml:1:\d+: the file is nested too deeply\n[^]*allowed: at most 64 levels\n$/,
    );
    assert.match(diagnosticsOf('- '.repeat(500_000)), /^file\.yaml:1:\d+: the file is nested too deeply\n/);
    assert.match(diagnosticsOf('a: '.repeat(300_000)), /^file\.yaml:1:\d+: the file is nested too deeply\n/);
  });

  it('is refused when it is made of punctuation', () => {
    assert.match(
      diagnosticsOf(`a: [${','.repeat(1_000_000)}]`),
      /: the file has too many parts\n[^]*allowed: at most 600000 YAML tokens\n$/,
    );
  }).timeout(60_000);

  it('may be JSON, all on one line', () => {
    const json = JSON.stringify(parse(EXAMPLE));
    assert.equal(diagnosticsOf(json), 'accepted');
    const wrong = json.replaceAll('"allocation":"sequential"', '"allocation":"sequentially"');
    assert.match(
      diagnosticsOf(wrong),
      /^file\.yaml:1:\d+: this is not one of the values; did you mean "sequential"\?\n {4}1 \| \.\.\..*"allocation":"sequentially".*\.\.\.\n {6}\| {24}\^~{13}\n/,
    );
  });

  it('is told twenty errors at a time, the first of the file first', () => {
    const unknown = Array.from({ length: 30 }, (_, i) => `colour${i}: blue\n`).join('');
    const lines = diagnosticsOf(withTop(unknown)).split('\n');
    const places = lines.filter((line) => line.startsWith('file.yaml'));
    assert.deepEqual(
      places,
      Array.from({ length: 20 }, (_, i) => `file.yaml:${6 + i}:1: unknown key "colour${i}"`),
    );
    assert.equal(lines.at(-2), 'and 10 more');
  });

  it('is told no more of 20 000 errors', () => {
    const unknown = Array.from({ length: 20_000 }, (_, i) => `k${i}: 1\n`).join('');
    assert.match(diagnosticsOf(withTop(unknown)), /\nand 19980 more\n$/);
  }).timeout(60_000);
});

describe('a provisioning file on disk', () => {
  let directory = '';
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'twinlease-config-'));
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  async function problemOf(path: string): Promise<string> {
    const loaded = await readProvisioning(path);
    return 'document' in loaded
      ? 'accepted'
      : loaded.diagnostics.map((diagnostic) => formatDiagnostic(diagnostic)).join('\n');
  }

  it('is read', async () => {
    const path = join(directory, 'right.yaml');
    writeFileSync(path, EXAMPLE);
    assert.equal(await problemOf(path), 'accepted');
  });

  it('that is not there is an error with its name', async () => {
    const path = join(directory, 'missing.yaml');
    assert.equal(
      await problemOf(path),
      [
        `${path}:1:1: the file cannot be read`,
        `  found:   ENOENT: no such file or directory`,
        '  allowed: a file that this user may read',
      ].join('\n'),
    );
  });

  it('that is a directory is an error', async () => {
    assert.match(
      await problemOf(directory),
      /: the file cannot be read\n {2}found: {3}EISDIR: illegal operation on a directory\n/,
    );
  });

  it('of 100 GB is refused without being read', async () => {
    const path = join(directory, 'sparse.yaml');
    writeFileSync(path, '');
    truncateSync(path, 100e9);
    assert.match(await problemOf(path), /: the file is too big\n/);
  });

  it('that never ends is refused', async () => {
    assert.match(await problemOf('/dev/zero'), /^\/dev\/zero:1:1: the file is too big\n/);
  });
});

describe('whatever is in the file', () => {
  /** The example with a stretch of it replaced by something else. */
  const damaged = fc
    .tuple(
      fc.nat(EXAMPLE.length),
      fc.nat(40),
      fc.oneof(
        fc.string({ maxLength: 20, unit: 'binary' }),
        fc.constantFrom(
          '',
          '\t',
          '\n',
          '\n\n',
          ': ',
          '- ',
          '{',
          '}',
          '[',
          ']',
          '"',
          "'",
          '&a ',
          '*a',
          '!t ',
          '|',
          '>',
          '#',
          ',',
          '---\n',
          '...\n',
          '%',
          '::',
          '/',
          '999999999999999999999',
          'null',
          'true',
        ),
      ),
    )
    .map(([start, length, replacement]) => EXAMPLE.slice(0, start) + replacement + EXAMPLE.slice(start + length));

  function assertRefusedWell(bytes: Uint8Array): void {
    const loaded = loadProvisioning(bytes, 'file.yaml');
    if ('document' in loaded) return;
    assert.ok(loaded.diagnostics.length > 0);
    const lines = Buffer.from(bytes).toString('utf8').split('\n');
    for (const diagnostic of loaded.diagnostics) {
      assert.ok(diagnostic.line >= 1 && diagnostic.line <= lines.length, `line ${diagnostic.line}`);
      assert.ok(
        diagnostic.column >= 1 && diagnostic.column <= (lines[diagnostic.line - 1] ?? '').length + 1,
        `column ${diagnostic.column}`,
      );
      const shown = formatDiagnostic(diagnostic);
      assert.doesNotMatch(shown, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
      assert.ok(shown.length < 4000);
    }
  }

  it('the example with some damage is accepted, or refused with places that exist', () => {
    fc.assert(
      fc.property(damaged, (file) => assertRefusedWell(Buffer.from(file))),
      { numRuns: 100 },
    );
  }).timeout(30_000);

  it('octets without sense are refused with places that exist', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), assertRefusedWell), { numRuns: 300 });
    fc.assert(
      fc.property(
        fc.string({ maxLength: 200, unit: fc.constantFrom(...Array.from('ab:-[]{}"\'#&*!|>%@`,? \n\t0')) }),
        (file) => assertRefusedWell(Buffer.from(file)),
      ),
      { numRuns: 500 },
    );
  }).timeout(30_000);
});

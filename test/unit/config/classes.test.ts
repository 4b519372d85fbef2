// Classes of clients: what is refused, and what of them the boxes of a pair compare.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { type ProvisioningDocument, choicesAt, formatCanonical, loadProvisioning, resolveAppliance } from '../../../src/config/index.ts';
import { diagnosticsOf, itRefuses, itWarns, text, warningsOf, withLan1, withRelationships, withTop } from './refused.ts';

/** Place and problem of each error, and what is allowed. */
function refusals(file: string): string[] {
  return [...diagnosticsOf(file).matchAll(/^file\.yaml:(.*)\n(?:.*\n)*? {2}allowed: ((?:.*\n)(?: {11}.*\n)*)/gm)].map(
    ([, head, allowed = '']) => `${String(head)}; ${allowed.trim().replaceAll(/\s+/g, ' ')}`,
  );
}

const matching = (match: string): string => withTop(`classes: [{ name: a, match: { ${match} }, options: {} }]\n`);

describe('a provisioning file is refused for', () => {
  itRefuses(
    'a class that refers to itself by way of others, with the way',
    withTop(text`
      classes:
        - { name: a, match: { classes: [b] }, options: {} }
        - { name: b, match: { not-classes: [c] } }
        - { name: c, match: { classes: [a] } }
    `),
    text`
      file.yaml:9:35: the class depends on itself
          9 |   - { name: c, match: { classes: [a] } }
            |                                   ^
        key:     classes[2].match.classes[0]
        found:   a -> b -> c -> a
        allowed: classes that do not lead back
    `,
  );

  itRefuses(
    'a class that refers to itself',
    withTop('classes: [{ name: a, match: { not-classes: [a] }, options: {} }]\n'),
    text`
      file.yaml:6:45: the class depends on itself
          6 | classes: [{ name: a, match: { not-classes: [a] }, options: {} }]
            |                                             ^
        key:     classes[0].match.not-classes[0]
        found:   a -> a
        allowed: classes that do not lead back
    `,
  );

  it('names that are not there, also of pools', () => {
    assert.deepEqual(
      refusals(
        withLan1(
          text`
            address-pools: [{ range: 2001:db8:1::1 - 2001:db8:1::f, classes: [phone] }]
            prefix-pools: [{ prefix: 2001:db8:100::/48, delegated-length: 56, not-classes: [phones, guests] }]
          `,
        ) + 'classes: [{ name: phones, match: { classes: [fones] }, options: {} }]\n',
      ),
      [
        '6:71: there is no class "phone"; did you mean "phones"?; phones',
        '7:93: there is no class "guests"; phones',
        '8:46: there is no class "fones"; phones',
      ],
    );
    assert.deepEqual(refusals(withLan1('address-pools: [{ range: 2001:db8:1::1 - 2001:db8:1::f, classes: [phones] }]\n')), [
      '6:71: there is no class "phones"; a class of the list "classes", which has none',
    ]);
  });

  it('names that stand twice, or where no client could be', () => {
    assert.deepEqual(
      refusals(
        withLan1('address-pools: [{ range: 2001:db8:1::1 - 2001:db8:1::f, classes: [a, a], not-classes: [a] }]\n') +
          text`
            classes:
              - { name: a, match: { user-classes: [x] } }
              - { name: b, match: { classes: [a], not-classes: [a] } , options: {} }
              - { name: a, match: { user-classes: [y] } }
          `,
      ),
      [
        '6:74: the class is repeated; each class once',
        '6:92: no client is in a class and not in it; each class in one of the two lists',
        '9:53: no client is in a class and not in it; each class in one of the two lists',
        '10:13: two classes have one name; each name once',
      ],
    );
  });

  it('classes that test nothing, or nothing that there is', () => {
    assert.deepEqual(refusals(matching('')), ['6:22: the class tests nothing; at least one test, such as duids; what is for all clients needs no class']);
    assert.match(refusals(matching('duid: ["00:03:*"]'))[0] ?? '', /^6:31: unknown key "duid"; did you mean "duids"\?/);
    assert.deepEqual(refusals(matching('duids: []')), ['6:31: the list is empty; a list of patterns, with at least one item']);
    assert.deepEqual(refusals(withTop('classes: [{ match: { user-classes: [a] } }]\n')), [
      '6:11: "name" is missing; a map of name, match (needed); lifetimes, options',
    ]);
    assert.deepEqual(refusals(withTop('classes: [{ name: "a b", match: { user-classes: [a] }, options: {} }]\n')), [
      '6:19: this is not a name; 1 to 32 letters, digits, "-" and "_", the first a letter or a digit',
    ]);
    assert.deepEqual(refusals(matching('user-classes: [a, "0x61"], architectures: [7, 7]')), [
      '6:49: the value is repeated; each value once',
      '6:77: the value is repeated; each value once',
    ]);
  });

  it('patterns that nothing can fit', () => {
    assert.deepEqual(refusals(matching(`duids: ["00:03", "${'??'.repeat(131)}*", "00:03:*", "${'??'.repeat(131)}"]`)).map((line) => line.replace(/^[\d:]+ /, '')), [
      'no octets of a DUID fit this pattern; 3 to 130 octets; "*" stands for any number of them',
      'no octets of a DUID fit this pattern; 3 to 130 octets; "*" stands for any number of them',
      'no octets of a DUID fit this pattern; 3 to 130 octets; "*" stands for any number of them',
    ]);
    assert.deepEqual(refusals(matching('link-layer-addresses: ["02:00:5e", "02:00:5e:*"]')), [
      '6:54: no octets of a link-layer address fit this pattern; 6 to 20 octets; "*" stands for any number of them',
    ]);
  });

  it('patterns that are none, at the sign that is wrong', () => {
    const wrong = (key: string, pattern: string): string => refusals(matching(`${key}: ["${pattern}"]`))[0]?.replace(/;.*/, '') ?? '';
    assert.equal(wrong('duids', '00:03:0g:*'), '6:46: an octet has two digits');
    assert.equal(wrong('duids', '00:x3:*'), '6:43: "x" is not a hexadecimal digit');
    assert.equal(wrong('duids', '00:?:*'), '6:43: one octet is "??"');
    assert.equal(wrong('duids', '00:03-*'), '6:45: there is another separator before this one');
    assert.equal(wrong('duids', '00:03:*:'), '6:47: there is nothing behind the separator');
    assert.equal(wrong('duids', ''), '6:39: the pattern is empty');
    assert.equal(wrong('user-classes', '0x6'), '6:49: an octet has two digits');
    assert.equal(wrong('user-classes', ''), '6:46: the pattern is empty');
    assert.equal(wrong('user-classes', 'a'.repeat(256)), '6:46: the pattern is too long');
    assert.match(diagnosticsOf(matching("user-classes: ['ab\\']")), /6:49: a "\\" at the end stands for nothing/);
  });

  it('lifetimes of a class that do not go together, or that are not whole', () => {
    const lifetimes = (own: string): string => withTop(`classes: [{ name: a, match: { user-classes: [x] }, lifetimes: { ${own} } }]\n`);
    assert.deepEqual(refusals(lifetimes('preferred: 2h, valid: 1h')), ['6:76: preferred is longer than valid; t1 <= t2 <= preferred <= valid']);
    assert.deepEqual(refusals(lifetimes('preferred: 1h, valid: 2h, t1: 50m')), ['6:95: t1 is longer than t2 (auto, 0.8 of preferred); t1 <= t2 <= preferred <= valid']);
    assert.match(refusals(lifetimes('preferred: 1h'))[0] ?? '', /^6:52: "valid" is missing; a map of preferred, valid \(needed\); t1, t2$/);
  });

  it('options of a class that are wrong, as in other places', () => {
    assert.deepEqual(refusals(withTop('classes: [{ name: a, match: { user-classes: [x] }, options: { dns-servers: ["::"] } }]\n')), [
      '6:77: no server can have this address; a unicast address',
    ]);
  });

  it('lifetimes of a class that two boxes cannot share, unless every pool of theirs shuts it out', () => {
    const file = (pool: string): string =>
      withRelationships('a: { primary: east, secondary: west }\n', `address-pools: [{ range: 2001:db8:1::10 - 2001:db8:1::1f${pool} }]\n`) +
      'classes: [{ name: short, match: { user-classes: [x] }, lifetimes: { preferred: 10s, valid: 20s } }]\n';
    assert.match(refusals(file(''))[0] ?? '', /a lease under 30s is too short to be shared by two boxes/);
    assert.equal(diagnosticsOf(file(', not-classes: [short]')), 'accepted');
    assert.equal(diagnosticsOf(file(', failover: false')), 'accepted');
  });
});

describe('a provisioning file is used with a warning for', () => {
  itWarns(
    'a class that nobody names and that says nothing',
    withTop('classes: [{ name: a, match: { user-classes: [x] } }]\n'),
    text`
      file.yaml:6:19: warning: the class means nothing to anybody
          6 | classes: [{ name: a, match: { user-classes: [x] } }]
            |                   ^
        key:     classes[0].name
        found:   a
        better:  options, lifetimes, or a pool or another class that names it
    `,
  );

  it('none where a pool or a class names it', () => {
    const classes = 'classes: [{ name: a, match: { user-classes: [x] } }, { name: b, match: { classes: [a] }, options: {} }]\n';
    assert.equal(warningsOf(withTop(classes)), '');
    const pool = 'address-pools: [{ range: 2001:db8:1::1 - 2001:db8:1::f, not-classes: [a] }]\n';
    assert.equal(warningsOf(withLan1(pool) + 'classes: [{ name: a, match: { user-classes: [x] } }]\n'), '');
  });
});

const load = (file: string): ProvisioningDocument => {
  const loaded = loadProvisioning(Buffer.from(file), 'file.yaml');
  return 'document' in loaded ? loaded.document : assert.fail(diagnosticsOf(file));
};

describe('classes in the canonical form and its fingerprint', () => {
  const file = (classes: string, pool = ''): string =>
    withRelationships('a: { primary: east, secondary: west }\n', `address-pools: [{ range: 2001:db8:1::10 - 2001:db8:1::1f${pool} }]\n`) + classes;
  const PHONES = 'classes: [{ name: phones, match: { user-classes: [x] }, options: { aftr: a.example }, lifetimes: { preferred: 1h, valid: 2h } }, { name: b, match: { user-classes: [y] }, options: {} }]\n';

  const differing = (one: string, other: string): string[] => {
    const digests = (of: string): ReadonlyMap<string, string> => new Map([...formatCanonical(load(of)).matchAll(/^# ([\w-]+) +([0-9a-f]{64})$/gm)].map(([, section = '', digest = '']) => [section, digest]));
    const [before, after] = [digests(one), digests(other)];
    return [...before.keys()].filter((section) => before.get(section) !== after.get(section));
  };

  it('a change of a class shows in the fingerprint, each part in its section', () => {
    assert.deepEqual(differing(file(PHONES), file(PHONES.replace('[x]', '[z]'))), ['shared', 'policies']);
    assert.deepEqual(differing(file(PHONES), file(PHONES.replace('a.example', 'b.example'))), ['shared', 'options']);
    assert.deepEqual(differing(file(PHONES), file(PHONES.replace('valid: 2h', 'valid: 3h'))), ['shared', 'lifetimes']);
    assert.deepEqual(differing(file(PHONES), file(PHONES, ', classes: [phones]')), ['shared', 'address-pools']);
    assert.deepEqual(differing(file(PHONES), file(PHONES, ', not-classes: [phones]')), ['shared', 'address-pools']);
    const prefixes = (more: string): string => file(PHONES).replace('    address-pools:', `    prefix-pools: [{ prefix: 2001:db8:100::/48, delegated-length: 56${more} }]\n    address-pools:`);
    assert.deepEqual(differing(prefixes(''), prefixes(', classes: [phones]')), ['shared', 'prefix-pools']);
  });

  it('the order of classes shows, too: the first counts', () => {
    const [, first = '', second = ''] = /\[(\{.*\}), (\{ name: b.*\})\]/.exec(PHONES) ?? [];
    assert.deepEqual(differing(file(PHONES), file(`classes: [${second}, ${first}]\n`)), ['shared', 'lifetimes', 'options', 'policies']);
  });

  it('a file without classes has the fingerprint that it had before there were any', () => {
    assert.deepEqual(differing(file(''), file('classes: []\n')), []);
    assert.match(formatCanonical(load(file(''))), /^# shared +48449037da6081394c306ab886229f8c98ae42f54bf44eeb223498ed5cf2e156$/m);
  });

  it('patterns have one notation', () => {
    const shown = formatCanonical(load(withTop('classes: [{ name: a, match: { user-classes: ["0x61622A", "a**b", "0x00*"], duids: ["0003??*", "00-04-*"] }, options: {} }]\n')));
    assert.deepEqual(shown.match(/(user-classes|duids): .*/g), ['user-classes: ["ab\\\\*", "a*b", "0x00*"]', 'duids: ["00:03:??:*", "00:04:*"]']);
  });

  it('stay as they are in both boxes, whatever order the file had', () => {
    const resolved = resolveAppliance(load(file(PHONES)), 'west');
    assert.ok(!('error' in resolved));
    assert.deepEqual(resolved.server.classes.map(({ name }) => name), ['phones', 'b']);
  });
});

describe('the classes that the README shows', () => {
  it('are accepted as they stand there, without a warning', () => {
    const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
    const [, shown] = /```yaml\n(classes:\n[^]*?)```/.exec(readme) ?? [];
    assert.ok(shown !== undefined);
    assert.equal(warningsOf(`version: 1\nappliances: { east: { links: { lan1: [eth1] } } }\n${shown}`), '');
  });
});

describe('the console offers', () => {
  it('names of classes where a pool or a class takes one', () => {
    const content = { classes: [{ name: 'phones' }, { name: 'gold' }], links: { lan1: { 'address-pools': [{}] } } };
    const offered = choicesAt(['links', 'lan1', 'address-pools', '0', 'classes', 'new'], content).map((choice) => choice.text);
    assert.deepEqual(offered.slice(0, 2), ['phones', 'gold']);
    assert.ok(choicesAt(['classes', '0', 'match'], content).some((choice) => choice.text === 'vendor-classes'));
  });
});

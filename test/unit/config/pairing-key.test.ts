// The pairing key of a relationship: what is taken for one, what it must not be beside, and that nobody gets to see it.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatCanonical, loadProvisioning, resolveAppliance } from '../../../src/config/index.ts';
import type { ProvisioningDocument } from '../../../src/config/index.ts';
import { parsePairingKey } from '../../../src/identity/index.ts';
import { diagnosticsOf, itRefuses, text, warningsOf, withRelationships } from './refused.ts';

const KEY = '0440-Y5GX-4GNK-4EA0-8X75-AQ33-D9RN-T7QB';
const OTHER = 'AHEN-MGT8-E5Z6-EV0N-28DG-029P-7WJ8-ZGH8';

function load(file: string): ProvisioningDocument {
  const loaded = loadProvisioning(Buffer.from(file), 'file.yaml');
  assert.ok('document' in loaded, diagnosticsOf(file));
  return loaded.document;
}

/** Two boxes without certificates. */
function paired(key: string, more = ''): string {
  return withRelationships(`a: { primary: east, secondary: west, pairing-key: ${key}${more} }\n`).replaceAll(/ {4}(certificate|key): .*\n/g, '');
}

describe('a pairing key in a provisioning file', () => {
  it('[R-ID1] takes the place of certificates, on both boxes', () => {
    assert.equal(warningsOf(paired(KEY)), '');
    for (const box of ['east', 'west']) {
      const appliance = resolveAppliance(load(paired(KEY)), box);
      assert.ok(!('error' in appliance));
      assert.equal(appliance.identity, undefined);
      const [relationship] = appliance.relationships;
      assert.deepEqual(relationship?.pairing, { key: parsePairingKey(KEY) });
      assert.deepEqual([relationship.insecure, relationship.partnerCertificateFile], [false, undefined]);
    }
  });

  it('[R-ID1] is why the certificates of boxes are only their own, where they have some', () => {
    const file = withRelationships(`a: { primary: east, secondary: west, pairing-key: ${KEY} }\n`);
    const east = resolveAppliance(load(file), 'east');
    assert.ok(!('error' in east));
    assert.deepEqual(east.identity, { certificateFile: '/etc/east.crt', keyFile: '/etc/east.key' });
    assert.equal(east.relationships[0]?.partnerCertificateFile, undefined);
  });

  it('is read in small letters, without hyphens, and with an O for a 0', () => {
    const written = `"${KEY.replaceAll('-', '').replaceAll('0', 'O').toLowerCase()}"`;
    assert.deepEqual(resolveAppliance(load(paired(written)), 'east'), resolveAppliance(load(paired(KEY)), 'east'));
  });

  it('may be removed when the boxes are paired', () => {
    const appliance = resolveAppliance(load(paired('removed')), 'west');
    assert.ok(!('error' in appliance));
    assert.deepEqual(appliance.relationships[0]?.pairing, { key: undefined });
    const two = withRelationships(
      'a: { primary: east, secondary: west, links: [lan1], pairing-key: removed }\nb: { primary: west, secondary: east, links: [lan2], pairing-key: removed }\n',
      '', 'prefixes: [2001:db8:2::/64]\n',
    );
    assert.equal(warningsOf(two), '');
  });

  it('is in nothing that is shown or compared: neither the canonical form, nor its fingerprint, nor what the partner is told', () => {
    const document = load(paired(KEY));
    const canonical = formatCanonical(document);
    assert.match(canonical, /pairing-key: removed/);
    assert.equal(formatCanonical(load(canonical)), canonical);
    const one = resolveAppliance(document, 'east');
    const other = resolveAppliance(load(paired(OTHER)), 'east');
    assert.ok(!('error' in one) && !('error' in other));
    assert.equal(one.relationships[0]?.configDigest, other.relationships[0]?.configDigest);
    assert.deepEqual(one.relationships[0]?.configSections, other.relationships[0]?.configSections);
    assert.doesNotMatch(JSON.stringify(one.relationships[0]?.configSections), /pairing/);
  });

  // Whatever is wrong with a line, what is shown of it has no letter of the key.
  const betrayals: readonly (readonly [what: string, file: string])[] = [
    ['a letter is wrong', paired(KEY.replace(/^./, 'Z'))],
    ['it is too short', paired(KEY.slice(0, -5))],
    ['it holds a letter that no key has', paired(KEY.replace(/.$/, 'U'))],
    ['another key of its line is unknown', paired(KEY, ', porrt: 7')],
    ['its own name is misspelt', paired(KEY).replace('pairing-key', 'paring-key')],
    ['it is quoted', paired(`"${KEY}!"`)],
    ['it is quoted, and its quotes are not closed', paired(`'${KEY}`)],
    ['it is a block', withRelationships(`a:\n  primary: east\n  secondary: west\n  pairing-key: >-\n    ${KEY}X\n`)],
    ['it stands on the next line', withRelationships(`a:\n  primary: east\n  secondary: west\n  pairing-key:\n    ${KEY}X\n`)],
    ['the line is no YAML', withRelationships(`a:\n  pairing-key: ${KEY}: x\n`)],
    ['it stands where a box does', withRelationships(`a: { primary: ${KEY}, secondary: west }\n`)],
    ['the file is no text', paired(KEY).replace(' }\n', ' \u0001}\n')],
  ];
  for (const [what, file] of betrayals) {
    it(`is not shown where ${what}`, () => {
      const said = diagnosticsOf(file);
      assert.notEqual(said, 'accepted');
      for (const group of KEY.split('-').slice(1, -1)) assert.ok(!said.includes(group), said);
    });
  }
});

describe('a provisioning file is refused for its pairing keys:', () => {
  itRefuses(
    'one with a letter that is wrong',
    paired(KEY.replace(/^./, 'Z')),
    text`
      file.yaml:10:53: a letter or digit of the pairing key is wrong
         10 | ...dary: west, pairing-key: *************************************** }
            |                             ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        key:     relationships.a.pairing-key
        found:   ***************************************
        allowed: 32 letters and digits in groups of four, as "twinlease pair key"
                 makes them, or "removed"
    `,
  );

  itRefuses(
    'a key for two relationships',
    withRelationships(
      `a: { primary: east, secondary: west, links: [lan1], pairing-key: ${KEY} }\nb: { primary: west, secondary: east, links: [lan2], pairing-key: ${KEY} }\n`,
      '',
      'prefixes: [2001:db8:2::/64]\n',
    ),
    text`
      file.yaml:15:68: another relationship has this key
         15 | ...ks: [lan2], pairing-key: *************************************** }
            |                             ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        key:     relationships.b.pairing-key
        found:   ***************************************
        allowed: a key for each relationship, as "twinlease pair key" makes them
        the other one is at 14:68 (relationships.a.pairing-key)
         14 | ...ks: [lan1], pairing-key: *************************************** }
            |                             ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
    `,
  );

  itRefuses(
    'a key without TLS',
    paired(KEY, ', insecure: true'),
    text`
      file.yaml:10:40: without TLS there is nothing to be paired for
         10 | ...t, secondary: west, pairing-key: *********************************...
            |                        ^~~~~~~~~~~
        key:     relationships.a.pairing-key
        found:   both pairing-key and insecure: true
        allowed: pairing-key, or insecure: true
        TLS is switched off at 10:104 (relationships.a.insecure)
         10 | ...ing-key: ***************************************, insecure: true }
            |                                                                ^~~~
    `,
  );

  itRefuses(
    'a key beside certificates',
    paired(KEY, ', certificates: { east: /a, west: /b }'),
    text`
      file.yaml:10:94: boxes that are paired tell each other their certificates
         10 | ...**************************, certificates: { east: /a, west: /b } }
            |                                ^~~~~~~~~~~~
        key:     relationships.a.certificates
        found:   both certificates and pairing-key
        allowed: certificates, or pairing-key
        the pairing-key is at 10:40 (relationships.a.pairing-key)
         10 | ...t, secondary: west, pairing-key: *********************************...
            |                        ^~~~~~~~~~~
    `,
  );
});

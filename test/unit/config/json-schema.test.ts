// The JSON Schema that is shipped for editors.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { parse } from 'yaml';
import { jsonSchemaText } from '../../../src/config/json-schema.ts';
import { arbitraryFile, yamlOf } from './arbitrary-file.ts';
import { diagnosticsOf, text, withLan1, withRelationships, withTop } from './refused.ts';

const shipped = readFileSync(new URL('../../../src/config/provisioning.schema.json', import.meta.url), 'utf8');
const example = readFileSync(new URL('../../../rootfs/usr/share/twinlease/example.yaml', import.meta.url), 'utf8');

const accepts = new Ajv({ strict: true, strictTypes: false, strictRequired: false, allErrors: true }).compile(
  JSON.parse(shipped) as object,
);

describe('the JSON Schema of the provisioning file', () => {
  it('is the one that `npm run schema` makes', () => {
    assert.equal(shipped, jsonSchemaText());
  });

  it('accepts the example', () => {
    assert.ok(accepts(parse(example)), JSON.stringify(accepts.errors, null, 2));
  });

  it('accepts what the daemon accepts', () => {
    fc.assert(
      fc.property(arbitraryFile, (file) => {
        assert.ok(accepts(parse(yamlOf(file))), JSON.stringify(accepts.errors, null, 2));
      }),
      { numRuns: 20 },
    );
  }).timeout(20_000);

  const bad: readonly (readonly [what: string, file: string])[] = [
    ['without a version', 'appliances: { east: { relay-interfaces: [eth1] } }\n'],
    ['of another version', 'version: 2\nappliances: { east: { relay-interfaces: [eth1] } }\n'],
    ['without boxes', 'version: 1\nappliances: {}\n'],
    ['with an unknown key', withTop('colour: blue\n')],
    [
      'with an unknown key deep inside',
      withLan1('reservations: [{ duid: "00:03:01", addreses: ["2001:db8:1::1"] }]\n'),
    ],
    ['with a list for a map', withTop('server: []\n')],
    ['with a number that is too large', withTop('server: { preference: 256 }\n')],
    ['with a name that is none', withTop('  "lan 2": {}\n')],
    ['with a duration that is none', withTop('lifetimes: { preferred: 1y }\n')],
    [
      'with a prefix without a length',
      withLan1('prefix-pools: [{ prefix: "2001:db8:100::", delegated-length: 56 }]\n'),
    ],
    ['with a stray character in an address', withTop('options: { dns-servers: [2001:db8::g] }\n')],
    [
      'with a stray character in a DUID',
      withLan1('reservations: [{ duid: "00:03:0g", addresses: ["2001:db8:1::1"] }]\n'),
    ],
    ['with an empty list', withTop('options: { dns-servers: [] }\n')],
    ['with an allocation that is none', withLan1('address-pools: [{ prefix: 2001:db8:1::/65, allocation: fast }]\n')],
    [
      'with a pool that is range and prefix',
      withLan1('address-pools: [{ prefix: 2001:db8:1::/65, range: "2001:db8:1::1 - 2001:db8:1::2" }]\n'),
    ],
    ['with a pool that is nothing', withLan1('address-pools: [{ allocation: random }]\n')],
    ['with a reservation for nobody', withLan1('reservations: [{ addresses: ["2001:db8:1::1"] }]\n')],
    ['with a reservation of nothing', withLan1('reservations: [{ duid: "00:03:01" }]\n')],
    [
      'with an IAID without a DUID',
      withLan1('reservations: [{ link-layer-address: "02:00:5e:10:00:01", iaid: 1, options: {} }]\n'),
    ],
    ['with an option of an unknown type', withTop('options: { custom: [{ code: 200, type: text, value: a }] }\n')],
    [
      'with an option value of another type',
      withTop('options: { custom: [{ code: 200, type: uint8, value: 256 }] }\n'),
    ],
    ['with a relationship of one box', withRelationships('a: { primary: east }\n')],
    ['with a lead time that is none', withRelationships('a: { primary: east, secondary: west, mclt: soon }\n')],
    ['with a share that is none', withRelationships('a: { primary: east, secondary: west, prefix-share: half }\n')],
    ['with a certificate in no place', withRelationships('a: { primary: east, secondary: west, certificates: { east: a } }\n')],
    ['with a pairing key that is none', withRelationships('a: { primary: east, secondary: west, pairing-key: secret }\n')],
    ['with a port that is none', withRelationships('a: { primary: east, secondary: west, port: 0 }\n')],
    [
      'with a wrong management address',
      text`
        version: 1
        appliances: { east: { management: { interface: eth0, address: fd00::1 }, relay-interfaces: [eth1] } }
      `,
    ],
  ];
  for (const [what, file] of bad) {
    it(`refuses a file ${what}, as the daemon does`, () => {
      assert.ok(!accepts(parse(file)));
      assert.notEqual(diagnosticsOf(file), 'accepted');
    });
  }
});

// DNS updates in the provisioning file: what is refused, what is kept to oneself, and what comes of it.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatCanonical, loadProvisioning, maskSecrets, resolveAppliance } from '../../../src/config/index.ts';
import { canonicalForm } from '../../../src/config/canonical.ts';
import { fingerprint } from '../../../src/config/fingerprint.ts';
import { nameText } from '../../../src/dns/index.ts';
import { itRefuses, text, warningsOf, withTop } from './refused.ts';

const SECRET = 'c2VjcmV0IG9mIHRoZSB0ZXN0IQ==';

const RIGHT = text`
  version: 1
  appliances: { east: { links: { lan1: [eth1] } } }
  dns-updates:
    keys:
      update.example.com: { algorithm: hmac-sha512, secret: c2VjcmV0IG9mIHRoZSB0ZXN0IQ== }
    zones:
      - { name: LAN.example.com, servers: [2001:db8::53, { address: 192.0.2.53, port: 5353 }], key: update.example.com }
      - { prefix: "2001:db8:1::/48", servers: ["2001:db8::53"] }
  links:
    lan1:
      prefixes: [2001:db8:1::/64]
      dns-updates: { domain: lan.example.com, when-taken: number }
`;

function load(file: string) {
  const loaded = loadProvisioning(new TextEncoder().encode(file), 'file.yaml');
  assert.ok('document' in loaded, JSON.stringify(loaded));
  return loaded;
}

describe('DNS updates in the provisioning file', () => {
  itRefuses(
    'a key that is not there, and a zone without a name',
    withTop(text`
      dns-updates:
        zones:
          - { name: lan.example.com, servers: ["::1"], key: nobody }
          - { servers: ["::1"] }
    `),
    text`
      file.yaml:8:55: there is no such key
          8 |     - { name: lan.example.com, servers: ["::1"], key: nobody }
            |                                                       ^~~~~~
        key:     dns-updates.zones[0].key
        found:   nobody
        allowed: a key under "keys"
      file.yaml:9:7: a zone has a name, or a prefix
          9 |     - { servers: ["::1"] }
            |       ^~~~~~~~~~~~~~~~~~~~
        key:     dns-updates.zones[1]
        found:   neither
        allowed: name, or prefix
    `,
  );

  it('says nothing of a file that is right, and warns of a domain in no zone and of a secret that was taken out', () => {
    assert.deepEqual(load(RIGHT).warnings.diagnostics, []);
    assert.match(warningsOf(RIGHT.replace('domain: lan', 'domain: wan')), /domain is in none of the zones/);
    assert.match(warningsOf(RIGHT.replace(SECRET, 'removed')), /the secret is missing/);
  });

  it('gives the core its zones and names, and the sender its servers and keys', () => {
    const resolved = resolveAppliance(load(RIGHT).document, 'east');
    assert.ok(!('error' in resolved) && resolved.dns !== undefined);
    const { updates, servers } = resolved.dns;
    assert.deepEqual(updates.zones.map(({ text: zone, name }) => [zone, nameText(name)]), [
      ['lan.example.com', 'lan.example.com'],
      ['1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa', '1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa'],
    ]);
    const { domain, ...naming } = updates.links['lan1'] ?? assert.fail();
    assert.equal(nameText(domain), 'lan.example.com');
    assert.deepEqual(naming, { clientNames: true, generated: 'asked', generatedPrefix: 'host', overrideClient: false, reverse: true, whenTaken: 'number' });
    assert.deepEqual(servers[0]?.servers, [{ address: '2001:db8::53', port: 53 }, { address: '192.0.2.53', port: 5353 }]);
    const key = servers[0].key ?? assert.fail();
    assert.deepEqual([key.name, key.algorithm, Buffer.from(key.secret).toString('base64')], ['update.example.com', 'hmac-sha512', SECRET]);
    assert.equal(servers[1]?.key, undefined);
    const without = resolveAppliance(load(RIGHT.replace(/dns-updates:[^]*?(?=links:\n)/, '').replace(/ +dns-updates: .*\n/, '')).document, 'east');
    assert.ok(!('error' in without) && without.dns === undefined);
  });

  it('keeps the secret to itself: in what it shows, in what is made of it, and in what is wrong with it', () => {
    const form = canonicalForm(load(RIGHT).document);
    const shown = formatCanonical(load(RIGHT).document);
    assert.ok(!shown.includes('c2VjcmV0'));
    assert.match(shown, /secret: removed/);
    assert.deepEqual(canonicalForm(load(shown).document), form);
    assert.ok(!maskSecrets(RIGHT).includes('c2VjcmV0'));
    for (const bad of [RIGHT.replace('algorithm: hmac-sha512', 'algorithm: rot13'), RIGHT.replace('c2VjcmV0', 'c2VjcmV0!'), RIGHT.replace('secret: ', 'secret: ['), RIGHT.replace('secret: c2', '"secret": "c2').replace('IQ== }', 'IQ==')]) {
      const refused = loadProvisioning(new TextEncoder().encode(bad), 'file.yaml');
      assert.ok('diagnostics' in refused);
      assert.ok(!JSON.stringify(refused).includes('VjcmV0'), JSON.stringify(refused));
    }
  });

  it('is part of what two boxes agree on, but for the secrets', () => {
    const pair = (dns: string): string => text`
      version: 1
      appliances:
        east: { management: { interface: eth0, address: fd00::1/64 }, links: { lan1: [eth1] } }
        west: { management: { interface: eth0, address: fd00::2/64 }, links: { lan1: [eth1] } }
      relationships: { pair: { primary: east, secondary: west, insecure: true } }
      links: { lan1: { prefixes: [2001:db8:1::/64] } }
    ` + dns;
    const of = (dns: string): string => fingerprint(canonicalForm(load(pair(dns)).document), 'pair').shared;
    const zone = 'dns-updates: { keys: { a: { secret: YWJj } }, zones: [ { name: example.com, servers: ["::1"], key: a } ] }\n';
    assert.notEqual(of(zone), of(''));
    assert.equal(of(zone), of(zone.replace('YWJj', 'YWJk')));
    assert.notEqual(of(zone), of(zone.replace('::1', '::2')));
  });
});

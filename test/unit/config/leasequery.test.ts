// Leasequery in the provisioning file: what is refused, and what comes of it.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatCanonical, loadProvisioning, resolveAppliance } from '../../../src/config/index.ts';
import { canonicalForm } from '../../../src/config/canonical.ts';
import { fingerprint } from '../../../src/config/fingerprint.ts';
import { sharedKeys } from '../../../src/config/shared-keys.ts';
import { formatPrefix } from '../../../src/wire/index.ts';
import { itRefuses, text, warningsOf, withTop } from './refused.ts';

const SHA256 = 'AB:'.repeat(31) + 'CD';

const RIGHT = withTop(text`
  leasequery:
    requestors: [2001:db8:f::5, { address: "2001:db8:e::/64", certificate: "SHA256" }]
    sensitive-options: [39]
    tcp: { active: true, timeout: 10m }
`).replace('SHA256', SHA256);

function load(file: string) {
  const loaded = loadProvisioning(new TextEncoder().encode(file), 'file.yaml');
  assert.ok('document' in loaded, JSON.stringify(loaded));
  return loaded;
}

function resolved(file: string) {
  const appliance = resolveAppliance(load(file).document, undefined);
  assert.ok(!('error' in appliance));
  return appliance;
}

describe('leasequery in the provisioning file', () => {
  itRefuses(
    'requestors that are none, and certificates that nobody has',
    withTop(text`
      leasequery:
        requestors: [2001:db8::/129, "fe80::1", { address: "::1", certificate: "AB:CD" }]
        tcp: { connections: 0 }
    `),
    text`
      file.yaml:7:27: the prefix length is wrong
          7 | ...estors: [2001:db8::/129, "fe80::1", { address: "::1", certificate:...
            |                        ^~~
        key:     leasequery.requestors[0]
        found:   2001:db8::/129
        allowed: 0 to 128 after the slash
      file.yaml:7:74: this is no SHA-256
          7 | ...01:db8::/129, "fe80::1", { address: "::1", certificate: "AB:CD" }]
            |                                                            ^~~~~~~
        key:     leasequery.requestors[2].certificate
        found:   "AB:CD"
        allowed: the SHA-256 of a certificate, 64 hexadecimal digits, as "twinlease
                 identity show" prints it
      file.yaml:8:23: the number is too small
          8 |   tcp: { connections: 0 }
            |                       ^
        key:     leasequery.tcp.connections
        found:   0
        allowed: a whole number from 1 to 100
    `,
  );

  itRefuses(
    'TLS where nobody could come',
    withTop(text`
      leasequery: { requestors: [2001:db8::5], tcp: {} }
    `),
    text`
      file.yaml:6:42: nobody could ask over TLS: no requestor has a certificate
          6 | leasequery: { requestors: [2001:db8::5], tcp: {} }
            |                                          ^~~
        key:     leasequery.tcp.security
        found:   nothing
        allowed: a certificate of each requestor: { address: ADDRESS, certificate:
                 SHA-256 }; or "insecure"
    `,
  );

  const PAIR = text`
    version: 1
    appliances:
      east: { management: { interface: eth0, address: fd00::1/64 }, links: { lan: [eth1] } }
      west: { management: { interface: eth0, address: fd00::2/64, metrics-port: 9100 }, links: { lan: [eth1] } }
    relationships: { pair: { primary: east, secondary: west, insecure: true } }
    links: { lan: { prefixes: [2001:db8:1::/64] } }
  `;
  itRefuses(
    'a TCP port at which the box listens for something else',
    PAIR + 'leasequery: { requestors: ["::1"], tcp: { security: insecure, port: 647 } }',
    text`
      file.yaml:7:69: west listens at this TCP port for failover already
          7 | ...y: { requestors: ["::1"], tcp: { security: insecure, port: 647 } }
            |                                                               ^~~
        key:     leasequery.tcp.port
        found:   647
        allowed: another port for leasequery, or for failover
    `,
  );

  itRefuses(
    'the TCP port of metrics',
    PAIR + 'leasequery: { requestors: ["::1"], tcp: { security: insecure, port: 9100 } }',
    text`
      file.yaml:7:69: west listens at this TCP port for metrics already
          7 | ...: { requestors: ["::1"], tcp: { security: insecure, port: 9100 } }
            |                                                              ^~~~
        key:     leasequery.tcp.port
        found:   9100
        allowed: another port for leasequery, or for metrics
        the one for metrics is at 4:77 (appliances.west.management.metrics-port)
          4 | ...ddress: fd00::2/64, metrics-port: 9100 }, links: { lan: [eth1] } }
            |                                      ^~~~
    `,
  );

  it('warns of a file that lets nearly everybody ask', () => {
    assert.equal(load(RIGHT).warnings.diagnostics.length, 0);
    assert.match(warningsOf(RIGHT.replace('2001:db8:f::5', '"::/0"')), /nearly everybody may ask/);
    assert.match(warningsOf(RIGHT.replace('2001:db8:f::5', '2001:db8::/47')), /whole sites may ask/);
    assert.equal(load(RIGHT.replace('2001:db8:f::5', '2001:db8::/48')).warnings.diagnostics.length, 0);
  });

  it('gives the core who may ask, and the shell who may come', () => {
    const { server, leasequeryTcp } = resolved(RIGHT);
    const { requestors, sensitiveOptions, activeHistory } = server.leasequery ?? assert.fail();
    assert.deepEqual([requestors.map(formatPrefix), sensitiveOptions, activeHistory], [['2001:db8:f::5/128', '2001:db8:e::/64'], [39], 86_400]);
    const { requestors: permitted, ...tcp } = leasequeryTcp ?? assert.fail();
    assert.deepEqual(tcp, { port: 547, isSecure: true, connections: 10, timeout: 600 });
    assert.deepEqual(permitted.map(({ certificate }) => certificate), [undefined, `${'ab'.repeat(31)}cd`]);
  });

  it('has insecure TCP, and active leasequery, only where the file says so', () => {
    const secure = resolved(RIGHT.replace('active: true, ', ''));
    assert.deepEqual([secure.leasequeryTcp?.isSecure, secure.server.leasequery?.activeHistory], [true, undefined]);
    assert.equal(resolved(RIGHT.replace('active: true', 'security: insecure')).leasequeryTcp?.isSecure, false);
    const without = resolved(withTop('leasequery: { requestors: ["::1"] }'));
    assert.deepEqual([without.leasequeryTcp, without.server.leasequery?.activeHistory], [undefined, undefined]);
    assert.equal(resolved(withTop('')).server.leasequery, undefined);
  });

  it('reads the same again from its canonical form', () => {
    const canonical = formatCanonical(load(RIGHT).document);
    assert.match(canonical, /leasequery:\n {2}requestors:\n {4}- 2001:db8:f::5\n {4}- address: 2001:db8:e::\/64\n {6}certificate: (ab){31}cd\n {2}tcp:/);
    assert.deepEqual(resolved(canonical).leasequeryTcp, resolved(RIGHT).leasequeryTcp);
    assert.equal(formatCanonical(load(canonical).document), canonical);
  });

  it('is what the boxes of a pair have to agree on', () => {
    const pair = (section: string) =>
      canonicalForm(load(text`
        version: 1
        appliances:
          east: { management: { interface: eth0, address: fd00::1/64 }, links: { lan: [eth1] } }
          west: { management: { interface: eth0, address: fd00::2/64 }, links: { lan: [eth1] } }
        relationships: { pair: { primary: east, secondary: west, insecure: true } }
        links: { lan: { prefixes: [2001:db8:1::/64] } }
      ` + section).document);
    const [without, one, other] = ['', 'leasequery: { requestors: ["::1"] }', 'leasequery: { requestors: ["::2"] }'].map(pair);
    assert.ok(without !== undefined && one !== undefined && other !== undefined);
    const digests = [without, one, other].map((form) => fingerprint(form, 'pair').sections.policies);
    assert.equal(new Set(digests).size, 3);
    assert.equal(sharedKeys(one, 'pair')['leasequery.requestors'], '["::1"]');
  });
});

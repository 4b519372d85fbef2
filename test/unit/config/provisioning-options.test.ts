// The options for routers, phones, hosts that boot, and resolvers: what is refused, and what goes on the wire.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { loadProvisioning, resolveAppliance } from '../../../src/config/index.ts';
import { formatHex } from '../../../src/wire/index.ts';
import { diagnosticsOf, itRefuses, itWarns, text, warningsOf, withTop } from './refused.ts';

/** Place and problem of each error, and what is allowed. */
function refusals(options: string): string[] {
  return [...diagnosticsOf(withTop(options)).matchAll(/^file\.yaml:(.*)\n(?:.*\n)*? {2}allowed: ((?:.*\n)(?: {11}.*\n)*)/gm)].map(
    ([, head, allowed = '']) => `${String(head)}; ${allowed.trim().replaceAll(/\s+/g, ' ')}`,
  );
}

describe('a provisioning file is refused for', () => {
  itRefuses(
    'rules whose bits do not fit, with all of the place',
    withTop(text`
      options:
        softwires:
          map-t: { rules: [{ ipv4-prefix: 192.0.2.0/24, ipv6-prefix: 2001:db8::/40, ea-length: 25 }], default-mapping: 64:ff9b::/96 }
    `),
    text`
      file.yaml:8:90: so many bits are not left of an address with its ports, and of a prefix
          8 | ...: 2001:db8::/40, ea-length: 25 }], default-mapping: 64:ff9b::/96 }
            |                                ^~
        key:     options.softwires.map-t.rules[0].ea-length
        found:   25
        allowed: at most 24, behind 192.0.2.0/24 and 2001:db8::/40 (RFC 7597 section
                 5.2)
    `,
  );

  it('addresses, prefixes and lengths of softwires that are none', () => {
    assert.deepEqual(
      refusals(text`
        options:
          softwires:
            map-e:
              - rules:
                  - { ipv4-prefix: 192.0.2.1/24, ipv6-prefix: 2001:db8::/40, ea-length: 8 }
                  - { ipv4-prefix: 192.0.2.0, ipv6-prefix: 2001:db8::/40, ea-length: 8 }
                  - { ipv4-prefix: 192.0.2.0/33, ipv6-prefix: 2001:db8::/40, ea-length: 49 }
                border-relays: []
            lw4o6: { binding: { ipv4-address: 192.0.2.256, ipv6-prefix: 2001:db8::/56, port-parameters: { offset: 16 } }, border-relays: [2001:db8::1] }
      `),
      [
        '10:28: bits beyond the first 24 are set; 192.0.2.0/24, or a longer length',
        '11:37: the prefix length is missing; an IPv4 prefix such as 192.0.2.0/24',
        '12:38: the prefix length is wrong; 0 to 32 after the slash',
        '12:81: the number is too large; a whole number from 0 to 48',
        '13:9: the list is empty; a list of IPv6 addresses, with at least one item',
        '14:39: this is not an IPv4 address; an IPv4 address such as 192.0.2.1',
        '14:107: the number is too large; a whole number from 0 to 15',
      ],
    );
  });

  it('port sets and priorities that cannot be, and border relays that nobody can be', () => {
    assert.deepEqual(
      refusals(text`
        options:
          softwires:
            priority: [map-e, lw4o6, map-e]
            map-e:
              - rules: [{ ipv4-prefix: 192.0.2.0/24, ipv6-prefix: 2001:db8::/65, ea-length: 0, port-parameters: { offset: 6, psid-length: 11, psid: 2048 } }]
                border-relays: [ff02::1]
            lw4o6: { binding: { ipv4-address: 192.0.2.1, ipv6-prefix: 2001:db8::/56, port-parameters: { offset: 0, psid: 1 } }, border-relays: ["::"] }
      `),
      [
        '8:30: the mechanism is repeated; each mechanism once (RFC 8026 section 1.3)',
        '10:59: the prefix leaves no interface identifier; a length of at most 64',
        '10:131: a port has 16 bits; at most 10, with an offset of 6',
        '10:141: the PSID does not fit its length; 0 to 2047',
        '11:25: no server can have this address; a unicast address',
        '12:114: the PSID does not fit its length; 0, or a psid-length',
        '12:137: no server can have this address; a unicast address',
      ],
    );
  });

  it('a mechanism that is not known', () => {
    assert.deepEqual(refusals('options: { softwires: { priority: [mape] } }\n'), [
      '6:36: this is not one of the values; did you mean "map-e"?; ds-lite, dhcpv4-over-dhcpv6, map-e, map-t, lw4o6',
    ]);
  });

  it('boot files of which a client could have two, and URLs that are none', () => {
    assert.deepEqual(
      refusals(text`
        options:
          boot-files:
            - { url: "http://[2001:db8::1]/a", architectures: [7, 9, 7] }
            - { url: "http://[2001:db8::1]/b", architectures: [9] }
            - { url: "http://[2001:db8::1]/c" }
            - { url: "http://[2001:db8::1]/d" }
      `),
      [
        '8:62: two boot files are for one architecture; each architecture once',
        '9:56: two boot files are for one architecture; each architecture once',
        '11:7: two boot files are for all other clients; one without architectures at most',
      ],
    );
    assert.deepEqual(
      refusals(text`
        options:
          boot-files:
            - { url: "http://2001:db8::1/a" }
            - { url: boot.efi }
            - { url: "http:///a" }
            - { url: "http://a/ b" }
            - { url: "http://a/%zz" }
            - { url: "http://a/", architectures: [65536] }
            - { url: "http://a/", parameters: [""] }
            - {}
      `),
      [
        '8:22: an IPv6 address stands in brackets in a URI; a host such as [2001:db8::69]',
        '9:14: the scheme of the URI is missing; a URI such as https://www.example.com/',
        '10:14: the URI names no host; a URI such as http://[2001:db8::69]/boot.efi',
        '11:24: " " does not belong in a URI; the characters of RFC 3986; others as % and two hexadecimal digits',
        '12:24: "%" does not belong in a URI; the characters of RFC 3986; others as % and two hexadecimal digits',
        '13:43: the number is too large; a whole number from 0 to 65535',
        '14:40: the text is empty; a text of at least one character, none of them U+0000',
        '15:7: "url" is missing; a map of url (needed); architectures, parameters',
      ],
    );
  });

  it('resolvers that do not fit together', () => {
    assert.deepEqual(
      refusals(text`
        options:
          encrypted-dns:
            - { priority: 1, name: dns.example, port: 853 }
            - { priority: 1, name: dns.example, addresses: [2001:db8::53], alpn: [h3] }
            - { priority: 1, name: dns.example, addresses: ["::1"], alpn: [dot], doh-path: "/q{?dns}" }
      `),
      [
        '8:47: where no addresses are told, nothing else is (RFC 9463 section 3.1.6); priority and name, or addresses as well',
        '9:68: DNS over HTTPS has no path; doh-path as well, such as "/dns-query{?dns}" (RFC 9461 section 5)',
        '10:53: no server can have this address; a unicast address',
        '10:84: a resolver that does not speak HTTP has no path; h2 or h3 in alpn',
      ],
    );
    assert.deepEqual(refusals('options: { encrypted-dns: [{ priority: 0, name: a, addresses: ["2001:db8::1"], alpn: ["h 2"], doh-path: /q }] }\n'), [
      '6:40: the number is too small; a whole number from 1 to 65535',
      '6:87: this is not the name of a protocol; the name of a protocol such as dot, h2, h3, doq',
      '6:105: the path has no place for the question; a path with {?dns}, such as /dns-query{?dns}',
    ]);
  });

  it('time zones, portals and tunnel endpoints that are none', () => {
    assert.deepEqual(refusals('options: { timezone: {} }\n'), ['6:12: the time zone is missing; posix, name, or both']);
    assert.deepEqual(
      refusals(text`
        options:
          timezone: { posix: ":Europe/Berlin", name: "Europe Berlin" }
          captive-portal: portal
          aftr: [a.example, b.example]
          sip-servers: [sip.example]
      `),
      [
        '7:22: this is not a time zone as POSIX writes it; a time zone such as CET-1CEST,M3.5.0,M10.5.0/3',
        '7:46: this is not a name of the TZ database; a name of the TZ database such as Europe/Berlin',
        '8:19: the scheme of the URI is missing; a URI such as https://www.example.com/',
        '9:3: a list is not allowed here; a domain name such as lan.example.com',
        '10:17: "s" does not belong in an IPv6 address; an IPv6 address such as 2001:db8::53',
      ],
    );
    assert.match(refusals(`options: { captive-portal: "https://a/${'b'.repeat(250)}" }\n`)[0] ?? '', /^6:28: the URI is too long; at most 255 octets/);
  });

  it('the same option by its key and by its code, with both places', () => {
    const file = withTop('options: { captive-portal: "https://a/", custom: [{ code: 103, type: string, value: "https://b/" }] }\n');
    assert.match(diagnosticsOf(file), /file\.yaml:6:59: the option is set twice\n[^]*allowed: captive-portal alone\n {2}it is set at 6:28 \(options\.captive-portal\)/);
  });

  it('the parameters of a boot file by their code as well', () => {
    const file = withTop('options: { boot-files: [{ url: "tftp://[2001:db8::7]/a", parameters: [b] }], custom: [{ code: 60, type: hex, value: "000161" }] }\n');
    assert.match(diagnosticsOf(file), /the option is set twice\n[^]*allowed: boot-files alone/);
  });

  it('options of relay agents that no client asks for', () => {
    assert.deepEqual(refusals('server: { relay-supplied-options: [65, 1] }\n'), [
      '6:40: no client may ask for this option (RFC 9915 section 21.7); the code of an option that clients ask for',
    ]);
  });

  it('an option that is too long, at its key', () => {
    const names = Array.from({ length: 20 }, (_, i) => `${'a'.repeat(60)}${i}.example`).join(', ');
    assert.match(diagnosticsOf(withTop(`options: { sip-domains: [${names}] }\n`)), /6:12: the option is too long\n[^]*key: {5}options\.sip-domains\n/);
  });
});

describe('a provisioning file is used with a warning for', () => {
  itWarns(
    'an option by its code that has a key by now',
    withTop('options: { custom: [{ code: 103, type: string, value: "https://a/" }] }\n'),
    text`
      file.yaml:6:29: warning: this option has a key of its own
          6 | ...ns: { custom: [{ code: 103, type: string, value: "https://a/" }] }
            |                           ^~~
        key:     options.custom[0].code
        found:   103
        better:  captive-portal
    `,
  );

  itWarns(
    'a resolver that nobody knows how to talk to',
    withTop('options: { encrypted-dns: [{ priority: 1, name: a.example, addresses: ["2001:db8::1"] }] }\n'),
    text`
      file.yaml:6:28: warning: it is not said what the resolver speaks
          6 | ...: { encrypted-dns: [{ priority: 1, name: a.example, addresses: ["2...
            |                        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        key:     options.encrypted-dns[0]
        found:   no alpn
        better:  alpn, such as [dot]
    `,
  );
});

describe('the options that the README shows', () => {
  it('are accepted as they stand there, without a warning', () => {
    const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
    const [, shown] = /```yaml\n(options:\n[^]*?)```/.exec(readme) ?? [];
    assert.ok(shown !== undefined);
    assert.equal(warningsOf(withTop(shown)), '');
  });
});

describe('options as they go on the wire', () => {
  const encoded = (options: string): string[] => {
    const loaded = loadProvisioning(Buffer.from(withTop(options)), 'file.yaml');
    if ('diagnostics' in loaded) assert.fail(diagnosticsOf(withTop(options)));
    const appliance = resolveAppliance(loaded.document, undefined);
    if ('error' in appliance) assert.fail(appliance.error);
    return (appliance.server.links[0]?.options ?? []).map(({ code, data }) => `${code}=${formatHex(data, '')}`);
  };

  it('[O-29, O-30] MAP-E, MAP-T, Lightweight 4over6 and their priority', () => {
    const options = text`
      options:
        softwires:
          priority: [lw4o6, ds-lite, dhcpv4-over-dhcpv6]
          map-e:
            - rules: [{ ipv4-prefix: 192.0.2.0/24, ipv6-prefix: 2001:db8::/40, ea-length: 16, forwarding: true, port-parameters: { offset: 6 } }]
              border-relays: [2001:db8::1, 2001:db8::2]
          map-t: { rules: [{ ipv4-prefix: 0.0.0.0/0, ipv6-prefix: 2001:db8::/33, ea-length: 0 }], default-mapping: 64:ff9b::/96 }
          lw4o6:
            binding: { ipv4-address: 192.0.2.9, ipv6-prefix: 2001:db8:0:100::/56, port-parameters: { offset: 0, psid-length: 8, psid: 52 } }
            border-relays: [2001:db8::3]
    `;
    assert.deepEqual(encoded(options), [
      '94=00590015011018c00002002820010db800005d000406000000005a001020010db8000000000000000000000001005a001020010db8000000000000000000000002',
      '95=0059000d000000000000002120010db800005b000d600064ff9b0000000000000000',
      '96=005c0014c00002093820010db8000001005d000400083400005a001020010db8000000000000000000000003',
      '111=006000400058',
    ]);
  });

  it('[O-14, O-16, O-34, O-36, O-53] the others', () => {
    const options = text`
      options:
        boot-files: [{ url: "http://a/", parameters: [x, yz] }]
        aftr: aftr.example
        captive-portal: https://p/
        encrypted-dns: [{ priority: 258, name: d.example }, { priority: 1, name: d.example, addresses: [2001:db8::53], alpn: [h2], port: 8443, doh-path: "/{?dns}" }]
        timezone: { posix: CET-1, name: Etc/UTC }
        sip-servers: [2001:db8::5]
        sip-domains: [s.example]
    `;
    const example = '076578616d706c6500';
    assert.deepEqual(encoded(options), [
      `144=0102000b0164${example}`,
      `144=0001000b0164${example}001020010db8000000000000000000000053000100030268320003000220fb000700072f7b3f646e737d`,
      '41=4345542d31',
      '42=4574632f555443',
      '103=68747470733a2f2f702f',
      '22=20010db8000000000000000000000005',
      `21=0173${example}`,
      '59=687474703a2f2f612f',
      `64=0461667472${example}`,
    ]);
  });
});

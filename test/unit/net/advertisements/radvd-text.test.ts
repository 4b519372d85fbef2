import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { radvdText } from '../../../../src/net/index.ts';
import type { RouterAdvertisement } from '../../../../src/net/index.ts';
import { advertisedIn } from '../../../../src/net/advertisements/radvd-text.ts';

export const ADVERTISEMENT: RouterAdvertisement = {
  interfaceName: 'lan1',
  managed: true,
  otherConfig: false,
  interval: 600,
  routerLifetime: 2_700,
  preference: 'high',
  prefixes: ['2001:db8:1::/64', '2001:db8:9::/64'],
  autonomous: false,
  preferred: 2_700,
  valid: 0xffffffff,
  dnsServers: ['2001:db8::53', '2001:db8::54'],
  domainSearch: ['example.com', 'example.net'],
};

describe('what radvd is told', () => {
  it('is all of an advertisement: flags, lifetimes, preference, prefixes, DNS (RFC 4861 6.2.1, RFC 4191 2.2, RFC 8106 5)', () => {
    assert.equal(
      radvdText([ADVERTISEMENT]),
      `# Written by twinlease; changes to it are lost.
interface lan1 {
  AdvSendAdvert on;
  IgnoreIfMissing on;
  AdvManagedFlag on;
  AdvOtherConfigFlag off;
  MinRtrAdvInterval 200;
  MaxRtrAdvInterval 600;
  AdvDefaultLifetime 2700;
  AdvDefaultPreference high;
  prefix 2001:db8:1::/64 {
    AdvOnLink on;
    AdvAutonomous off;
    AdvValidLifetime infinity;
    AdvPreferredLifetime 2700;
  };
  prefix 2001:db8:9::/64 {
    AdvOnLink on;
    AdvAutonomous off;
    AdvValidLifetime infinity;
    AdvPreferredLifetime 2700;
  };
  RDNSS 2001:db8::53 2001:db8::54 { AdvRDNSSLifetime 1800; FlushRDNSS off; };
  DNSSL example.com example.net { AdvDNSSLLifetime 1800; FlushDNSSL off; };
};
`,
    );
  });

  it('has no preference but medium beside a lifetime of 0 (RFC 4191 2.2)', () => {
    const text = radvdText([{ ...ADVERTISEMENT, routerLifetime: 0 }]);
    assert.match(text, /AdvDefaultLifetime 0;\n {2}AdvDefaultPreference medium;/);
  });

  it('has no interval under 3 s (RFC 4861 6.2.1), and says nothing of DNS where there is none', () => {
    const text = radvdText([{ ...ADVERTISEMENT, interval: 4, dnsServers: [], domainSearch: [] }]);
    assert.match(text, /MinRtrAdvInterval 3;\n {2}MaxRtrAdvInterval 4;/);
    assert.doesNotMatch(text, /DNS/);
  });

  it('names its interfaces to who reads it later', () => {
    assert.deepEqual(advertisedIn(radvdText([ADVERTISEMENT, { ...ADVERTISEMENT, interfaceName: 'br-lan.7' }])), ['lan1', 'br-lan.7']);
    assert.deepEqual(advertisedIn(''), []);
  });
});

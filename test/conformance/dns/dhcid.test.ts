// Whose a name is, as all updaters write it (RFC 4701).

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { dhcidData } from '../../../src/dns/dhcid.ts';
import { encodeDomainNames, parseDomainName, parseDuid } from '../../../src/wire/index.ts';
import { sha256 } from '../../appliances/dns-zones.ts';

describe('the data of a DHCID record', () => {
  const name = encodeDomainNames([parseDomainName('chi6.example.com') ?? assert.fail()]);
  const duid = parseDuid('00:01:00:06:41:2d:f1:66:01:02:03:04:05:06') ?? assert.fail();

  it('[O-6] is that of the example for DHCPv6 (RFC 4701 section 3.6.1), octet by octet', () => {
    const data = Buffer.from(dhcidData(sha256, duid, name));
    assert.equal(data.toString('base64'), 'AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=');
  });

  it('[O-6] tells clients apart, and the names of one client', () => {
    const other = parseDuid('00:01:00:06:41:2d:f1:66:01:02:03:04:05:07') ?? assert.fail();
    const otherName = encodeDomainNames([parseDomainName('chi7.example.com') ?? assert.fail()]);
    assert.notDeepEqual(dhcidData(sha256, other, name), dhcidData(sha256, duid, name));
    assert.notDeepEqual(dhcidData(sha256, duid, otherName), dhcidData(sha256, duid, name));
  });
});

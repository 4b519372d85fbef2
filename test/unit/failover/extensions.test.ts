/** What two boxes of this program tell each other of their databases and configurations (R-ST1, R-CFG1; R-71-2 has the rule for extensions). */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { differingSections, isInHistory } from '../../../src/failover/extensions.ts';
import { EndpointState } from '../../../src/failover/index.ts';
import { ExtensionCode, extension, extensionOf } from '../../../src/wire/index.ts';
import type { ConnectMessage, VendorSuboption } from '../../../src/wire/index.ts';
import { OPENED_THRICE } from '../../conformance/failover-endpoint/databases.ts';
import { settings } from '../../conformance/failover-endpoint/settings.ts';
import { starting } from '../../conformance/failover-endpoint/solo.ts';
import type { SoloOptions } from '../../conformance/failover-endpoint/solo.ts';

const OWN = settings('primary', { configDigest: 'aa', configSections: { links: '1', lifetimes: '2' } });
const { NORMAL } = EndpointState;

const digest = (value: string): VendorSuboption => extension(ExtensionCode.CONFIG_DIGEST, value);
const section = (name: string, content: string): VendorSuboption => extension(ExtensionCode.CONFIG_SHARED, { name, content });

describe('configurations that differ (R-CFG1)', () => {
  const cases: readonly { readonly what: string; readonly said: readonly VendorSuboption[]; readonly found: ReturnType<typeof differingSections> }[] = [
    { what: 'nobody knows where the partner says nothing of it', said: [section('links', '9')], found: undefined },
    { what: 'none where the digest is the same', said: [digest('aa'), section('links', '9')], found: [] },
    { what: 'the ones whose content is another one', said: [digest('bb'), section('links', '9'), section('lifetimes', '2')], found: [{ name: 'links', own: '1', partner: '9' }] },
    {
      what: 'the ones that one of the two has alone, in the order of their names',
      said: [digest('bb'), section('zones', '7'), section('links', '1')],
      found: [{ name: 'lifetimes', own: '2', partner: undefined }, { name: 'zones', own: undefined, partner: '7' }],
    },
    { what: 'something where it does not say which', said: [digest('bb')], found: [{ name: 'something', own: undefined, partner: undefined }] },
    {
      what: 'something where all that it says is the same',
      said: [digest('bb'), section('links', '1'), section('lifetimes', '2')],
      found: [{ name: 'something', own: undefined, partner: undefined }],
    },
  ];
  for (const { what, said, found } of cases) it(`are ${what}`, () => assert.deepEqual(differingSections(OWN, said), found));
});

describe('a point in the history of a database (R-ST1)', () => {
  const { generations } = OPENED_THRICE;
  const [first, second, third] = generations.map(({ id }) => id);
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  const other = first.map((octet, i) => (i === 7 ? octet + 1 : octet));
  for (const [what, generation, counter, isThere] of [
    ['the end of a generation', first, 20, true],
    ['behind the end of a generation', first, 21, false],
    ['the end of the next', second, 50, true],
    ['behind it', second, 51, false],
    ['the last commit', third, 60, true],
    ['one that is not there yet', third, 61, false],
    ['a generation that is not there', other, 1, false],
    ['one whose name is cut short', first.subarray(0, 7), 1, false],
  ] as const) {
    it(`is ${isThere ? '' : 'not '}${what}`, () => assert.equal(isInHistory({ generation, counter }, generations, 60), isThere));
  }
});

describe('what a box says that it speaks', () => {
  const { CONFIG_DIGEST, CONFIG_SHARED, DATABASE, CLOCK, INEXACT_TIMES, CLIENT_ADDRESS, SHARED_COMMIT, PAIR_UPDATE } = ExtensionCode;
  const ALWAYS = [CONFIG_DIGEST, CONFIG_SHARED, DATABASE, CLOCK, INEXACT_TIMES, CLIENT_ADDRESS];
  const OVER_TLS = [SHARED_COMMIT, PAIR_UPDATE];
  const RELAYING = [
    ExtensionCode.LINK_HEALTH,
    ExtensionCode.RELAYED_MESSAGE,
    ExtensionCode.RELAY_ACKNOWLEDGEMENT,
    ExtensionCode.SERVER_ID,
    ExtensionCode.SENDER_CLOCK,
  ];
  const bare = { contactInterval: 0, relaying: false };
  const cases: readonly { readonly what: string; readonly options: SoloOptions; readonly spoken: readonly number[] }[] = [
    { what: 'with nothing switched on', options: { configuration: bare }, spoken: [...ALWAYS, ...OVER_TLS] },
    { what: 'over plain TCP', options: { configuration: { ...bare, insecure: true, partnerCertificate: undefined } }, spoken: ALWAYS },
    { what: 'with frequent CONTACT', options: { configuration: { ...bare, contactInterval: 250 } }, spoken: [...ALWAYS, ExtensionCode.CONTACT_INTERVAL, ...OVER_TLS] },
    { what: 'with relaying', options: { configuration: { ...bare, relaying: true } }, spoken: [...ALWAYS, ...RELAYING, ...OVER_TLS] },
    { what: 'paired', options: { configuration: { ...bare, ownCertificate: 'aa' } }, spoken: [...ALWAYS, ExtensionCode.NEXT_CERTIFICATE, ExtensionCode.CERTIFICATE_KEPT, ...OVER_TLS] },
    { what: 'as a program that has a version', options: { configuration: bare, programVersion: '1.0.0' }, spoken: [...ALWAYS, ...OVER_TLS, ExtensionCode.PROGRAM_VERSION] },
  ];
  for (const { what, options, spoken } of cases) {
    it(`is that, and no more: ${what}`, () => {
      const solo = starting('primary', NORMAL, options);
      solo.reach();
      const [connect] = solo.sent() as [ConnectMessage];
      assert.deepEqual(extensionOf(connect.vendor, ExtensionCode.EXTENSIONS), spoken);
    });
  }
});

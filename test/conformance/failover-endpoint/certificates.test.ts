/** Row R-ID3 of the trace to RFC 7031: what travels when a box takes another certificate. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState } from '../../../src/failover/index.ts';
import type { FailoverEffect } from '../../../src/failover/index.ts';
import { ExtensionCode, FailoverMessageType, extension, extensionOf } from '../../../src/wire/index.ts';
import type { VendorSuboption } from '../../../src/wire/index.ts';
import { ADDRESS, settings } from './settings.ts';
import { starting } from './solo.ts';
import type { Solo } from './solo.ts';

const { NORMAL, COMMUNICATIONS_INTERRUPTED } = EndpointState;
const ROLES = ['primary', 'secondary'] as const;
const NEXT = 'ab'.repeat(32);
const OTHER = 'cd'.repeat(32);
const SPEAKS = [extension(ExtensionCode.EXTENSIONS, [ExtensionCode.NEXT_CERTIFICATE, ExtensionCode.CERTIFICATE_KEPT])];
const PAIRED = { configuration: { ownCertificate: '11'.repeat(32) } };

/** What the box said of certificates since the last call. */
function said(solo: Solo): { readonly next: readonly string[]; readonly kept: readonly string[] } {
  const vendors = solo.sent().flatMap((message) => (message.type === FailoverMessageType.CONTACT ? [message.vendor] : []));
  const of = (code: 40 | 41): readonly string[] => vendors.flatMap((vendor) => extensionOf(vendor, code) ?? []);
  return { next: of(ExtensionCode.NEXT_CERTIFICATE), kept: of(ExtensionCode.CERTIFICATE_KEPT) };
}

function connectedWith(vendor: readonly VendorSuboption[], role: 'primary' | 'secondary', options: object = PAIRED): Solo {
  const solo = starting(role, COMMUNICATIONS_INTERRUPTED, options);
  solo.connect({ vendor });
  solo.saysState(NORMAL);
  solo.sent();
  return solo;
}

/** A CONTACT comes; what the box asks of the shell. */
function hears(solo: Solo, vendor: readonly VendorSuboption[]): readonly FailoverEffect[] {
  solo.box.effects.length = 0;
  solo.says({ type: FailoverMessageType.CONTACT, transactionId: 7, vendor });
  return solo.box.effects.filter(({ kind }) => kind === 'partnerCertificate' || kind === 'certificateKept');
}

const next = (certificate: string): VendorSuboption => extension(ExtensionCode.NEXT_CERTIFICATE, certificate);
const kept = (certificate: string): VendorSuboption => extension(ExtensionCode.CERTIFICATE_KEPT, certificate);

describe('another certificate (R-ID3)', () => {
  for (const role of ROLES) {
    it(`[R-ID3] is told to a partner that speaks of it, once on each connection, and again when it is asked for again (${role})`, () => {
      const solo = connectedWith(SPEAKS, role);
      solo.box.step({ kind: 'nextCertificate', certificate: NEXT });
      assert.deepEqual(said(solo), { next: [NEXT], kept: [] });
      solo.box.advance(1_000);
      assert.deepEqual(said(solo).next, []);
      solo.box.step({ kind: 'nextCertificate', certificate: NEXT });
      assert.deepEqual(said(solo).next, [NEXT]);

      solo.breaks();
      solo.connect({ vendor: SPEAKS });
      assert.deepEqual(said(solo).next, [], 'not before both have told their states');
      solo.saysState(NORMAL);
      assert.deepEqual(said(solo).next, [NEXT]);

      solo.box.step({ kind: 'nextCertificate', certificate: undefined });
      solo.breaks();
      solo.connect({ vendor: SPEAKS });
      solo.saysState(NORMAL);
      assert.deepEqual(said(solo).next, []);
    });

    it(`[R-ID3] of the partner is for the shell to keep, and what it keeps is told (${role})`, () => {
      const solo = connectedWith(SPEAKS, role);
      assert.deepEqual(hears(solo, [next(NEXT)]), [{ kind: 'partnerCertificate', relationship: 'east-west', certificate: NEXT }]);
      assert.deepEqual(said(solo).kept, [], 'nothing is said of it before it is durable');
      solo.box.step({ kind: 'partnerCertificateKept', relationship: 'east-west', certificate: NEXT });
      assert.deepEqual(said(solo), { next: [], kept: [NEXT] });
    });

    it(`[R-ID3] is of no use before the partner keeps that very one (${role})`, () => {
      const solo = connectedWith(SPEAKS, role);
      assert.deepEqual(hears(solo, [kept(NEXT)]), [], 'it was never told');
      solo.box.step({ kind: 'nextCertificate', certificate: NEXT });
      assert.deepEqual(hears(solo, [kept(OTHER)]), []);
      assert.deepEqual(hears(solo, [kept(NEXT)]), [{ kind: 'certificateKept', relationship: 'east-west', certificate: NEXT }]);
    });

    it(`[R-ID3] is nothing to a box that has a certificate by its file, and its CONNECT says nothing of it (${role})`, () => {
      for (const [options, speaks] of [[PAIRED, true], [{}, false]] as const) {
        const solo = starting(role, COMMUNICATIONS_INTERRUPTED, options);
        solo.connect({ vendor: SPEAKS });
        const hello = solo.sent().find(({ type }) => type === FailoverMessageType.CONNECT || type === FailoverMessageType.CONNECTREPLY);
        const spoken = extensionOf(hello !== undefined && 'vendor' in hello ? hello.vendor : [], ExtensionCode.EXTENSIONS);
        assert.equal(spoken?.includes(ExtensionCode.NEXT_CERTIFICATE), speaks);
      }
      const solo = connectedWith(SPEAKS, role, {});
      assert.deepEqual(hears(solo, [next(NEXT)]), []);
      solo.box.step({ kind: 'nextCertificate', certificate: NEXT });
      assert.deepEqual(said(solo).next, []);
    });
  }

  it('[R-ID3] is not told to a partner that does not speak of it, and an alarm says so', () => {
    const solo = connectedWith([], 'primary');
    assert.deepEqual(hears(solo, [next(NEXT), kept(NEXT)]), []);
    assert.ok(!solo.box.alarms.has('certificate'));
    solo.box.step({ kind: 'nextCertificate', certificate: NEXT });
    assert.deepEqual(said(solo), { next: [], kept: [] });
    assert.match(solo.box.alarms.get('certificate')?.text ?? '', /west speaks an older version of this program/);
    solo.box.step({ kind: 'nextCertificate', certificate: undefined });
    assert.ok(!solo.box.alarms.has('certificate'));
  });

  it('[R-ID3] is taken once on a connection: a partner that says one after the other wears out no flash', () => {
    const solo = connectedWith(SPEAKS, 'secondary');
    assert.equal(hears(solo, [next(NEXT)]).length, 1);
    assert.equal(hears(solo, [next(OTHER)]).length, 0);
    assert.equal(hears(solo, [next(NEXT)]).length, 1, 'the answer may have been lost');
    solo.breaks();
    solo.connect({ vendor: SPEAKS });
    solo.saysState(NORMAL);
    assert.equal(hears(solo, [next(OTHER)]).length, 1);
  });

  it('[R-ID3] in use makes the boxes meet anew, at once', () => {
    const solo = connectedWith(SPEAKS, 'primary');
    const configuration = settings('primary', { ownCertificate: NEXT });
    solo.box.step({ kind: 'configured', relationships: [configuration] });
    assert.deepEqual(solo.sent().map(({ type }) => type), [FailoverMessageType.DISCONNECT]);
    solo.box.advance(250);
    solo.box.step({ kind: 'connected', connection: 9, relationship: 'east-west', partnerAddress: ADDRESS.secondary, certificate: 'certificate of the secondary' });
    assert.deepEqual(solo.sent().map(({ type }) => type), [FailoverMessageType.CONNECT]);
  });
});

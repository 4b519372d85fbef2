/** An update of both boxes, and the versions of their programs: what travels, and to whom (R-71-2 has the rule for extensions). */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState } from '../../../src/failover/index.ts';
import { ExtensionCode, FailoverMessageType, UpdateSaying, extension, extensionOf, extensionsOf } from '../../../src/wire/index.ts';
import type { FailoverMessage, PairUpdateMessage, VendorSuboption } from '../../../src/wire/index.ts';
import { starting } from './solo.ts';
import type { Solo } from './solo.ts';

const { NORMAL, COMMUNICATIONS_INTERRUPTED } = EndpointState;
const SPEAKS = [extension(ExtensionCode.EXTENSIONS, [ExtensionCode.PAIR_UPDATE, ExtensionCode.PROGRAM_VERSION])];
const MESSAGE: PairUpdateMessage = { saying: UpdateSaying.PART, id: '0102030405060708', offset: 16_384, content: Uint8Array.of(1, 2, 3) };

function connected(vendor: readonly VendorSuboption[], role: 'primary' | 'secondary', configuration = {}): Solo {
  const solo = starting(role, COMMUNICATIONS_INTERRUPTED, { configuration, programVersion: '0.2.0' });
  solo.connect({ vendor });
  return solo;
}

function vendorOf(messages: readonly FailoverMessage[]): readonly VendorSuboption[] {
  return messages.flatMap((message) => ('vendor' in message ? message.vendor : []));
}

function told(solo: Solo): readonly unknown[] {
  return solo.box.effects.flatMap((effect) => (effect.kind === 'partnerUpdate' ? [effect.said] : []));
}

describe('an update of both boxes', () => {
  for (const role of ['primary', 'secondary'] as const) {
    it(`is spoken of, and the version told, when both have told their states, until the connection ends (${role})`, () => {
      const solo = connected(SPEAKS, role);
      assert.deepEqual(told(solo), []);
      solo.saysState(NORMAL, { vendor: [extension(ExtensionCode.PROGRAM_VERSION, '0.1.0')] });
      assert.deepEqual(told(solo), ['there']);
      assert.equal(solo.view.partnerVersion, '0.1.0');
      assert.deepEqual(extensionsOf(vendorOf(solo.sent()), ExtensionCode.PROGRAM_VERSION), ['0.2.0']);
      solo.box.step({ kind: 'pairUpdate', relationship: 'east-west', message: MESSAGE });
      assert.deepEqual(extensionsOf(vendorOf(solo.sent()), ExtensionCode.PAIR_UPDATE), [MESSAGE]);
      solo.box.effects.length = 0;
      solo.says({ type: FailoverMessageType.CONTACT, transactionId: 7, vendor: [extension(ExtensionCode.PAIR_UPDATE, MESSAGE)] });
      assert.deepEqual(told(solo), [MESSAGE]);
      solo.box.effects.length = 0;
      solo.breaks();
      assert.deepEqual(told(solo), ['gone']);
    });

    it(`is not spoken of to a partner that lacks the extension, nor over plain TCP (${role})`, () => {
      for (const [vendor, configuration] of [[[], {}], [SPEAKS, { insecure: true, partnerCertificate: undefined }]] as const) {
        const solo = connected(vendor, role, configuration);
        const spoken = extensionOf(vendorOf(solo.sent()), ExtensionCode.EXTENSIONS) ?? [];
        if (vendor.length > 0) assert.ok(!spoken.includes(ExtensionCode.PAIR_UPDATE));
        solo.saysState(NORMAL);
        solo.sent();
        solo.box.step({ kind: 'pairUpdate', relationship: 'east-west', message: MESSAGE });
        solo.says({ type: FailoverMessageType.CONTACT, transactionId: 7, vendor: [extension(ExtensionCode.PAIR_UPDATE, MESSAGE)] });
        assert.deepEqual([extensionsOf(vendorOf(solo.sent()), ExtensionCode.PAIR_UPDATE), told(solo)], [[], []]);
      }
    });
  }

  it('a partner that does not name the extension is told no version, and what is no version is not shown', () => {
    const older = connected([], 'primary');
    older.saysState(NORMAL);
    assert.deepEqual(extensionsOf(vendorOf(older.sent()), ExtensionCode.PROGRAM_VERSION), []);
    assert.equal(older.view.partnerVersion, undefined);
    const odd = connected(SPEAKS, 'primary');
    odd.saysState(NORMAL, { vendor: [extension(ExtensionCode.PROGRAM_VERSION, 'up\u001b[2J')] });
    assert.equal(odd.view.partnerVersion, undefined);
  });
});

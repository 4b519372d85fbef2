/** A change of the configuration on both boxes: what travels, and to whom (RFC 7031 section 7.1, R-71-2). */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { EndpointState } from '../../../src/failover/index.ts';
import type { FailoverEffect } from '../../../src/failover/index.ts';
import { CommitSaying, ExtensionCode, FailoverMessageType, extension, extensionOf } from '../../../src/wire/index.ts';
import type { SharedCommitMessage, VendorSuboption } from '../../../src/wire/index.ts';
import { starting } from './solo.ts';
import type { Solo } from './solo.ts';

const { NORMAL, COMMUNICATIONS_INTERRUPTED } = EndpointState;
const SPEAKS = [extension(ExtensionCode.EXTENSIONS, [ExtensionCode.SHARED_COMMIT])];
const MESSAGE: SharedCommitMessage = { saying: CommitSaying.ASK, id: '0102030405060708', part: 1, parts: 1, content: new Uint8Array(0) };
const SAID = extension(ExtensionCode.SHARED_COMMIT, MESSAGE);

function connected(vendor: readonly VendorSuboption[], role: 'primary' | 'secondary', configuration = {}): Solo {
  const solo = starting(role, COMMUNICATIONS_INTERRUPTED, { configuration });
  solo.connect({ vendor });
  return solo;
}

function told(solo: Solo): readonly (FailoverEffect & { kind: 'partnerCommit' })['said'][] {
  return solo.box.effects.flatMap((effect) => (effect.kind === 'partnerCommit' ? [effect.said] : []));
}

/** What was said of commits since the last call. */
function said(solo: Solo): readonly SharedCommitMessage[] {
  return solo.sent().flatMap((message) => (message.type === FailoverMessageType.CONTACT ? (extensionOf(message.vendor, ExtensionCode.SHARED_COMMIT) ?? []) : []));
}

function hears(solo: Solo): readonly unknown[] {
  solo.box.effects.length = 0;
  solo.says({ type: FailoverMessageType.CONTACT, transactionId: 7, vendor: [SAID] });
  return told(solo);
}

describe('a change of the configuration on both boxes', () => {
  for (const role of ['primary', 'secondary'] as const) {
    it(`is spoken of when both have told their states, until the connection ends (${role})`, () => {
      const solo = connected(SPEAKS, role);
      assert.deepEqual(told(solo), []);
      assert.equal(solo.view.canCommit, false);
      solo.saysState(NORMAL);
      assert.deepEqual(told(solo), ['there']);
      assert.equal(solo.view.canCommit, true);
      solo.sent();
      solo.box.step({ kind: 'sharedCommit', relationship: 'east-west', message: MESSAGE });
      assert.deepEqual(said(solo), [MESSAGE]);
      assert.deepEqual(hears(solo), [MESSAGE]);
      solo.box.effects.length = 0;
      solo.breaks();
      assert.deepEqual(told(solo), ['gone']);
      solo.box.step({ kind: 'sharedCommit', relationship: 'east-west', message: MESSAGE });
      assert.deepEqual(said(solo), []);
    });

    it(`is not spoken of to a partner that lacks the extension, nor over plain TCP (${role})`, () => {
      for (const [vendor, configuration] of [[[], {}], [SPEAKS, { insecure: true, partnerCertificate: undefined }]] as const) {
        const solo = connected(vendor, role, configuration);
        const hello = solo.sent().find(({ type }) => type === FailoverMessageType.CONNECT || type === FailoverMessageType.CONNECTREPLY);
        const spoken = extensionOf(hello !== undefined && 'vendor' in hello ? hello.vendor : [], ExtensionCode.EXTENSIONS) ?? [];
        if (vendor.length > 0) assert.ok(!spoken.includes(ExtensionCode.SHARED_COMMIT));
        solo.saysState(NORMAL);
        solo.sent();
        solo.box.step({ kind: 'sharedCommit', relationship: 'east-west', message: MESSAGE });
        assert.deepEqual([said(solo), hears(solo), solo.view.canCommit], [[], [], false]);
      }
    });
  }

  it('what the two have otherwise is known key by key, with both values', () => {
    const solo = connected([extension(ExtensionCode.EXTENSIONS, [ExtensionCode.CONFIG_DIGEST, ExtensionCode.CONFIG_SHARED])], 'primary');
    const shared = (name: string, content: string): VendorSuboption => extension(ExtensionCode.CONFIG_SHARED, { name, content });
    solo.saysState(NORMAL, { vendor: [extension(ExtensionCode.CONFIG_DIGEST, 'bb'), shared('links', '1'), shared('options', '3')] });
    assert.deepEqual(solo.view.differences, [
      { name: 'lifetimes', own: '2', partner: undefined },
      { name: 'options', own: undefined, partner: '3' },
    ]);
    assert.match(solo.box.alarms.get('configuration')?.text ?? '', /configured differently: lifetimes, options/);
  });
});

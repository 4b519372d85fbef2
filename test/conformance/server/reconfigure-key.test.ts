import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MessageType, OptionCode, optionValue, sameBytes } from '../../../src/wire/index.ts';
import { PROVISIONING, address, createBox } from './box.ts';
import { OTHER_CLIENT, iaNa, iaPd, message, read } from './client.ts';
import type { MessageParts } from './client.ts';
import { ACCEPTS, ON, ask, authenticationOf, bindingOf, boxOn, keyIn, keyed, readReconfigure } from './reconfigured.ts';
import { FROM_RELAY, relayed, unwrap } from './relayed.ts';

const RAPID = `${PROVISIONING}server: { rapid-commit: true, reconfigure: {} }\n`;
const { RENEW, REBIND, INFORMATION_REQUEST } = MessageType;

describe('the reconfigure key (RFC 9915 20.4)', () => {
  it('[S-SOL-6] an Advertise says that the server supports Reconfigure, to clients that accept it, where it is on', () => {
    const says = (provisioning: string, ...options: MessageParts['options'] & object[]): boolean =>
      optionValue(read(createBox({ provisioning }).exchange(message(MessageType.SOLICIT, [iaNa(1)], { options }))).options, OptionCode.RECONF_ACCEPT) !== undefined;
    assert.equal(says(ON, ACCEPTS), true);
    assert.equal(says(ON), false);
    assert.equal(says(PROVISIONING, ACCEPTS), false);
  });

  it('[S-REQ-8, S-RCF-5, S-RCF-6] the Reply to a Request has Reconfigure Accept and a key of 128 bits, which stands with each lease', () => {
    const box = boxOn();
    const answer = read(box.exchange(message(MessageType.REQUEST, [iaNa(1), iaPd(1)], { options: [ACCEPTS] })));
    assert.equal(optionValue(answer.options, OptionCode.RECONF_ACCEPT), true);
    const key = keyIn(answer);
    assert.equal(key?.length, 16);
    for (const binding of box.durable.values()) {
      const data = Buffer.from(binding.reconfigureData ?? []);
      assert.equal(data.readUInt32BE(0), box.now, 'when it was made');
      assert.ok(sameBytes(data.subarray(4), key), 'and the key');
    }
    assert.equal(box.durable.size, 2);
  });

  it('[S-RCF-5] the option has 28 octets', () => {
    const sent = boxOn().exchange(message(MessageType.REQUEST, [iaNa(1)], { options: [ACCEPTS] }));
    assert.ok(sent !== undefined);
    const found = Buffer.from(sent.bytes).indexOf(Buffer.from([0, OptionCode.AUTH, 0, 28, 3, 1, 0]));
    assert.ok(found > 0);
    assert.equal(sent.bytes[found + 4 + 11], 1, 'a key');
  });

  it('[S-RCF-4] who does not accept Reconfigure gets no key, and nobody does where it is off', () => {
    for (const [provisioning, options] of [[ON, []], [PROVISIONING, [ACCEPTS]]] as const) {
      const box = createBox({ provisioning });
      const answer = read(box.exchange(message(MessageType.REQUEST, [iaNa(1)], { options })));
      assert.equal(answer.ias[0]?.leases.length, 1);
      assert.equal(keyIn(answer), undefined);
      assert.equal(optionValue(answer.options, OptionCode.RECONF_ACCEPT), undefined);
      assert.equal([...box.durable.values()][0]?.reconfigureData, undefined);
    }
  });

  it('[S-RCF-6] each client has its own key; whatever it asks for soon, it is told the same', () => {
    const box = boxOn();
    const { key } = keyed(box);
    assert.ok(!sameBytes(key, keyed(box, { client: OTHER_CLIENT }).key));
    assert.deepEqual(keyed(box).key, key);
    const more = read(box.exchange(message(MessageType.REQUEST, [iaPd(7)], { options: [ACCEPTS] })));
    assert.deepEqual(keyIn(more), key);
  });

  it('[S-RCF-6] the next exchange gets a new key: who knows a DUID alone learns of none that its client goes by', () => {
    const box = boxOn();
    const { key, lease } = keyed(box);
    box.advance(200);
    assert.deepEqual(keyed(box).key, key, 'a Request may be sent again for some minutes');
    box.advance(200);
    const { key: next } = keyed(box);
    assert.notDeepEqual(next, key);
    assert.deepEqual(bindingOf(box, lease).reconfigureData?.slice(4), next);
    box.takeSent();
    ask(box);
    assert.equal(readReconfigure(box.takeSent()[0], next).asksFor, RENEW);
  });

  it('[S-RCF-6] what comes in its name from elsewhere gets a new key, at once', () => {
    const request = message(MessageType.REQUEST, [iaNa(1)], { options: [ACCEPTS] });
    const box = boxOn();
    const { key } = keyed(box);
    const beside = read(box.exchange(request, { source: address('fe80::bad') }));
    assert.notDeepEqual(keyIn(beside), key);
    const behind = boxOn();
    const first = unwrap(behind.exchange(relayed(request, { peerAddress: 'fe80::c1' }), FROM_RELAY));
    const again = unwrap(behind.exchange(relayed(request, { peerAddress: 'fe80::c1' }), FROM_RELAY));
    const other = unwrap(behind.exchange(relayed(request, { peerAddress: 'fe80::bad' }), FROM_RELAY));
    assert.deepEqual(keyIn(again.answer), keyIn(first.answer));
    assert.notDeepEqual(keyIn(other.answer), keyIn(first.answer));
  });

  it('[S-RCF-6] where stable storage takes nothing the client has the key that it has, and nobody is told it', () => {
    const box = boxOn({ commits: 'by hand' });
    const request = message(MessageType.REQUEST, [iaNa(1)], { options: [ACCEPTS] });
    box.deliver(request);
    box.commitSucceeds();
    const key = keyIn(read(box.takeSent()[0]));
    box.advance(400);
    box.deliver(message(MessageType.RENEW, [iaNa(1)]));
    box.commitFails();
    box.takeSent();
    assert.equal(keyIn(read(box.exchange(request))), undefined);
    assert.deepEqual([...box.durable.values()][0]?.reconfigureData?.slice(4), key);
  });

  it('[S-RCF-6] the Reply to a Solicit with Rapid Commit tells it as well', () => {
    const box = createBox({ provisioning: RAPID });
    const answer = read(box.exchange(message(MessageType.SOLICIT, [iaNa(1)], { options: [ACCEPTS, { code: OptionCode.RAPID_COMMIT, value: true }] })));
    assert.equal(answer.type, MessageType.REPLY);
    assert.equal(keyIn(answer)?.length, 16);
    assert.equal(optionValue(answer.options, OptionCode.RECONF_ACCEPT), true);
  });

  it('a Reply that gives nothing tells no key: there is no lease to keep it with', () => {
    const box = boxOn({ provisioning: ON.replace(/ {4}address-pools:.*\n/g, '') });
    const answer = read(box.exchange(message(MessageType.REQUEST, [iaNa(1)], { options: [ACCEPTS] })));
    assert.deepEqual(answer.ias[0]?.leases, []);
    assert.equal(keyIn(answer), undefined);
    assert.equal(optionValue(answer.options, OptionCode.RECONF_ACCEPT), undefined);
  });

  it('the key is durable before the Reply that tells it; one that was lost with its commit is never told', () => {
    const box = boxOn({ commits: 'by hand' });
    const request = message(MessageType.REQUEST, [iaNa(1)], { options: [ACCEPTS] });
    assert.equal(box.exchange(request), undefined);
    assert.equal(box.commitsInFlight[0]?.bindings[0]?.reconfigureData?.length, 20);
    box.commitFails();
    assert.deepEqual(box.takeSent(), []);
    box.advance(60);
    box.deliver(request);
    box.commitSucceeds();
    const [sent] = box.takeSent();
    const key = keyIn(read(sent));
    assert.ok(key !== undefined && sameBytes([...box.durable.values()][0]?.reconfigureData?.subarray(4) ?? key.subarray(1), key));
  });

  it('where stable storage takes nothing a client that has a key is told it again, and a new one gets none', () => {
    const box = boxOn({ commits: 'by hand' });
    const request = message(MessageType.REQUEST, [iaNa(1)], { options: [ACCEPTS] });
    box.deliver(request);
    box.commitSucceeds();
    const [first] = box.takeSent();
    box.deliver(message(MessageType.RENEW, [iaNa(1)]));
    box.commitFails();
    box.takeSent();
    const again = read(box.exchange(request));
    assert.deepEqual(keyIn(again), keyIn(read(first)));
  });

  it('a Renew or Rebind says nothing of the key and keeps it, also with what it gets new', () => {
    for (const type of [RENEW, REBIND] as const) {
      const box = boxOn();
      const { key, lease } = keyed(box);
      box.advance(500);
      const answer = read(box.exchange(message(type, [iaNa(1, lease), iaPd(2)], { options: [ACCEPTS] })));
      assert.equal(authenticationOf(answer.options), undefined);
      assert.equal(optionValue(answer.options, OptionCode.RECONF_ACCEPT), true);
      for (const binding of box.durable.values()) assert.ok(sameBytes(binding.reconfigureData?.subarray(4) ?? new Uint8Array(0), key));
      const quiet = read(box.exchange(message(type, [iaNa(1, lease)])));
      assert.equal(optionValue(quiet.options, OptionCode.RECONF_ACCEPT), undefined);
      assert.ok(bindingOf(box, lease).reconfigureData !== undefined, 'many clients do not repeat that they accept it');
    }
  });

  it('[S-RCF-4] a client that does not accept it any more in its Request has no key any more', () => {
    const box = boxOn();
    const { lease } = keyed(box);
    box.deliver(message(MessageType.REQUEST, [iaNa(1)]));
    assert.equal(bindingOf(box, lease).reconfigureData, undefined);
    assert.match(ask(box) ?? '', /has no key/);
  });

  it('[S-RCF-4] the same where that Request is for something else: the latest word counts for all that it has', () => {
    const box = boxOn();
    const { lease } = keyed(box);
    box.advance(1);
    box.deliver(message(MessageType.REQUEST, [iaPd(7)]));
    assert.match(ask(box) ?? '', /has no key/);
    box.deliver(message(RENEW, [iaNa(1, lease)], { options: [ACCEPTS] }));
    assert.equal(bindingOf(box, lease).reconfigureData, undefined);
  });

  it('an Information-request gets no key: without a lease there is nothing to keep it with', () => {
    const answer = read(boxOn().exchange(message(INFORMATION_REQUEST, [], { options: [ACCEPTS] })));
    assert.equal(authenticationOf(answer.options), undefined);
  });

  it('what a client says of authentication itself makes no key', () => {
    const box = boxOn();
    const forged = { protocol: 3, algorithm: 1, replayDetectionMethod: 0, replayDetection: new Uint8Array(8), information: new Uint8Array(17).fill(0xaa) };
    const answer = read(box.exchange(message(MessageType.REQUEST, [iaNa(1)], { options: [ACCEPTS, { code: OptionCode.AUTH, value: forged }] })));
    assert.notDeepEqual(keyIn(answer), forged.information.slice(1));
    assert.deepEqual(keyIn(answer), bindingOf(box, answer.ias[0]?.leases[0]?.name ?? '').reconfigureData?.slice(4));
  });

  it('a key of another length, such as a partner may tell, is none: the next Request gets a new one', () => {
    for (const length of [0, 4, 19, 21, 68]) {
      const giver = boxOn();
      const { lease } = keyed(giver);
      const box = boxOn({ bindings: [{ ...bindingOf(giver, lease), reconfigureData: new Uint8Array(length).fill(9) }] });
      assert.match(ask(box) ?? '', /has no key/);
      assert.notDeepEqual(keyed(box).key, new Uint8Array(16).fill(9));
    }
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ReconfigureCommand } from '../../../src/appliance/index.ts';
import { BindingStatus } from '../../../src/lease/index.ts';
import { MessageType, OptionCode, encodeMessage, optionValue } from '../../../src/wire/index.ts';
import type { Duid } from '../../../src/wire/index.ts';
import { SERVER_ID, address, configuration, createBox } from './box.ts';
import { CLIENT, OTHER_CLIENT, iaNa, message, read, readMessage } from './client.ts';
import { ACCEPTS, ask, authenticationOf, believed, bindingOf, boxOn, keyed, readReconfigure, stateOf } from './reconfigured.ts';

const { RENEW, REBIND, INFORMATION_REQUEST } = MessageType;

describe('Reconfigure (RFC 9915 18.3.11)', () => {
  it('[S-RCF-1, S-RCF-7, S-RCF-9, S-OPT-18] has transaction-id 0, both identifiers, what is asked for, and a digest that its client believes; nothing else', () => {
    const box = boxOn();
    const { key } = keyed(box);
    assert.equal(ask(box), undefined);
    const [sent, ...others] = box.takeSent();
    assert.deepEqual(others, []);
    const { asksFor, answer } = readReconfigure(sent, key);
    assert.equal(asksFor, RENEW);
    assert.equal(answer.transactionId, 0);
    assert.deepEqual(answer.options.map(({ code }) => code), [OptionCode.SERVERID, OptionCode.CLIENTID, OptionCode.RECONF_MSG, OptionCode.AUTH]);
    assert.deepEqual(optionValue(answer.options, OptionCode.SERVERID), SERVER_ID);
    assert.deepEqual(optionValue(answer.options, OptionCode.CLIENTID), CLIENT);
  });

  it('[S-RCF-7] the digest is over all of it: with another key, or any octet changed, nobody believes it', () => {
    const box = boxOn();
    const { key } = keyed(box);
    ask(box);
    const [sent] = box.takeSent();
    assert.ok(sent !== undefined);
    const { options } = readMessage(sent.message);
    assert.equal(believed(sent.bytes, options, new Uint8Array(16).fill(0xff)), undefined);
    for (let at = 0; at < sent.bytes.length - 16; at++) {
      const changed = sent.bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      assert.equal(believed(changed, options, key), undefined, `octet ${at}`);
    }
  });

  it('[O-21] [S-OPT-18] an operator may ask for a Rebind or an Information-request as well', () => {
    const box = boxOn();
    const { key } = keyed(box);
    for (const type of [REBIND, INFORMATION_REQUEST, RENEW] as const) {
      assert.equal(ask(box, CLIENT, type), undefined);
      const [sent] = box.takeSent();
      assert.equal(readReconfigure(sent, key).asksFor, type);
    }
  });

  it('[S-RCF-2] goes to one client, by unicast: to the link-local address that it was heard from, at its port', () => {
    const box = boxOn();
    box.deliver(message(MessageType.REQUEST, [iaNa(1)], { options: [ACCEPTS] }), { source: address('fe80::77') });
    keyed(box, { client: OTHER_CLIENT });
    box.takeSent();
    ask(box);
    assert.deepEqual(
      box.takeSent().map(({ interfaceName, destination, port }) => [interfaceName, destination, port]),
      [['eth1', 'fe80::77', 546]],
    );
  });

  it('[S-RCF-2] where only the address is known that the client was leased, to that', () => {
    const giver = boxOn();
    const { lease } = keyed(giver);
    const box = boxOn({ bindings: [{ ...bindingOf(giver, lease), clientAddress: undefined }] });
    ask(box);
    assert.deepEqual(box.takeSent().map(({ destination }) => destination), [lease]);
  });

  it('[S-RCF-3] is sent again after 2 s, then after twice as long each time, 8 times in all; then it is given up', () => {
    const box = boxOn();
    keyed(box);
    ask(box);
    const times: number[] = box.takeSent().length === 1 ? [0] : [];
    for (let second = 1; second <= 600; second++) {
      box.advance(1);
      for (const { message: sent } of box.takeSent()) if (sent.type === MessageType.RECONFIGURE) times.push(second);
      if (second === 509) assert.equal(stateOf(box, 509_000), 'asked 8 509');
    }
    assert.deepEqual(times, [0, 2, 6, 14, 30, 62, 126, 254]);
    assert.equal(stateOf(box, 600_000), 'unanswered 8 510');
    assert.deepEqual(box.appliance.reconfigures?.counters, { asked: 1, answered: 0, unanswered: 1 });
  });

  it('[S-RCF-3] what was asked for ends it; another client’s, or something else, does not', () => {
    const answers: readonly [ReconfigureCommand['type'] & number, Parameters<typeof message>[1]][] = [[RENEW, [iaNa(1)]], [REBIND, [iaNa(1)]], [INFORMATION_REQUEST, []]];
    for (const [type, ias] of answers) {
      const box = boxOn();
      const { lease } = keyed(box);
      keyed(box, { client: OTHER_CLIENT });
      ask(box, CLIENT, type);
      box.advance(1);
      box.deliver(message(type, ias, { client: OTHER_CLIENT }));
      box.deliver(message(MessageType.CONFIRM, [iaNa(1, lease)]));
      assert.equal(stateOf(box, 1_000), 'asked 1 1');
      box.advance(2);
      box.deliver(message(type, type === INFORMATION_REQUEST ? [] : [iaNa(1, lease)]));
      assert.equal(stateOf(box, 9_000), 'answered 2 3');
      box.takeSent();
      box.advance(600);
      assert.deepEqual(box.takeSent(), []);
    }
  });

  it('[S-RCF-3] a Renew for another server, or that is not understood, ends nothing', () => {
    const box = boxOn();
    keyed(box);
    ask(box);
    const other = new Uint8Array(SERVER_ID) as Duid;
    other[5] = 0xee;
    box.deliver(message(RENEW, [iaNa(1)], { server: other }));
    box.deliver(encodeMessage(message(RENEW, [iaNa(1)])).subarray(0, 30));
    assert.equal(stateOf(box, 0), 'asked 1 0');
  });

  it('[S-RCF-8] each has a greater value against replay than all before it, Replies that tell the key among them', () => {
    const box = boxOn();
    const values: bigint[] = [];
    const { key } = keyed(box);
    for (let i = 0; i < 20; i++) {
      const again = authenticationOf(read(box.exchange(message(MessageType.REQUEST, [iaNa(1)], { options: [ACCEPTS] }))).options);
      values.push(again?.replay ?? 0n);
      ask(box);
      const [sent] = box.takeSent();
      values.push(readReconfigure(sent, key).replay);
      if (i % 3 === 0) box.advance(400);
      box.takeSent();
    }
    assert.ok(values.every((value, i) => i === 0 || value > (values[i - 1] ?? 0n)), values.join(' '));
    assert.ok(box.reserved.length > 0, 'stable storage was asked for more in time');
    assert.ok((values.at(-1) ?? 0n) >> 32n < BigInt(box.reserved.at(-1) ?? 0));
  });

  it('is refused where it can’t be, with the reason', () => {
    const off = createBox();
    assert.match(ask(off) ?? '', /Reconfigure is off/);
    const box = boxOn({ commits: 'by hand' });
    assert.match(ask(box) ?? '', /^00:03:00:01:02:00:00:00:00:01 has no key/);
    box.deliver(message(MessageType.REQUEST, [iaNa(1)], { options: [ACCEPTS] }));
    assert.match(ask(box) ?? '', /is being served right now: try again/);
    box.commitSucceeds();
    box.takeSent();
    box.configure(configuration(`version: 1\nappliances: { box: { links: { other: [eth2] } } }\nlinks: { other: { prefixes: [2001:db8:9::/64] } }\nserver: { reconfigure: {} }\n`));
    assert.match(ask(box) ?? '', /of a link that is not in the provisioning file any more/);
    assert.deepEqual(box.takeSent(), []);
  });

  it('ends where the client has no lease any more', () => {
    const box = boxOn();
    const { lease } = keyed(box);
    ask(box);
    box.deliver(message(MessageType.RELEASE, [iaNa(1, lease)]));
    assert.equal(bindingOf(box, lease).status, BindingStatus.FREE);
    box.takeSent();
    box.advance(600);
    assert.equal(stateOf(box, 0), 'ended 1 2');
    assert.deepEqual(box.takeSent(), []);
  });
});

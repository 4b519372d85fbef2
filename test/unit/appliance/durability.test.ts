import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { BindingStatus } from '../../../src/lease/index.ts';
import { MessageType, OptionCode, StatusCode, optionValue } from '../../../src/wire/index.ts';
import { PROVISIONING, createBox } from '../../conformance/server/box.ts';
import type { Box } from '../../conformance/server/box.ts';
import { CLIENT, OTHER_CLIENT, iaNa, iaPd, message, read, readMessage } from '../../conformance/server/client.ts';
import { FROM_RELAY, relayed } from '../../conformance/server/relayed.ts';

const REQUEST = message(MessageType.REQUEST, [iaNa(1)]);

/** A box whose client has a durable lease. */
function boxWithLease(): { readonly box: Box; readonly lease: string } {
  const box = createBox({ commits: 'by hand' });
  box.deliver(REQUEST);
  box.commitSucceeds();
  const [sent] = box.takeSent();
  const lease = read(sent).ias[0]?.leases[0]?.name;
  assert.ok(lease !== undefined);
  return { box, lease };
}

describe('what is sent and what is durable', () => {
  it('[S-REQ-6] a Reply leaves when its binding is durable, not before', () => {
    const box = createBox({ commits: 'by hand' });
    assert.equal(box.exchange(REQUEST), undefined);
    assert.equal(box.commitsInFlight[0]?.bindings[0]?.status, BindingStatus.ACTIVE);
    box.commitSucceeds();
    assert.equal(box.takeSent().length, 1);
  });

  it('a retransmitted Request whose first commit is in flight is answered after it, from the same binding', () => {
    const box = createBox({ commits: 'by hand' });
    box.deliver(REQUEST);
    box.deliver(REQUEST);
    assert.equal(box.takeSent().length, 0, 'nothing speaks of what is not durable');
    assert.equal(box.appliance.queued.waiting, 1);
    box.commitSucceeds();
    assert.equal(box.takeSent().length, 1, 'the first Request is answered');
    box.commitSucceeds();
    assert.equal(box.takeSent().length, 1, 'then the second');
    assert.equal(box.durable.size, 1);
  });

  it('the address of a binding in flight is not offered to another client', () => {
    const box = createBox({ commits: 'by hand' });
    box.deliver(message(MessageType.REQUEST, [iaNa(1, '2001:db8:1::1aa')]));
    const offered = read(box.exchange(message(MessageType.SOLICIT, [iaNa(1, '2001:db8:1::1aa')], { client: OTHER_CLIENT })));
    assert.notEqual(offered.ias[0]?.leases[0]?.name, '2001:db8:1::1aa');
  });

  it('changes that come while a commit is in flight share the next one', () => {
    const box = createBox({ commits: 'by hand' });
    box.deliver(REQUEST);
    box.deliver(message(MessageType.REQUEST, [iaNa(1)], { client: OTHER_CLIENT }));
    box.deliver(message(MessageType.REQUEST, [iaNa(1)], { client: Uint8Array.of(0, 2, 0, 0, 0, 9, 1) as typeof CLIENT }));
    const sizes = (): readonly number[] => box.commitsInFlight.map(({ bindings }) => bindings.length);
    assert.deepEqual(sizes(), [1]);
    box.commitSucceeds();
    assert.deepEqual(sizes(), [2]);
    assert.equal(box.takeSent().length, 1);
    box.commitSucceeds();
    assert.equal(box.takeSent().length, 2);
  });

  it('every commit has a higher revision, and its bindings carry it', () => {
    const { box } = boxWithLease();
    box.deliver(message(MessageType.RENEW, [iaNa(1)]));
    const [commit] = box.commitsInFlight;
    assert.equal(commit?.revision, 2);
    assert.equal(commit.bindings[0]?.revision, 2);
  });

  it('a Release frees the lease when that is durable, and says so after it', () => {
    const { box, lease } = boxWithLease();
    assert.equal(box.exchange(message(MessageType.RELEASE, [iaNa(1, lease)])), undefined);
    assert.equal(box.commitsInFlight[0]?.bindings[0]?.status, BindingStatus.FREE);
    box.commitSucceeds();
    assert.equal(read(box.takeSent()[0]).status, StatusCode.Success);
  });
});

describe('a commit that fails', () => {
  it('sends no Reply, and the lease it would have given is free again', () => {
    const box = createBox({ commits: 'by hand' });
    box.deliver(REQUEST);
    box.commitFails();
    assert.deepEqual(box.takeSent(), []);
    assert.equal(box.appliance.leases.size, 0);
    assert.equal(box.appliance.counters.answersDropped, 1);
  });

  it('leaves the lease as stable storage has it: what was extended in memory only is not', () => {
    const { box } = boxWithLease();
    const before = [...box.durable.values()][0];
    box.advance(100);
    box.deliver(message(MessageType.RENEW, [iaNa(1)]));
    box.commitFails();
    const slot = box.appliance.leases.firstOfClient(CLIENT, 0, CLIENT.length);
    assert.deepEqual(box.appliance.leases.read(slot), { ...before, linkLayerAddress: undefined, relay: undefined, relayAgent: undefined });
  });

  it('believes the disk where the write reached it after all', () => {
    const box = createBox({ commits: 'by hand' });
    box.deliver(REQUEST);
    box.commitFails(box.commitsInFlight[0]?.bindings);
    assert.equal(box.appliance.leases.count(BindingStatus.ACTIVE), 1);
    assert.deepEqual(box.takeSent(), [], 'the client asks again');
  });

  it('clients that need no write are answered meanwhile, with what is left of their leases', () => {
    const { box, lease } = boxWithLease();
    box.deliver(message(MessageType.REQUEST, [iaNa(1)], { client: OTHER_CLIENT }));
    box.commitFails();
    const confirmed = read(box.exchange(message(MessageType.CONFIRM, [iaNa(1, lease)])));
    assert.equal(confirmed.status, StatusCode.Success);
    const renewed = read(box.exchange(message(MessageType.RENEW, [iaNa(1, lease)])));
    assert.deepEqual(
      renewed.ias[0]?.leases.map(({ name, preferred, valid }) => ({ name, preferred, valid })),
      [{ name: lease, preferred: 1000, valid: 2000 }],
    );
    assert.deepEqual([renewed.ias[0].t1, renewed.ias[0].t2], [500, 800], 'its lease will be extended: the client is to ask again in time');
    assert.equal(box.commitsInFlight.length, 0);
    assert.equal(box.exchange(message(MessageType.REQUEST, [iaNa(1)], { client: OTHER_CLIENT })), undefined);
    assert.equal(box.appliance.counters.discarded['storage-unavailable'], 1);
  });

  it('asks again before its lease ends, also one whose preferred lifetime is over', () => {
    const box = createBox({ commits: 'by hand' });
    box.deliver(message(MessageType.REQUEST, [iaNa(1), iaNa(2)]));
    box.commitSucceeds();
    const timesAfter = (elapsed: number) => {
      box.advance(elapsed);
      box.deliver(message(MessageType.REQUEST, [iaNa(1)], { client: OTHER_CLIENT }));
      box.commitFails();
      box.takeSent();
      return read(box.exchange(message(MessageType.RENEW, [iaNa(1), iaNa(2)]))).ias.map(({ t1, t2 }) => [t1, t2]);
    };
    assert.deepEqual(timesAfter(300), [[350, 560], [350, 560]], 'of 700 s that it is preferred for');
    assert.deepEqual(timesAfter(900), [[400, 640], [400, 640]], 'of 800 s that it is valid for');
  });

  it('[O-19] is told what goes with its prefix as before', () => {
    const excluding = PROVISIONING.replace('delegated-length: 56', 'delegated-length: 56, exclude: { length: 64, subnet-id: 1 }, options: { dns-servers: [2001:db8::53] }');
    const box = createBox({ provisioning: excluding, commits: 'by hand' });
    const request = [OptionCode.PD_EXCLUDE, OptionCode.DNS_SERVERS];
    const told = () => {
      const { options, ias } = read(box.takeSent()[0]);
      return [optionValue(ias[0]?.leases[0]?.options ?? [], OptionCode.PD_EXCLUDE), optionValue(options, OptionCode.DNS_SERVERS)];
    };
    box.deliver(message(MessageType.REQUEST, [iaPd(1)], { request }));
    box.commitSucceeds();
    const given = told();
    assert.ok(given.every((value) => value !== undefined));
    box.deliver(message(MessageType.REQUEST, [iaPd(1)], { client: OTHER_CLIENT }));
    box.commitFails();
    box.deliver(message(MessageType.RENEW, [iaPd(1)], { request }));
    assert.deepEqual(told(), given);
  });

  it('a client on another link is told nothing of what it had: that is not right there', () => {
    const { box } = boxWithLease();
    box.deliver(message(MessageType.REQUEST, [iaNa(1)], { client: OTHER_CLIENT }));
    box.commitFails();
    for (const type of [MessageType.SOLICIT, MessageType.REQUEST]) {
      assert.equal(box.exchange(relayed(message(type, [iaNa(1)]), {}), FROM_RELAY), undefined);
    }
    assert.equal(box.appliance.counters.discarded['storage-unavailable'], 2);
  });

  it('one write is tried again after a second, and then all is as before', () => {
    const box = createBox({ commits: 'by hand' });
    box.deliver(REQUEST);
    box.commitFails();
    box.advance(1);
    box.deliver(REQUEST);
    assert.equal(box.commitsInFlight.length, 1);
    box.commitSucceeds();
    assert.equal(box.takeSent().length, 1);
    assert.deepEqual(box.log.slice(-1), ['commits succeed again']);
  });

  it('a commit that does not end is taken for failing after two seconds', () => {
    const { box, lease } = boxWithLease();
    box.deliver(message(MessageType.REQUEST, [iaNa(1)], { client: OTHER_CLIENT }));
    box.advance(2);
    const renewed = box.exchange(message(MessageType.RENEW, [iaNa(1, lease)]));
    assert.equal(read(renewed).ias[0]?.leases[0]?.valid, 1998);
  });

  it('an answer that waited longer than two seconds for its commit tells what is left of the durable lease', () => {
    const { box, lease } = boxWithLease();
    for (const [type, waited, valid] of [[MessageType.RENEW, 2, 2000], [MessageType.RENEW, 3, 1997], [MessageType.REBIND, 8, 1992]] as const) {
      box.deliver(message(type, [iaNa(1)]));
      box.advance(waited);
      box.commitSucceeds();
      const [sent] = box.takeSent();
      const ia = read(sent).ias[0];
      assert.deepEqual(ia?.leases.map((told) => [told.name, told.valid]), [[lease, valid]]);
      assert.equal(ia.t1, Math.floor((valid - 1000) / 2), 'and when it is to be extended');
    }
    assert.equal(box.appliance.counters.answersLate, 2);
    assert.equal(box.appliance.counters.received[MessageType.RENEW], 2, 'each was received once');
    assert.equal(box.commitsInFlight.length, 0, 'that needs no commit');
  });

  it('so does the answer to a Request, also where its commit waited behind a slow one', () => {
    const box = createBox({ commits: 'by hand' });
    box.deliver(message(MessageType.REQUEST, [iaNa(1)], { client: OTHER_CLIENT }));
    box.deliver(REQUEST);
    box.advance(1.5);
    box.commitSucceeds();
    assert.equal(read(box.takeSent()[0]).ias[0]?.leases[0]?.valid, 2000);
    box.advance(1.5);
    box.commitSucceeds();
    assert.equal(read(box.takeSent()[0]).ias[0]?.leases[0]?.valid, 1997);
  });

  it('the answer to a Release promises nothing: it is sent however late', () => {
    const { box, lease } = boxWithLease();
    box.deliver(message(MessageType.RELEASE, [iaNa(1, lease)]));
    box.advance(5);
    box.commitSucceeds();
    assert.equal(read(box.takeSent()[0]).status, StatusCode.Success);
  });

  it('an operator is told at once that a command failed', () => {
    const { box, lease } = boxWithLease();
    const address = box.durable.get(`${lease}/128`)?.address;
    assert.ok(address !== undefined);
    box.dispatch({ kind: 'leaseCommand', id: 7, command: { action: 'release', address, prefixLength: 128 } });
    box.commitFails();
    assert.ok(box.log.includes('command 7: stable storage failed: No space left on device'));
  });
});

describe('leases that end', () => {
  it('a lease is kept for 3 s past its end: its client got the Reply later, and counts from there', () => {
    const { box } = boxWithLease();
    box.advance(2002.9);
    assert.equal(box.commitsInFlight.length, 0);
    box.advance(0.2);
    assert.equal(box.commitsInFlight.length, 1);
  });

  it('an expired lease is free when that is durable, and remembers its client', () => {
    const { box } = boxWithLease();
    box.advance(2004);
    const [binding] = box.commitsInFlight[0]?.bindings ?? [];
    assert.equal(binding?.status, BindingStatus.FREE);
    assert.deepEqual(binding.duid, CLIENT);
    box.commitSucceeds();
    assert.equal(box.appliance.leases.count(BindingStatus.FREE), 1);
  });

  it('a Renew in time keeps the lease', () => {
    const { box, lease } = boxWithLease();
    box.advance(1500);
    box.deliver(message(MessageType.RENEW, [iaNa(1, lease)]));
    box.commitSucceeds();
    assert.equal(readMessage(box.takeSent()[0]?.message ?? assert.fail()).ias[0]?.leases[0]?.valid, 2000);
    box.advance(2002);
    assert.equal(box.commitsInFlight.length, 0);
    box.advance(2);
    assert.equal(box.commitsInFlight.length, 1);
  });

  it('nothing expires while stable storage fails, and everything after it works again', () => {
    const { box } = boxWithLease();
    box.advance(2002.9);
    box.deliver(message(MessageType.REQUEST, [iaNa(1)], { client: OTHER_CLIENT }));
    box.commitFails();
    box.advance(0.2);
    assert.equal(box.commitsInFlight.length, 0);
    box.advance(3);
    assert.equal(box.commitsInFlight[0]?.bindings[0]?.status, BindingStatus.FREE);
  });
});

describe('records that were lost', () => {
  it('nobody gets a new lease, and unknown clients keep what they have, until the operator accepts', () => {
    const box = createBox({ lostRecords: 'unknown' });
    assert.equal(box.exchange(message(MessageType.SOLICIT, [iaNa(1)])), undefined);
    assert.equal(box.exchange(message(MessageType.REQUEST, [iaNa(1)])), undefined);
    assert.equal(box.exchange(message(MessageType.RENEW, [iaNa(1, '2001:db8:1::150')])), undefined);
    assert.equal(box.exchange(message(MessageType.REBIND, [iaNa(1, '2001:db8:1::150')])), undefined);
    assert.equal(box.appliance.counters.discarded['storage-lost'], 4);
    box.dispatch({ kind: 'storageAccepted' });
    assert.equal(read(box.exchange(message(MessageType.SOLICIT, [iaNa(1)]))).ias[0]?.leases.length, 1);
  });

  it('a lease whose record is unreadable is not given out; all others are', () => {
    const address = '2001:db8:1::150';
    const sample = createBox();
    sample.deliver(message(MessageType.REQUEST, [iaNa(1, address)]));
    const name = sample.durable.get(`${address}/128`);
    assert.ok(name !== undefined);
    const box = createBox({ lostRecords: [name] });
    const offer = (): string | undefined =>
      read(box.exchange(message(MessageType.SOLICIT, [iaNa(1, address)]))).ias[0]?.leases[0]?.name;
    assert.notEqual(offer(), undefined);
    assert.notEqual(offer(), address);
    box.dispatch({ kind: 'storageAccepted' });
    assert.equal(offer(), address);
  });

  it('known clients are served as ever', () => {
    const { durable } = (() => {
      const box = createBox();
      box.deliver(REQUEST);
      return box;
    })();
    const box = createBox({ lostRecords: 'unknown', bindings: [...durable.values()] });
    const renewed = read(box.exchange(message(MessageType.RENEW, [iaNa(1)])));
    assert.equal(renewed.ias[0]?.leases[0]?.valid, 2000);
    const answered = box.exchange(message(MessageType.INFORMATION_REQUEST, [], { request: [OptionCode.DNS_SERVERS] }));
    assert.ok(answered !== undefined);
  });
});

// What may come between a new configuration and the clients that it concerns.

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ServerConfiguration } from '../../../src/server/index.ts';
import { MessageType, OptionCode, epochSeconds, formatAddress, formatDuid, monotonicMs, optionValue } from '../../../src/wire/index.ts';
import { PROVISIONING, address, configuration, createBox } from '../../conformance/server/box.ts';
import type { Box } from '../../conformance/server/box.ts';
import { CLIENT, OTHER_CLIENT, iaNa, iaPd, message, read } from '../../conformance/server/client.ts';
import { ACCEPTS, ask, believed, keyIn, keyed, readReconfigure, stateOf } from '../../conformance/server/reconfigured.ts';
import { FROM_RELAY, relayed, unwrap } from '../../conformance/server/relayed.ts';
import { PACED, asked, boxWith, clientNumber, file, renews } from './reconfigured-clients.ts';

const FAST = '{ clients-per-second: 1000 }';
const PORTS = ['eth1', 'uplink'].map((name) => ({ name, exists: true, isEnabled: true, hasCarrier: true, address: 'ready' as const, isOpen: true }));

/** A box by itself with one client, of which everything is commanded by the file alone. */
function boxWithOne(): Box {
  return boxWith(1, FAST);
}

function countOf(box: Box): number {
  return box.takeSent().filter(({ message: sent }) => sent.type === MessageType.RECONFIGURE).length;
}

describe('a client whose lease is on no link any more', () => {
  const changes: readonly [what: string, edit: (file: string) => string][] = [
    ['a renumbered link', (text) => text.replaceAll('2001:db8:1:', '2001:db8:7:')],
    ['a prefix pool elsewhere', (text) => text.replaceAll('2001:db8:100:', '2001:db8:700:')],
    ['all of it', (text) => text.replaceAll('2001:db8:1:', '2001:db8:7:').replaceAll('2001:db8:100:', '2001:db8:700:')],
    ['a link with another name on the same port', (text) => text.replaceAll('2001:db8:1:', '2001:db8:7:').replaceAll('2001:db8:100:', '2001:db8:700:').replaceAll('lan:', 'office:')],
  ];
  for (const [what, edit] of changes) {
    it(`${what}: it is asked where it was heard, comes for what is new, and is left alone then`, () => {
      const box = boxWithOne();
      const leases = [...box.durable.keys()].map((name) => name.replace('/128', ''));
      box.configure(configuration(edit(file(FAST))));
      box.advance(1);
      const sent = box.takeSent();
      assert.deepEqual(sent.map(({ interfaceName, destination }) => [interfaceName, destination]), [['eth1', 'fe80::c1']], box.log.join('\n'));
      const [leased = '', prefix = ''] = leases.toSorted((a, b) => Number(a.includes('/')) - Number(b.includes('/')));
      const answer = read(box.exchange(message(MessageType.RENEW, [iaNa(1, leased), iaPd(1, prefix)], { client: clientNumber(1) })));
      assert.equal(answer.type, MessageType.REPLY);
      box.advance(600);
      assert.equal(countOf(box), 0);
      assert.deepEqual(box.appliance.reconfigures?.counters, { asked: 1, answered: 1, unanswered: 0 });
      assert.equal(ask(box, clientNumber(1)), undefined, 'it can be asked again');
    });
  }

  it('who comes before its turn, and is given another address, is left out', () => {
    const box = boxWith(30);
    const leases = [...box.durable.values()];
    box.configure(configuration(file(PACED).replaceAll('2001:db8:1:', '2001:db8:7:')));
    box.advance(1);
    const early = asked(box).length;
    assert.ok(early > 5 && early < 15);
    for (let number = 1; number <= 30; number++) {
      const known = leases.filter(({ duid }) => formatDuid(duid) === formatDuid(clientNumber(number)));
      const ias = known.map(({ address: leased, prefixLength }) => (prefixLength === 128 ? iaNa(1, formatAddress(leased)) : iaPd(1, `${formatAddress(leased)}/${prefixLength}`)));
      box.deliver(message(MessageType.RENEW, ias, { client: clientNumber(number) }));
    }
    box.takeSent();
    box.advance(10);
    assert.deepEqual(asked(box), []);
    assert.deepEqual(box.appliance.reconfigures?.counters, { asked: early, answered: early, unanswered: 0 });
  });

  it('behind a relay agent: it is asked through that', () => {
    const box = createBox({ provisioning: file(FAST) });
    box.deliver(relayed(message(MessageType.REQUEST, [iaNa(1)], { options: [ACCEPTS] }), {}), FROM_RELAY);
    box.advance(10);
    box.takeSent();
    box.configure(configuration(file(FAST).replaceAll('2001:db8:2:', '2001:db8:8:')));
    box.advance(1);
    const [sent] = box.takeSent();
    assert.equal(sent?.interfaceName, 'uplink');
    assert.equal(unwrap(sent).answer.type, MessageType.RECONFIGURE);
  });

  it('leases of several changes ago are found as well, and a command finds them', () => {
    const box = createBox({ provisioning: file('{ on-reload: false }') });
    keyed(box);
    box.advance(10);
    for (const number of [5, 6, 7]) {
      box.configure(configuration(file('{ on-reload: false }').replaceAll('2001:db8:1:', `2001:db8:${number}:`)));
      box.advance(10);
    }
    box.takeSent();
    assert.equal(ask(box), undefined);
    assert.equal(countOf(box), 1);
  });
});

describe('clients that can’t be asked when their turn comes', () => {
  it('wait for what they need, which is said, and are asked then', () => {
    const giver = createBox({ provisioning: file(FAST) });
    giver.deliver(relayed(message(MessageType.REQUEST, [iaNa(1)], { options: [ACCEPTS] }), {}), FROM_RELAY);
    const box = createBox({ provisioning: file(FAST), bindings: [...giver.durable.values()] });
    box.advance(10);
    box.configure(configuration(file(FAST, '2001:db8::54')));
    box.advance(120);
    assert.equal(countOf(box), 0);
    const said = box.log.filter((line) => line.includes("can't be asked yet"));
    assert.deepEqual(said, ['the new configuration concerns 1 client that can\'t be asked yet, and waits: each is behind a relay agent, and this box has no port now that it could be reached by']);
    box.dispatch({ kind: 'interfaces', signals: PORTS });
    box.advance(11);
    assert.ok(box.takeSent().some(({ interfaceName }) => interfaceName === 'uplink'));
    assert.equal(box.appliance.reconfigures?.counters.asked, 1);
  });

  it('a retransmission that has no way is no attempt', () => {
    const giver = createBox({ provisioning: file(FAST) });
    giver.deliver(relayed(message(MessageType.REQUEST, [iaNa(1)], { options: [ACCEPTS] }), {}), FROM_RELAY);
    const box = createBox({ provisioning: file(FAST), bindings: [...giver.durable.values()] });
    assert.match(ask(box) ?? '', /no port now/);
    box.dispatch({ kind: 'interfaces', signals: PORTS });
    assert.equal(ask(box), undefined);
    box.dispatch({ kind: 'interfaces', signals: [] });
    box.advance(1_000);
    assert.equal(stateOf(box, 1_000_000), 'asked 1 1000');
    box.dispatch({ kind: 'interfaces', signals: PORTS });
    box.advance(2);
    assert.equal(stateOf(box, 1_002_000), 'asked 2 1002');
  });

  it('for good are counted, with the reason', () => {
    const giver = boxWith(2, FAST);
    const bindings = [...giver.durable.values()].map((binding) => ({ ...binding, relay: Uint8Array.of(1, 2, 3), clientAddress: undefined }));
    const box = createBox({ provisioning: file(FAST), bindings });
    box.advance(10);
    box.configure(configuration(file(FAST, '2001:db8::54')));
    box.advance(1);
    assert.ok(box.log.includes(
      "the new configuration concerns 2 clients that can't be asked, and will hear of it at the next Renew: each is behind a relay agent whose address is not known: it can be asked after its next Renew",
    ), box.log.join('\n'));
  });

  it('where stable storage keeps no replay values nothing goes round and round, and nobody is asked', () => {
    const giver = boxWith(3, FAST);
    const box = createBox({ provisioning: file(FAST), bindings: [...giver.durable.values()], keepsNoReplay: true });
    box.advance(10);
    const before = box.reserved.length;
    box.configure(configuration(file(FAST, '2001:db8::54')));
    box.advance(600);
    assert.equal(countOf(box), 0);
    assert.ok(box.reserved.length - before <= 11, 'it is tried once a minute');
    box.configure(configuration(PROVISIONING));
    box.advance(600);
    assert.ok(box.reserved.length - before <= 12, 'and not where Reconfigure is off');
  });
});

describe('a new configuration while clients are asked for the one before', () => {
  it('what came of them is said once it is known of all', () => {
    const box = boxWith(5, FAST);
    box.configure(configuration(file(FAST, '2001:db8::54')));
    box.advance(1);
    box.configure(configuration(file(FAST, '2001:db8::55')));
    box.advance(1);
    for (let number = 1; number <= 4; number++) renews(box, number);
    box.advance(600);
    assert.ok(box.log.includes('of 5 clients that were asked by Reconfigure 4 came, 1 did not answer and will hear of it at their next Renew'), box.log.join('\n'));
  });

  it('a command to ask one of them takes it out of the count', () => {
    const box = boxWith(2, FAST);
    box.configure(configuration(file(FAST, '2001:db8::54')));
    box.advance(1);
    assert.equal(ask(box, clientNumber(2)), undefined);
    renews(box, 1);
    box.advance(1);
    assert.ok(box.log.includes('of 1 client that were asked by Reconfigure 1 came'), box.log.join('\n'));
  });

  for (const by of [-3_600, 3_600]) {
    it(`the clock is set by ${by} s: who came meanwhile is left out, and who did not is asked`, () => {
      const setting = { provisioning: file(PACED), clock: unconfirmedClock() };
      const box = boxWith(60, PACED, createBox(setting));
      box.configure(configuration(file(PACED, '2001:db8::54')));
      const before = new Set<string>();
      for (let tenth = 0; tenth < 20; tenth++) {
        box.advance(0.1);
        for (const client of asked(box)) before.add(client);
      }
      const numbers = Array.from({ length: 60 }, (_, i) => i + 1).filter((number) => !before.has(formatDuid(clientNumber(number))));
      const came = numbers.slice(0, 20);
      for (const number of came) renews(box, number);
      box.dispatch({ kind: 'clockCommand', id: 7, time: epochSeconds(box.now + by) });
      assert.ok(box.log.includes(`the clock was set by ${by} s`), box.log.slice(-5).join('\n'));
      box.configure(configuration(file(PACED, '2001:db8::54', 'declined-hold: 2h, ')));
      const after = new Set<string>();
      for (let tenth = 0; tenth < 80; tenth++) {
        for (const client of asked(box)) after.add(client);
        box.advance(0.1);
      }
      for (const number of came) assert.ok(!after.has(formatDuid(clientNumber(number))), `client ${number} has what is new`);
      for (const number of numbers.slice(20)) assert.ok(after.has(formatDuid(clientNumber(number))), `client ${number} has what was before`);
    });
  }

  function unconfirmedClock() {
    const id = new Uint8Array(8);
    return {
      timescales: [{ index: 0, id, correction: undefined, ahead: 0, begins: 'start' as const }],
      saved: undefined,
      builtAt: epochSeconds(1_800_000_000),
      seed: id,
      system: 'unconfirmed' as const,
      now: { epoch: epochSeconds(1_800_000_000), monotonic: monotonicMs(0) },
    };
  }
});

describe('a box that has enough to do', () => {
  it('asks nobody until commits are done', () => {
    const wide = file(FAST).replace('2001:db8:1::1ff', '2001:db8:1::1fff');
    const giver = boxWith(3, FAST);
    const box = createBox({ provisioning: wide, bindings: [...giver.durable.values()], commits: 'by hand' });
    box.advance(10);
    for (let number = 100; number < 1_400; number++) box.deliver(message(MessageType.REQUEST, [iaNa(1)], { client: clientNumber(number) }));
    box.configure(configuration(wide.replace('2001:db8::53', '2001:db8::54')));
    box.advance(5);
    assert.equal(countOf(box), 0);
    while (box.commitsInFlight.length > 0) box.commitSucceeds();
    box.takeSent();
    box.advance(1);
    assert.equal(countOf(box), 3);
  });
});

describe('a client on several links', () => {
  it('has a key on each, is asked on each, and answers on each', () => {
    const box = createBox({ provisioning: file(FAST) });
    const { key } = keyed(box);
    const other = keyIn(unwrap(box.exchange(relayed(message(MessageType.REQUEST, [iaNa(2)], { options: [ACCEPTS] }), {}), FROM_RELAY)).answer);
    assert.ok(other !== undefined);
    assert.notDeepEqual(other, key, 'who is heard on one learns nothing of the other');
    box.advance(10);
    box.deliver(message(MessageType.RENEW, [iaNa(1)]));
    box.advance(10);
    box.takeSent();
    box.configure(configuration(file(FAST, '2001:db8::54')));
    box.advance(1);
    const [direct, through] = box.takeSent().toSorted((a, b) => (a.interfaceName < b.interfaceName ? -1 : 1));
    assert.deepEqual([direct, through].map((sent) => sent?.interfaceName), ['eth1', 'uplink']);
    assert.equal(readReconfigure(direct, key).asksFor, MessageType.RENEW);
    const { answer, levels } = unwrap(through);
    assert.equal(believed(optionValue(levels[0]?.options ?? [], OptionCode.RELAY_MSG) ?? new Uint8Array(0), answer.options, other), MessageType.RENEW);
    box.deliver(message(MessageType.RENEW, [iaNa(1)]));
    const { reconfigures } = box.appliance;
    assert.equal(reconfigures?.counters.answered, 1);
    box.deliver(relayed(message(MessageType.RENEW, [iaNa(2)]), {}), FROM_RELAY);
    assert.deepEqual(reconfigures.counters, { asked: 2, answered: 2, unanswered: 0 });
    box.takeSent();
    assert.equal(ask(box), undefined);
    assert.equal(box.takeSent().length, 2, 'a command asks it everywhere');
  });
});

describe('a client on several links that is being answered', () => {
  it('is asked on none: what its Reply says against replay was made before, and leaves later', () => {
    const box = createBox({ provisioning: file(FAST), commits: 'by hand' });
    box.deliver(message(MessageType.REQUEST, [iaNa(1)], { options: [ACCEPTS] }));
    box.commitSucceeds();
    box.deliver(relayed(message(MessageType.REQUEST, [iaNa(2)], { options: [ACCEPTS] }), {}), FROM_RELAY);
    box.commitSucceeds();
    box.advance(400);
    box.takeSent();
    box.deliver(message(MessageType.REQUEST, [iaNa(1)], { options: [ACCEPTS] }));
    assert.match(ask(box) ?? '', /is being served right now/);
    box.configure(configuration(file(FAST, '2001:db8::54')));
    box.advance(1);
    assert.deepEqual(box.takeSent(), []);
    box.commitSucceeds();
    assert.ok(keyIn(read(box.takeSent()[0])) !== undefined);
    box.advance(2);
    assert.deepEqual(box.takeSent().map(({ interfaceName }) => interfaceName).toSorted(), ['eth1', 'uplink']);
  });
});

describe('relay agents', () => {
  const by = (interfaceName: string, sourcePort: number) => ({ ...FROM_RELAY, interfaceName, sourcePort });
  const request = (client = CLIENT) => relayed(message(MessageType.REQUEST, [iaNa(1)], { client, options: [ACCEPTS] }), { options: [{ code: OptionCode.RELAY_PORT, value: 0 }] });

  it('what comes from the address of one by another interface takes nothing away', () => {
    const box = createBox({ provisioning: file(FAST) });
    box.deliver(request(), by('uplink', 1547));
    box.deliver(request(OTHER_CLIENT), by('eth1', 1547));
    box.takeSent();
    assert.equal(ask(box), undefined);
    assert.deepEqual(box.takeSent().map(({ interfaceName, port }) => [interfaceName, port]).toSorted(), [['eth1', 1547], ['uplink', 1547]]);
  });

  it('what is no valid message of a client says nothing of one', () => {
    const box = createBox({ provisioning: file(FAST) });
    box.deliver(request(), by('uplink', 1547));
    box.deliver(Uint8Array.of(MessageType.RELAY_FORW, 0, 0), by('uplink', 9));
    box.deliver(relayed(message(MessageType.REQUEST, [iaNa(1)]), { linkAddress: '2001:db8:ffff:9::1', options: [{ code: OptionCode.RELAY_PORT, value: 0 }] }), by('uplink', 9));
    box.takeSent();
    assert.equal(ask(box), undefined);
    assert.deepEqual(box.takeSent().map(({ port }) => port), [1547]);
  });

  it('those that are heard are remembered, however many others come and go', () => {
    const box = createBox({ provisioning: file(FAST) });
    box.deliver(request(), by('uplink', 1547));
    for (let number = 0; number < 5_000; number++) {
      if (number % 1_000 === 0) box.deliver(relayed(message(MessageType.INFORMATION_REQUEST, []), { options: [{ code: OptionCode.RELAY_PORT, value: 0 }] }), by('uplink', 1547));
      const source = address('2001:db8:ffff::1');
      source[12] = 1;
      source[14] = number >> 8;
      source[15] = number & 0xff;
      box.deliver(relayed(message(MessageType.INFORMATION_REQUEST, [], { client: clientNumber(number) }), {}), { ...FROM_RELAY, source });
      // Nobody is heard who says too much at once.
      if (number % 100 === 0) box.advance(10);
    }
    box.takeSent();
    assert.equal(ask(box), undefined);
    assert.deepEqual(box.takeSent().map(({ port }) => port), [1547]);
  });
});

describe('a start with another configuration than clients have', () => {
  const giver = (): Box => boxWith(3, FAST);

  /** As the daemon does it. */
  function started(box: Box): Box {
    box.advance(10);
    box.dispatch({ kind: 'timer' });
    box.advance(10);
    return box;
  }

  /** Clients that are asked within a minute. */
  function askedBy(box: Box): number {
    box.advance(60);
    return new Set(asked(box)).size;
  }

  it('asks those whom the change concerns, and says that clients have it when that is over', () => {
    const bindings = [...giver().durable.values()];
    const box = started(createBox({ provisioning: file(FAST, '2001:db8::54'), bindings, hasFormer: true }));
    assert.deepEqual(box.clientsHave, []);
    box.deliver(message(MessageType.RENEW, [iaNa(1), iaPd(1)], { client: clientNumber(1) }));
    box.takeSent();
    box.dispatch({ kind: 'formerConfiguration', configuration: configuration(file(FAST)) });
    assert.equal(askedBy(box), 2, 'who came since the start has what is new');
    assert.deepEqual(box.clientsHave, []);
    box.advance(600);
    const options = (one: ServerConfiguration) => one.links[0]?.options;
    assert.deepEqual(box.clientsHave.map(options), [options(configuration(file(FAST, '2001:db8::54')))]);
  });

  it('asks nobody whom it does not concern, and everybody where nobody knows what was', () => {
    for (const [former, count] of [[configuration(file(FAST)), 0], [undefined, 3]] as const) {
      const box = started(createBox({ provisioning: file(FAST, '2001:db8::53', 'declined-hold: 2h, '), bindings: [...giver().durable.values()], hasFormer: true }));
      box.dispatch({ kind: 'formerConfiguration', configuration: former });
      assert.equal(askedBy(box), count);
    }
  });

  it('asks nobody where the file does not say so, and forgets it', () => {
    const box = started(createBox({ provisioning: file('{ on-reload: false }', '2001:db8::54'), bindings: [...giver().durable.values()], hasFormer: true }));
    box.dispatch({ kind: 'formerConfiguration', configuration: configuration(file(FAST)) });
    assert.equal(askedBy(box), 0);
    assert.equal(box.clientsHave.length, 1);
  });

  it('a change that comes before it is known what was concerns both', () => {
    const box = started(createBox({ provisioning: file(FAST, '2001:db8::54'), bindings: [...giver().durable.values()], hasFormer: true }));
    // Back to what clients have; and one of them came meanwhile.
    box.deliver(message(MessageType.RENEW, [iaNa(1), iaPd(1)], { client: clientNumber(1) }));
    box.advance(10);
    box.configure(configuration(file(FAST, '2001:db8::53')));
    box.dispatch({ kind: 'formerConfiguration', configuration: configuration(file(FAST)) });
    box.takeSent();
    box.advance(60);
    assert.deepEqual([...new Set(asked(box))], [formatDuid(clientNumber(1))]);
  });

  it('what clients have is said once for each configuration, also where Reconfigure is off', () => {
    const box = started(createBox({ provisioning: PROVISIONING }));
    box.dispatch({ kind: 'timer' });
    assert.equal(box.clientsHave.length, 1);
    const next = configuration(file(FAST));
    box.configure(next);
    box.advance(10);
    assert.deepEqual(box.clientsHave.map((one) => one === next), [false, true]);
  });
});

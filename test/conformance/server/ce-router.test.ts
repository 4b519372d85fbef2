/** A customer edge router as RFC 7084, RFC 9096 and RFC 9818 have it, at the server that its provider runs. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { BindingStatus } from '../../../src/lease/index.ts';
import { MessageType, OptionCode, optionValue } from '../../../src/wire/index.ts';
import type { PlainMessage, PlainOption } from '../../../src/wire/index.ts';
import { PROVISIONING, address, configuration, createBox } from './box.ts';
import type { Box } from './box.ts';
import { OTHER_CLIENT, iaNa, iaPd, message, read } from './client.ts';
import type { Answer } from './client.ts';
import { ACCEPTS, keyIn, readReconfigure } from './reconfigured.ts';

/** What such a router asks for (RFC 7084 sections 4.2 and 4.4, RFC 6334, RFC 7598). */
const REQUESTED = [OptionCode.DNS_SERVERS, OptionCode.DOMAIN_LIST, OptionCode.SOL_MAX_RT, OptionCode.INF_MAX_RT, OptionCode.PD_EXCLUDE, OptionCode.AFTR_NAME, OptionCode.S46_CONT_MAPE];
const WAN: { readonly source: ReturnType<typeof address> } = { source: address('fe80::ce') };

const PROVIDER = `${PROVISIONING}server: { sol-max-rt: 3600s, inf-max-rt: 7200s, reconfigure: { on-reload: true } }
options: { dns-servers: [2001:db8::53], domain-search: [isp.example.com], aftr: aftr.isp.example.com }
`;
/** Of a pool that takes the place of the other one. */
const RENUMBERED = PROVIDER.replaceAll('2001:db8:100::/48', '2001:db8:500::/48');

type Kind = typeof MessageType.SOLICIT | typeof MessageType.REQUEST | typeof MessageType.RENEW | typeof MessageType.REBIND;

describe('a customer edge router [O-56]', () => {
  let box: Box;
  beforeEach(() => {
    box = createBox({ provisioning: PROVIDER });
  });

  const say = (type: Kind, ...ias: readonly PlainOption[]): PlainMessage => message(type, ias, { request: REQUESTED, options: [ACCEPTS] });
  const hear = (type: Kind, ...ias: readonly PlainOption[]): Answer => read(box.exchange(say(type, ...ias), WAN));
  /** Solicit and Request, as after its power came back: it knows nothing but its identifiers. */
  const start = (): { readonly wan: string; readonly lan: string; readonly reply: Answer } => {
    const offered = hear(MessageType.SOLICIT, iaNa(1), iaPd(1, '::/56'));
    const [wan = '', lan = ''] = offered.ias.map(({ leases }) => leases[0]?.name);
    return { wan, lan, reply: hear(MessageType.REQUEST, iaNa(1, wan), iaPd(1, lan)) };
  };
  const leases = ({ ias }: Answer) => ias.flatMap((ia) => ia.leases.map(({ name, preferred, valid }) => [name, preferred, valid] as const));

  it('[O-56] gets its address, its prefix and all that it asks for in one exchange, with one T1 and one T2', () => {
    const { wan, lan, reply } = start();
    assert.deepEqual(leases(reply), [[wan, 1_000, 2_000], [lan, 1_000, 2_000]]);
    assert.match(lan, /^2001:db8:1[0-9a-f]{2}:[0-9a-f]+00::\/56$|^2001:db8:100::\/56$/);
    assert.deepEqual(reply.ias.map(({ t1, t2 }) => [t1, t2]), [[500, 800], [500, 800]]);
    for (const code of [OptionCode.DNS_SERVERS, OptionCode.DOMAIN_LIST, OptionCode.AFTR_NAME, OptionCode.RECONF_ACCEPT]) assert.ok(reply.options.some((option) => option.code === code), String(code));
    assert.deepEqual([optionValue(reply.options, OptionCode.SOL_MAX_RT), optionValue(reply.options, OptionCode.INF_MAX_RT)], [3_600, 7_200]);
  });

  it('[O-56] that restarts without a Release (RFC 9096 section 3.1) gets the same back, for the whole time, however often', () => {
    const { wan, lan } = start();
    for (let restart = 0; restart < 5; restart += 1) {
      box.advance(700);
      const again = start();
      assert.deepEqual([again.wan, again.lan], [wan, lan]);
      assert.deepEqual(leases(again.reply), [[wan, 1_000, 2_000], [lan, 1_000, 2_000]]);
      assert.equal(box.durable.get(lan)?.stateExpirationTime, box.now + 2_000);
    }
    assert.equal(box.durable.size, 2, 'nothing is left of the restarts');
  });

  it('[O-56] that was off until after its leases’ end gets the same back, though others came meanwhile', () => {
    const { wan, lan } = start();
    box.advance(5_000);
    for (let number = 1; number <= 9; number += 1) box.deliver(message(MessageType.REQUEST, [iaNa(number), iaPd(number)], { client: OTHER_CLIENT }));
    box.takeSent();
    const again = start();
    assert.deepEqual([again.wan, again.lan], [wan, lan]);
  });

  it('[O-56] renews without asking for addresses by name, and its lifetimes never go down meanwhile', () => {
    const { wan, lan } = start();
    for (let time = 0; time < 4; time += 1) {
      box.advance(500);
      assert.deepEqual(leases(hear(MessageType.RENEW, iaNa(1, wan), iaPd(1, lan))), [[wan, 1_000, 2_000], [lan, 1_000, 2_000]]);
    }
  });

  it('[O-56] whose provider renumbers is asked at once, hears that the old prefix ends, and has the new one by the same message', () => {
    const { wan, lan, reply } = start();
    const key = keyIn(reply);
    assert.ok(key !== undefined);
    const end = box.durable.get(lan)?.stateExpirationTime;
    box.takeSent();
    box.configure(configuration(RENUMBERED));
    box.advance(1);
    const [asked, ...more] = box.takeSent();
    assert.deepEqual(more, []);
    assert.equal(readReconfigure(asked, key).asksFor, MessageType.RENEW);
    const renewed = leases(hear(MessageType.RENEW, iaNa(1, wan), iaPd(1, lan)));
    const fresh = renewed.find(([name]) => name.startsWith('2001:db8:5'));
    assert.ok(fresh !== undefined);
    assert.deepEqual(renewed.filter((one) => one !== fresh), [[wan, 1_000, 2_000], [lan, 0, 0]]);
    assert.deepEqual(fresh.slice(1), [1_000, 2_000]);
    const old = box.durable.get(lan);
    assert.deepEqual([old?.status, old?.stateExpirationTime], [BindingStatus.ACTIVE, end], 'until then nobody else gets the old one');
  });

  it('[O-56] whose pool takes nobody new hears what is left of its prefix: it does not end before it was said to', () => {
    const narrowed = PROVIDER.replace('2001:db8:100::/48, delegated-length: 56', '2001:db8:100::/48, delegated-length: 56, classes: [new]').replace(
      'options: {',
      'classes: [ { name: new, match: { duids: ["00:02:*"] }, options: {} } ]\noptions: {',
    );
    const { wan, lan } = start();
    box.advance(300);
    box.configure(configuration(narrowed));
    const renewed = leases(hear(MessageType.RENEW, iaNa(1, wan), iaPd(1, lan)));
    assert.deepEqual(renewed, [[wan, 1_000, 2_000], [lan, 700, 1_700]]);
  });

  describe('with routers of its own behind it (RFC 9818)', () => {
    beforeEach(() => {
      box = createBox({
        provisioning: PROVIDER.replace(
          'prefix-pools: [ { prefix: 2001:db8:100::/48, delegated-length: 56 } ]',
          'prefix-pools: [ { prefix: 2001:db8:100::/48, delegated-length: 56 }, { prefix: 2001:db8:c000::/36, delegated-length: 48 }, { prefix: 2001:db8:3000::/56, delegated-length: 64 } ]',
        ),
      });
    });

    it('[O-56] gets a prefix as long as it asks for, and where there is none the next that has room for it', () => {
      const lengths = [48, 56, 64, 52, 60, 40].map((length, i) => hear(MessageType.SOLICIT, iaPd(10 + i, `::/${String(length)}`)).ias[0]?.leases[0]?.name.split('/')[1]);
      assert.deepEqual(lengths, ['48', '56', '64', '48', '56', '48']);
    });

    it('[O-56] gets a prefix for each IA, of different lengths, renewed together, and may give back one of them', () => {
      const { ias } = hear(MessageType.REQUEST, iaPd(1, '::/56'), iaPd(2, '::/64'), iaPd(3, '::/64'));
      const names = ias.map((ia) => ia.leases[0]?.name ?? '');
      assert.equal(new Set(names).size, 3);
      assert.deepEqual(names.map((name) => name.split('/')[1]), ['56', '64', '64']);
      box.deliver(message(MessageType.RELEASE, [iaPd(2, names[1] ?? '')]), WAN);
      box.takeSent();
      box.advance(500);
      const renewed = leases(hear(MessageType.RENEW, iaPd(1, names[0] ?? ''), iaPd(3, names[2] ?? '')));
      assert.deepEqual(renewed, [[names[0], 1_000, 2_000], [names[2], 1_000, 2_000]]);
    });
  });
});

/** What hosts registered (RFC 9686) nobody leased: no leasequery tells of it. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { MessageType } from '../../../src/wire/index.ts';
import { createBox } from '../server/box.ts';
import type { Box } from '../server/box.ts';
import { CLIENT, OTHER_CLIENT, iaNa, iaPd, message, read } from '../server/client.ts';
import { REGISTERING, from, inform } from '../server/registering.ts';
import { ALL, hex, shown } from './active-box.ts';
import { replies, streamOf, told } from './asking.ts';
import { Query, full } from './requestor.ts';

const OWN = '2001:db8:1::abcd:1';

describe('leasequery and registered addresses', () => {
  const box = (): Box => createBox({ provisioning: `${REGISTERING}leasequery: { requestors: [2001:db8:f::5], tcp: { security: insecure, active: true } }\n` });

  it('[O-37] by address: of an address in a delegated prefix the prefix is told, of one on the link nothing', () => {
    const asked = box();
    const prefix = read(asked.exchange(message(MessageType.REQUEST, [iaPd(1)]))).ias[0]?.leases[0]?.name ?? '';
    const inside = prefix.replace('/56', '77');
    asked.exchange(inform(inside), from(inside));
    asked.exchange(inform(OWN), from(OWN));
    const answered = (address: string): readonly string[] => shown(told(asked.appliance, { query: { type: Query.address, address } }, asked.now));
    assert.match(answered(inside).join(' '), new RegExp(`${hex(CLIENT)} ${full(prefix)} 2000`));
    assert.ok(!answered(OWN).join(' ').includes(hex(CLIENT)));
  });

  it('[O-37] by link and by client: leases alone', () => {
    const asked = box();
    const lease = read(asked.exchange(message(MessageType.REQUEST, [iaNa(1)]))).ias[0]?.leases[0]?.name ?? '';
    asked.exchange(inform(OWN), from(OWN));
    asked.exchange(inform('2001:db8:1::abcd:2', { client: OTHER_CLIENT }), from('2001:db8:1::abcd:2'));
    for (const query of [{ type: Query.link, link: '2001:db8:1::1' }, { type: Query.clientId, clientId: hex(CLIENT) }]) {
      const answered = shown(told(asked.appliance, { query }, asked.now)).join('\n');
      assert.match(answered, new RegExp(`${hex(CLIENT)} ${full(lease)} 2000`));
      for (const other of ['abcd', hex(OTHER_CLIENT)]) assert.ok(!answered.includes(other), answered);
    }
  });

  it('[O-37] who is told of changes is told of none', () => {
    const asked = box();
    const stream = streamOf(asked.appliance, ALL, asked.now);
    replies(stream, asked.now);
    asked.exchange(inform(OWN), from(OWN));
    asked.exchange(inform(OWN, { valid: 0 }), from(OWN));
    asked.exchange(message(MessageType.REQUEST, [iaNa(1)]));
    const news = shown(replies(stream, asked.now));
    assert.equal(news.length, 1);
    assert.ok(!news.join('\n').includes('abcd'));
  });
});

/** What an address tells of its client, and what is kept of one that is gone (RFC 7824, RFC 7844, RFC 7943). */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Allocator, LeaseTable } from '../../../src/lease/index.ts';
import type { HashKey } from '../../../src/lease/index.ts';
import { MessageType, OptionCode, epochSeconds, formatHex, iaid, parseAddress } from '../../../src/wire/index.ts';
import type { Duid } from '../../../src/wire/index.ts';
import { pool } from '../../unit/lease/leases.ts';
import { PROVISIONING, createBox, duid } from './box.ts';
import { iaNa, message } from './client.ts';
import { FROM_RELAY, relayed, unwrap } from './relayed.ts';

const CLIENTS = 500;
/** DUID-LL of neighbouring link-layer addresses, as from one delivery of phones. */
const neighbour = (number: number): Duid => duid(`00:03:00:01:02:00:5e:10:${(number >> 8).toString(16).padStart(2, '0')}:${(number & 0xff).toString(16).padStart(2, '0')}`);

/** The interface identifiers that these clients get of an empty /64, in 16 hexadecimal digits. */
function identifiers(secret: HashKey, prefix = '2001:db8:1::/64', numbers = Array.from({ length: CLIENTS }, (_, number) => number)): readonly string[] {
  const table = new LeaseTable({ k0: 1, k1: 2 }, 0);
  table.setPools([pool(prefix)], []);
  const allocator = new Allocator(table, secret, { leasesMax: 1_000_000, leasesPerClientMax: 32 });
  return numbers.map((number) => {
    allocator.startMessage(epochSeconds(1_800_000_000), () => false);
    const found = allocator.find([0], neighbour(number), iaid(1), undefined);
    assert.equal(found.outcome, 'found');
    return formatHex(found.address.subarray(8), '');
  });
}

const SECRET = { k0: 0x1234_5678, k1: 0x9abc_def0 };
const OTHER_SECRET = { k0: 0x1234_5678, k1: 0x9abc_def1 };

describe('privacy', () => {
  it('[O-48] the address has nothing of the link-layer address in it', () => {
    for (const [number, identifier] of identifiers(SECRET).entries()) {
      const linkLayer = formatHex(neighbour(number).subarray(4), '');
      for (const part of [linkLayer.slice(0, 6), linkLayer.slice(6)]) assert.ok(!identifier.includes(part), `${identifier} of ${linkLayer}`);
      assert.notEqual(identifier.slice(6, 10), 'fffe', 'it is no EUI-64');
    }
  });

  it('[O-48] neighbours among the clients are none among the addresses: each bit is set for about half of them', () => {
    const found = identifiers(SECRET);
    assert.equal(new Set(found).size, CLIENTS);
    for (let bit = 0; bit < 64; bit += 1) {
      const set = found.filter((identifier) => ((BigInt(`0x${identifier}`) >> BigInt(bit)) & 1n) === 1n).length;
      // Five standard deviations are 56.
      assert.ok(Math.abs(set - CLIENTS / 2) < 60, `bit ${String(bit)} is set in ${String(set)} of ${String(CLIENTS)}`);
    }
    const halves = new Set(found.map((identifier) => identifier.slice(0, 8)));
    assert.ok(halves.size > CLIENTS - 5, 'the upper half of it as well as the lower one');
  });

  it('[O-48] who knows all addresses of a box knows none of another: they come of its secret', () => {
    const here = identifiers(SECRET);
    assert.deepEqual(identifiers(OTHER_SECRET).filter((identifier, number) => identifier === here[number]), []);
  });

  it('[O-48] the same client gets the same address though nothing was kept of it, and whoever came before it (RFC 7943)', () => {
    assert.deepEqual(identifiers(SECRET, undefined, [7, 9, 11]), [7, 9, 11].map((number) => identifiers(SECRET)[number]));
    assert.deepEqual(identifiers(SECRET, undefined, [11, 7]), [11, 7].map((number) => identifiers(SECRET)[number]));
  });

  it('[O-48] and on another link one that has nothing to do with it', () => {
    const here = identifiers(SECRET);
    assert.deepEqual(identifiers(SECRET, '2001:db8:2::/64').filter((identifier, number) => identifier === here[number]), []);
  });

  it('[O-48] of a client that is gone nothing is kept once its address is another one’s: no DUID, no link-layer address, no way to it', () => {
    const single = PROVISIONING.replace('2001:db8:2::100 - 2001:db8:2::1ff', '2001:db8:2::100 - 2001:db8:2::100');
    const box = createBox({ provisioning: single });
    const hardware = { code: OptionCode.CLIENT_LINKLAYER_ADDR, value: { hardwareType: 1, address: Uint8Array.of(2, 0, 0x5e, 0x10, 0, 7) } } as const;
    const port = { code: OptionCode.INTERFACE_ID, value: new TextEncoder().encode('room 7') };
    const ask = (number: number, ...options: Parameters<typeof relayed>[1]['options'] & object): string | undefined =>
      unwrap(box.exchange(relayed(message(MessageType.REQUEST, [iaNa(1)], { client: neighbour(number) }), { options }), FROM_RELAY)).answer.ias[0]?.leases[0]?.name;
    const held = ask(7, hardware, port);
    const kept = (): string => JSON.stringify([...box.durable.values()], (_, value: unknown) => (value instanceof Uint8Array ? formatHex(value, '') : value));
    const traces = [formatHex(neighbour(7), ''), formatHex(hardware.value.address, ''), formatHex(port.value, '')];
    for (const trace of traces) assert.ok(kept().includes(trace), 'while it has the lease all of that is kept');
    box.advance(2_100);
    assert.equal(ask(8), held);
    for (const trace of traces) assert.ok(!kept().includes(trace), `${trace} is gone`);
    const { leases } = box.appliance;
    assert.equal(leases.firstOfClient(neighbour(7), 0, neighbour(7).length), 0);
    const slot = leases.find(parseAddress(held ?? '') ?? assert.fail(), 0, 128);
    assert.equal(leases.records.linkLayerAddress(slot), undefined);
  });

  it('[O-48] a client with another DUID each time (RFC 7844) takes no more records than it has leases at a time', () => {
    const box = createBox({ provisioning: PROVISIONING.replace('2001:db8:1::100 - 2001:db8:1::1ff', '2001:db8:1::100 - 2001:db8:1::103') });
    for (let number = 0; number < 40; number += 1) {
      box.deliver(message(MessageType.REQUEST, [iaNa(1)], { client: neighbour(number) }));
      box.advance(700);
    }
    assert.equal(box.appliance.leases.size, 4);
    assert.equal(box.durable.size, 4);
  });
});

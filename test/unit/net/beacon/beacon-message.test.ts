import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { beaconKey, encodeBeacon, readBeacon } from '../../../../src/net/beacon/beacon-message.ts';

const SECRET = new Uint8Array(32).fill(7);
const LINKS = ['lan', 'wlan'];
const east = beaconKey('east-west', 'primary', SECRET, LINKS);
const west = beaconKey('east-west', 'secondary', SECRET, LINKS);
const beacon = {
  relationship: 'east-west',
  link: 'lan',
  mark: { session: '0011223344556677', sequence: 0xfffffffe },
  heard: { session: '8899aabbccddeeff', sequence: 3 },
};

describe('a beacon as octets [R-LH1]', () => {
  it('is read by the partner as it was said', () => {
    assert.deepEqual(readBeacon(encodeBeacon(east, beacon), west), beacon);
    assert.deepEqual(readBeacon(encodeBeacon(west, { ...beacon, link: 'wlan', heard: undefined }), east), { ...beacon, link: 'wlan', heard: undefined });
  });

  it('is an ICMPv6 message of type 200, code 0, which has its layout', () => {
    const octets = encodeBeacon(east, beacon).toString('hex');
    assert.equal(octets.slice(0, 24), 'c8000000' + '54776c31' + '01010000');
    assert.equal(octets.slice(40, 88), '0011223344556677fffffffe8899aabbccddeeff00000003');
    assert.equal(octets.length, 2 * 60);
  });

  it('counts whatever the kernel writes for its checksum', () => {
    const octets = encodeBeacon(east, beacon);
    octets.writeUInt16BE(0xbeef, 2);
    assert.deepEqual(readBeacon(octets, west), beacon);
  });

  it('of which an octet is another one counts for nothing', () => {
    const octets = encodeBeacon(east, beacon);
    for (let at = 0; at < octets.length; at++) {
      if (at === 1 || at === 2 || at === 3) continue;
      const other = Buffer.from(octets);
      other.writeUInt8(other.readUInt8(at) ^ 1, at);
      assert.equal(readBeacon(other, west), undefined, `octet ${String(at)}`);
    }
    for (const length of [0, 4, 59]) assert.equal(readBeacon(octets.subarray(0, length), west), undefined);
    assert.equal(readBeacon(Buffer.concat([octets, Buffer.alloc(1)]), west), undefined);
  });

  it('that somebody without the key says counts for nothing', () => {
    const stranger = beaconKey('east-west', 'primary', new Uint8Array(32).fill(8), LINKS);
    assert.equal(readBeacon(encodeBeacon(stranger, beacon), west), undefined);
  });

  it('that is this box’s own, sent back to it, counts for nothing', () => {
    assert.equal(readBeacon(encodeBeacon(east, beacon), east), undefined);
  });

  it('tells who listens nothing of the names of links', () => {
    const octets = encodeBeacon(east, { ...beacon, link: 'wlan' });
    assert.equal(octets.includes('wlan'), false);
    const other = encodeBeacon(beaconKey('east-west', 'primary', new Uint8Array(32).fill(8), LINKS), { ...beacon, link: 'wlan' });
    assert.notDeepEqual(octets.subarray(12, 20), other.subarray(12, 20));
  });
});

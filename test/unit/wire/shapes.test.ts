import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { addressListShape, domainListShape, unsignedListShape } from '../../../src/wire/index.ts';
import { address, domainName, hex, octets } from './octets.ts';

describe('the shapes that an option of any code may have', () => {
  it('are integers of one, two or four octets', () => {
    assert.equal(hex(unsignedListShape(1).encode([1, 255])), '01ff');
    assert.equal(hex(unsignedListShape(2).encode([1, 0xffff])), '0001ffff');
    assert.equal(hex(unsignedListShape(4).encode([1, 0xffffffff])), '00000001ffffffff');
    assert.deepEqual(unsignedListShape(4).decode(octets('00000001ffffffff')), { value: [1, 0xffffffff] });
    assert.equal(unsignedListShape(1).print([1, 255]), '1 255');
    assert.equal(unsignedListShape(2).decode(octets('000102')).error?.code, 'bad-option-length');
  });

  it('are addresses and domain names', () => {
    assert.equal(hex(addressListShape.encode([address('::1'), address('::2')])), `${'0'.repeat(31)}1${'0'.repeat(31)}2`);
    assert.equal(hex(domainListShape.encode([domainName('a.b')])), '0161016200');
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { encodeDomainNames, optionCodec, OptionCode, parseDomainName } from '../../../src/wire/index.ts';
import { holds } from './arbitraries.ts';
import { domainName, hex, octets } from './octets.ts';

const codec = optionCodec(OptionCode.DOMAIN_LIST);
const longest = [63, 63, 63, 61].map((length) => 'a'.repeat(length)).join('.');

describe('domain names', () => {
  it('reads a name with and without its final dot', () => {
    assert.equal(parseDomainName('Example.com.'), 'Example.com');
    assert.equal(parseDomainName('_ntp._udp.example-1.com'), '_ntp._udp.example-1.com');
    assert.equal(parseDomainName('.'), '.');
  });

  it('refuses empty labels, long ones, long names, and characters that need an escape', () => {
    for (const text of ['', '..', '.com', 'a..b', 'a b', 'é.fr', 'a/b', 'a\\', 'a\\25', 'a\\256', '\ud83d\ude00', `${'a'.repeat(64)}.b`, `${longest}a`]) {
      assert.equal(parseDomainName(text), undefined, text);
    }
    assert.equal(parseDomainName(longest), longest);
    assert.equal(encodeDomainNames([domainName(longest)]).length, 255);
  });

  it('escapes the octets that a name seldom has', () => {
    const wire = '03 612e62 04 5c0020ff 00';
    const decoded = codec.decode(octets(wire));
    assert.deepEqual(decoded, { value: ['a\\046b.\\092\\000\\032\\255'] });
    assert.equal(hex(encodeDomainNames(decoded.error === undefined ? decoded.value : [])), wire.replaceAll(' ', ''));
    assert.equal(parseDomainName('\\097'), 'a');
  });

  it('refuses names on the wire that are cut off, compressed or too long', () => {
    const wire = (lengths: readonly number[]): string => lengths.map((length) => length.toString(16).padStart(2, '0') + '61'.repeat(length)).join('');
    assert.equal(codec.decode(octets(`${wire([63, 63, 63, 61])}00`)).error, undefined);
    assert.equal(codec.decode(octets(`${wire([63, 63, 63, 61])}00${wire([63, 63, 63, 61])}00`)).error, undefined);
    const bad: readonly [string, number][] = [
      [`${wire([63, 63, 63, 62])}00`, 255],
      [`${wire([63, 63, 63, 63])}00`, 192],
      ['40', 0],
      ['c000', 0],
      ['0361', 0],
      ['0161', 2],
      ['0161 00 0162', 5],
    ];
    for (const [data, offset] of bad) {
      assert.deepEqual(codec.decode(octets(data)).error, { code: 'bad-domain-name', offset, option: 24 }, data);
    }
  });

  it('gives every name on the wire one text, and the text gives it back', () => {
    const label = fc.uint8Array({ minLength: 1, maxLength: 63 });
    holds(
      fc.property(fc.array(fc.array(label, { maxLength: 3 }), { maxLength: 4 }), (names) => {
        const wire = Uint8Array.from(names.flatMap((labels) => [...labels.flatMap((name) => [name.length, ...name]), 0]));
        const decoded = codec.decode(wire);
        assert.equal(decoded.error, undefined);
        assert.equal(decoded.value.length, names.length);
        for (const name of decoded.value) assert.equal(parseDomainName(name), name);
        assert.deepEqual(encodeDomainNames(decoded.value), wire);
      }),
    );
  });
});

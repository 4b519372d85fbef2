// What a layout of an option says, in both directions.

import assert from 'node:assert/strict';
import { decodeDatagram, MessageType, optionCodec, type OptionCode, type OptionValues, type WireErrorCode } from '../../../src/wire/index.ts';
import { hex, messageOctets, octets, optionOctets } from '../../unit/wire/octets.ts';

export const ADDRESS = '20010db8000000000000000000000001';
export const PREFIX = '20010db8000000000000000000000000';

/** A layout: the octets of an option's data and the value that they stand for, in both directions. */
export function stands<Code extends OptionCode>(code: Code, data: string, value: OptionValues[Code]): void {
  const codec = optionCodec(code);
  assert.deepEqual(codec.decode(octets(data)), { value });
  assert.equal(hex(codec.encode(value)), data.replace(/\s/g, ''));
}

/** The option's codec refuses the data. */
export function refuses(code: OptionCode, data: string, error: WireErrorCode, offset = 0): void {
  assert.deepEqual(optionCodec(code).decode(octets(data)).error, { code: error, offset, option: code });
}

/** The option's codec refuses the data because of its length, and so does a server that gets it in a message. */
export function refusesLength(code: OptionCode, ...data: readonly string[]): void {
  for (const hexData of data) {
    refuses(code, hexData, 'bad-option-length');
    const message = messageOctets(MessageType.SOLICIT, optionOctets(code, octets(hexData)));
    assert.deepEqual(decodeDatagram(message, 8).error, { code: 'bad-option-length', offset: 4, option: code });
  }
}

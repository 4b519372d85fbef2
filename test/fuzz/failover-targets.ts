/** What is fuzzed of failover: the frame reader and the decoder, with octets as they come and with messages of right lengths. */
import assert from 'node:assert/strict';
import {
  decodeFailoverMessage,
  describeFailoverMessage,
  encodeFailoverMessage,
  FrameReader,
} from '../../src/wire/index.ts';
import { concat, optionOctets } from '../unit/wire/octets.ts';
import { EVERY_MESSAGE, NOW } from '../unit/wire/failover/samples.ts';
import type { Target } from './fuzzer.ts';

const FRAMES = EVERY_MESSAGE.map((message) => encodeFailoverMessage(message, NOW));

export const failoverStream: Target = {
  name: 'failover stream',
  seeds: [concat(...FRAMES), ...FRAMES],
  run(input) {
    const whole = new FrameReader().push(input.slice());
    for (const frame of whole) checkDecoder(frame);
    const reader = new FrameReader();
    const cut = (input[0] ?? 0) * 7;
    const inPieces = [...reader.push(input.slice(0, cut)), ...reader.push(input.slice(cut))];
    assert.deepEqual(inPieces, whole, 'where TCP splits a stream is of no consequence');
    assert.ok(reader.bufferedOctets <= input.length, 'no more is held than came');
  },
};

/** What an instruction of `builtOctets` may put into a message. */
const LEAF_CODES = [
  1, 13, 39, 46, 47, 68, 100, 114, 115, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127, 128, 129, 130, 131, 132, 133, 134, 99, 250,
] as const;
const CONTAINERS = [[45, 0], [3, 12], [4, 4], [25, 12], [5, 24], [26, 25], [116, 0], [17, 4]] as const;
const OPEN = 0x80;
const CLOSE = 0xc0;

/** The octets of a message that instructions stand for; whatever they are, all lengths in it are right. */
function builtOctets(instructions: Uint8Array): Uint8Array {
  let at = 0;
  const next = (): number => instructions[at++] ?? 0;
  const take = (length: number): Uint8Array => {
    const taken = new Uint8Array(length);
    taken.set(instructions.subarray(at, at + length));
    at += length;
    return taken;
  };
  const options = (depth: number): readonly Uint8Array[] => {
    const found: Uint8Array[] = [];
    while (at < instructions.length) {
      const instruction = next();
      if (instruction >= CLOSE) break;
      if (instruction < OPEN || depth > 6) {
        found.push(optionOctets(LEAF_CODES[instruction % LEAF_CODES.length] ?? 0, take(next() % 33)));
      } else {
        const [code, headLength] = CONTAINERS[instruction % CONTAINERS.length] ?? CONTAINERS[0];
        found.push(optionOctets(code, concat(take(headLength), ...options(depth + 1))));
      }
    }
    return found;
  };
  const type = 24 + (next() % 12);
  return concat(Uint8Array.of(type), take(7), ...options(0));
}

export const failoverOptions: Target = {
  name: 'failover options',
  seeds: [
    Uint8Array.of(0, ...new Uint8Array(7), 0x80, 6, 4, 1, 2, 3, 4, 0x81, ...new Uint8Array(12), 0x84, ...new Uint8Array(24), 7, 1, 1, 25, 4, 0, 0, 0, 1),
    Uint8Array.of(10, ...new Uint8Array(7), 23, 1, 0, 24, 1, 2, 25, 4, 0, 0, 0, 0),
  ],
  run: (input) => checkDecoder(builtOctets(input)),
};

function checkDecoder(bytes: Uint8Array): void {
  const decoded = decodeFailoverMessage(bytes, NOW);
  if (decoded.error !== undefined) {
    assert.ok(decoded.error.offset >= 0 && decoded.error.offset <= bytes.length, 'an error lies in the message');
    return;
  }
  assert.doesNotMatch(describeFailoverMessage(decoded), /\p{C}/u);
  const again = decodeFailoverMessage(encodeFailoverMessage(decoded, decoded.sentTime ?? NOW).subarray(2), NOW);
  assert.deepEqual(again, decoded, 'what was read is written so that it reads the same');
}

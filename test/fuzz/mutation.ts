/** Changes to an input: of octets, of the lengths that the protocol is full of, and of whole options. */
import type { Random } from './random.ts';

const INPUT_MAX = 8_192;
const BOUNDARIES_8 = [0, 1, 2, 127, 128, 129, 254, 255] as const;
const BOUNDARIES_16 = [0, 1, 3, 4, 12, 24, 25, 128, 130, 131, 1_280, 65_535] as const;
const OPTION_CODES = [
  1, 2, 3, 4, 5, 6, 8, 9, 13, 14, 16, 17, 18, 25, 26, 37, 39, 43, 45, 46, 67, 68, 79, 100, 114, 116, 117, 119, 123, 126, 129, 130, 132, 135,
  65_001,
] as const;

type Mutation = (input: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

const MUTATIONS: readonly [Mutation, ...Mutation[]] = [
  function flipBit(input, random) {
    return changed(input, random, (octet) => octet ^ (1 << random.below(8)));
  },
  function setBoundary8(input, random) {
    return changed(input, random, () => random.pick(BOUNDARIES_8));
  },
  function setBoundary16(input, random) {
    return written16(input, random, random.pick(BOUNDARIES_16));
  },
  function setOptionCode(input, random) {
    return written16(input, random, random.pick(OPTION_CODES));
  },
  function addToLength(input, random) {
    const at = random.below(Math.max(1, input.length - 1));
    return written16(input, random, (((input[at] ?? 0) << 8) + (input[at + 1] ?? 0) + random.below(9) - 4) & 0xffff, at);
  },
  function truncate(input, random) {
    return input.slice(0, random.below(input.length + 1));
  },
  function removeRange(input, random) {
    const [start, end] = range(input, random);
    return joined(input.subarray(0, start), input.subarray(end));
  },
  function repeatRange(input, random) {
    const [start, end] = range(input, random);
    const times = 1 + random.below(8);
    const part = input.subarray(start, end);
    return joined(input.subarray(0, end), ...Array.from({ length: times }, () => part), input.subarray(end));
  },
  function insertOption(input, random) {
    const at = random.below(input.length + 1);
    const length = random.pick([0, 1, 2, 4, 12, 14, 16, 24, 25, 28, 40]);
    const option = new Uint8Array(4 + length);
    const view = new DataView(option.buffer);
    view.setUint16(0, random.pick(OPTION_CODES));
    view.setUint16(2, length);
    for (let i = 4; i < option.length; i++) option[i] = random.below(256);
    return joined(input.subarray(0, at), option, input.subarray(at));
  },
  function splice(input, random, other) {
    const [start, end] = range(other, random);
    const at = random.below(input.length + 1);
    return joined(input.subarray(0, at), other.subarray(start, end), input.subarray(at));
  },
  function cross(input, random, other) {
    return joined(input.subarray(0, random.below(input.length + 1)), other.subarray(random.below(other.length + 1)));
  },
];

/** One to eight changes. */
export function mutate(input: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  let result = input;
  for (let left = 1 << random.below(4); left > 0; left--) {
    result = random.pick(MUTATIONS)(result, random, other).subarray(0, INPUT_MAX);
  }
  return result.slice();
}

function changed(input: Uint8Array, random: Random, change: (octet: number) => number): Uint8Array {
  const copy = input.slice();
  if (copy.length === 0) return copy;
  const at = random.below(copy.length);
  copy[at] = change(copy[at] ?? 0);
  return copy;
}

function written16(input: Uint8Array, random: Random, value: number, place?: number): Uint8Array {
  const copy = input.slice();
  if (copy.length < 2) return copy;
  const at = place ?? random.below(copy.length - 1);
  copy[at] = value >> 8;
  if (at + 1 < copy.length) copy[at + 1] = value & 0xff;
  return copy;
}

function range(input: Uint8Array, random: Random): readonly [number, number] {
  const start = random.below(input.length + 1);
  return [start, Math.min(input.length, start + 1 + random.below(64))];
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { encodeFailoverMessage, epochSeconds, FrameWriter } from '../../../../src/wire/index.ts';
import type { FailoverMessage } from '../../../../src/wire/index.ts';
import { holds } from '../arbitraries.ts';
import { concat, hex } from '../octets.ts';
import { failoverMessage } from './arbitraries.ts';
import { later, NOW } from './samples.ts';

function takeAll(frames: FrameWriter, now = NOW): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let piece = frames.take(now); piece !== undefined; piece = frames.take(now)) pieces.push(piece);
  return pieces;
}

const UPDDONE: FailoverMessage = { type: 33, transactionId: 5 };

describe('messages that wait as octets', () => {
  it('are what the encoder makes of them at the time when they are taken', () => {
    holds(
      fc.property(fc.array(failoverMessage, { maxLength: 8 }), fc.nat({ max: 400 }), (messages, pieceLength) => {
        const frames = new FrameWriter(pieceLength);
        for (const message of messages) frames.write(message);
        const expected = messages.map((message) => encodeFailoverMessage(message, later(7)).slice());
        assert.equal(hex(concat(...takeAll(frames, later(7)))), hex(concat(...expected)));
      }),
    );
  }).timeout(60_000);

  it('come in pieces that end with a message, as soon as they are long enough', () => {
    const frames = new FrameWriter(25);
    for (let i = 0; i < 7; i++) frames.write(UPDDONE);
    assert.deepEqual(takeAll(frames).map(({ length }) => length), [30, 30, 10]);
  });

  it('are counted until they are taken', () => {
    const frames = new FrameWriter(20);
    assert.equal(frames.take(NOW), undefined);
    for (let i = 0; i < 3; i++) frames.write(UPDDONE);
    assert.equal(frames.length, 3);
    frames.take(NOW);
    assert.equal(frames.length, 1);
    frames.take(NOW);
    assert.equal(frames.length, 0);
    assert.equal(frames.take(NOW), undefined);
  });

  it('keep the time at which they were taken when others are written and taken later', () => {
    const frames = new FrameWriter(1_000);
    frames.write(UPDDONE);
    const first = frames.take(NOW);
    assert.ok(first !== undefined);
    const before = hex(first);
    for (let i = 0; i < 10_000; i++) frames.write(UPDDONE);
    takeAll(frames, epochSeconds(NOW + 1_000_000));
    assert.equal(hex(first), before);
  });

  it('can be forgotten, whole pieces and what is being written', () => {
    const frames = new FrameWriter(20);
    for (let i = 0; i < 3; i++) frames.write(UPDDONE);
    frames.clear();
    assert.equal(frames.length, 0);
    assert.equal(frames.take(NOW), undefined);
    frames.write({ ...UPDDONE, transactionId: 6 });
    assert.deepEqual(takeAll(frames).map(hex), [hex(encodeFailoverMessage({ ...UPDDONE, transactionId: 6 }, NOW))]);
  });
});

/** The keyboard as a stream, for a command that asks its own questions. */
import { Readable } from 'node:stream';
import type { Key, Keyboard } from './keyboard.ts';

export interface TypedInput {
  readonly stream: Readable & { readonly isTTY: true };
  /** The command is over: what it did not read is for the next one. */
  release(): void;
}

export function typedInput(keyboard: Keyboard): TypedInput {
  /** Given to the stream; which of them the command has read only the stream knows. */
  const given: Key[] = [];
  let isReleased = false;
  let isReading = false;
  const stream = new Readable({
    highWaterMark: 0,
    encoding: 'utf8',
    read() {
      if (isReading || isReleased) return;
      isReading = true;
      void keyboard.next().then((key) => {
        isReading = false;
        if (isReleased) {
          if (key !== undefined) keyboard.putBack(key);
          return;
        }
        if (key !== undefined) given.push(key);
        stream.push(key?.sequence ?? null);
      });
    },
  });
  return {
    stream: Object.assign(stream, { isTTY: true as const }),
    release() {
      isReleased = true;
      if (isReading) keyboard.cancel();
      let unread = stream.readableLength;
      for (let key = given.pop(); key !== undefined && unread > 0; key = given.pop()) {
        unread -= key.sequence.length;
        keyboard.putBack(key);
      }
      stream.destroy();
    },
  };
}

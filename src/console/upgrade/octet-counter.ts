import { Transform } from 'node:stream';

/** Lets everything pass. @param onCount octets that have passed so far; returns why no more may, or null */
export function octetCounter(onCount: (there: number) => Error | null): Transform {
  let there = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      there += chunk.length;
      done(onCount(there), chunk);
    },
  });
}

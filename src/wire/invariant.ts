/**
 * States what must hold inside the program. A failure is a mistake of ours, never of a peer: the error ends
 * the process with what it knew. Input from outside is answered with an error value instead.
 */
export function invariant(condition: boolean, mustHold: string): asserts condition {
  if (!condition) throw new InvariantError(mustHold);
}

/** An assertion of the program failed; the message says what should have held. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

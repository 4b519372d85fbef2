// RFC 8415 15 and 7.6: when a client says again what nobody has answered. Times in seconds.

export interface Retransmission {
  /** Initial time (IRT). */
  readonly initial: number;
  /** Longest time (MRT); 0 for none. */
  readonly longest: number;
  /** How often a message is sent before the client gives up (MRC); 0 for no limit. */
  readonly count: number;
}

export const solicitTimes: Retransmission = { initial: 1, longest: 3_600, count: 0 };
export const requestTimes: Retransmission = { initial: 1, longest: 30, count: 10 };
export const renewTimes: Retransmission = { initial: 10, longest: 600, count: 0 };
export const rebindTimes: Retransmission = { initial: 10, longest: 600, count: 0 };

/** The random factor (RAND) for a number of [0, 1): between -0.1 and 0.1. */
export function spread(random: number): number {
  return 0.2 * random - 0.1;
}

/**
 * The time until the next transmission. `previous` is undefined at the first; `rand` is RAND, which for the first
 * Solicit must be above 0 (RFC 8415 18.2.1): then no client takes an Advertise before IRT is over.
 */
export function retransmissionTime({ initial, longest }: Retransmission, previous: number | undefined, rand: number): number {
  if (previous === undefined) return initial + rand * initial;
  const time = 2 * previous + rand * previous;
  return longest > 0 && time > longest ? longest + rand * longest : time;
}

/** When a client sends again, and when it gives up (RFC 9915 section 15), with the parameters of section 7.6. */
import { MessageType } from '../../../src/wire/index.ts';
import type { Random } from '../world/random.ts';

/** In milliseconds; 0: no bound. */
export interface RetransmissionParameters {
  /** Initial retransmission time. */
  readonly irt: number;
  /** Maximum retransmission time. */
  readonly mrt: number;
  /** Maximum retransmission count. */
  readonly mrc: number;
  /** Maximum retransmission duration; that of Renew and Rebind depends on the lease. */
  readonly mrd: number;
}

const PARAMETERS: Readonly<Record<number, RetransmissionParameters>> = {
  [MessageType.SOLICIT]: { irt: 1_000, mrt: 3_600_000, mrc: 0, mrd: 0 },
  [MessageType.REQUEST]: { irt: 1_000, mrt: 30_000, mrc: 10, mrd: 0 },
  [MessageType.CONFIRM]: { irt: 1_000, mrt: 4_000, mrc: 0, mrd: 10_000 },
  [MessageType.RENEW]: { irt: 10_000, mrt: 600_000, mrc: 0, mrd: 0 },
  [MessageType.REBIND]: { irt: 10_000, mrt: 600_000, mrc: 0, mrd: 0 },
  [MessageType.RELEASE]: { irt: 1_000, mrt: 0, mrc: 4, mrd: 0 },
  [MessageType.DECLINE]: { irt: 1_000, mrt: 0, mrc: 4, mrd: 0 },
};

export function parametersOf(type: number): RetransmissionParameters {
  const parameters = PARAMETERS[type];
  if (parameters === undefined) throw new Error(`a client retransmits no message of type ${String(type)}`);
  return parameters;
}

/** A Solicit's first waiting time is never shorter than IRT (section 18.2.1), so that it hears all servers. */
export function firstTimeout(type: number, { irt }: RetransmissionParameters, random: Random): number {
  return irt + (type === MessageType.SOLICIT ? random.between(1, 100) : random.between(-100, 100)) * (irt / 1_000);
}

export function nextTimeout(previous: number, { mrt }: RetransmissionParameters, random: Random): number {
  const doubled = 2 * previous + random.between(-100, 100) * (previous / 1_000);
  return mrt !== 0 && doubled > mrt ? mrt + random.between(-100, 100) * (mrt / 1_000) : doubled;
}

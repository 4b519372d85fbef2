/**
 * Connections that were accepted and have not shown yet who they are. Each has a limited time, and of those from one
 * address there is a limited number: one more closes the oldest, so that no crowd of silent or slow ones keeps the
 * partner out (RFC 8156 section 10).
 */

/** From accepting to the proof: TCP, STARTTLS and the handshake of two slow boxes over a bad link. */
const PATIENCE_MS = 10_000;
/** With one more every millisecond there are still some 60 ms left for a handshake. */
const PER_SOURCE_MAX = 64;

export type GivenUp = 'tooSlow' | 'crowdedOut';

export interface Newcomers {
  /**
   * @param source the address it comes from
   * @param giveUp called at most once: the connection is to be closed
   * @returns to be called when it has shown who it is, or has ended
   */
  admit(source: string, giveUp: (why: GivenUp) => void): () => void;
}

export function createNewcomers(patienceMs: number = PATIENCE_MS): Newcomers {
  const bySource = new Map<string, Set<(why: GivenUp) => void>>();
  return {
    admit(source, giveUp) {
      const others = bySource.get(source) ?? new Set();
      bySource.set(source, others);
      if (others.size >= PER_SOURCE_MAX) for (const oldest of others) {
        oldest('crowdedOut');
        break;
      }
      const leave = (): void => {
        clearTimeout(patience);
        others.delete(end);
        if (others.size === 0 && bySource.get(source) === others) bySource.delete(source);
      };
      const end = (why: GivenUp): void => {
        leave();
        giveUp(why);
      };
      const patience = setTimeout(end, patienceMs, 'tooSlow');
      others.add(end);
      return leave;
    },
  };
}

/**
 * When a TLS handshake may begin. Each costs this box an operation with its private key, which takes a small one tens of
 * milliseconds, before the other side had to prove anything; whoever has the partner's address can ask for it. So handshakes
 * get a share of the time and no more, and the partner, where it shows its mark, comes first.
 */

/** Of the time, when there are more than can be had. */
const SHARE = 1 / 5;
/** A partner that dials now and then begins at once. */
const BURST = 4;
/** Of those without a mark so many may be under way: all of them may come to the costly part at the same moment. */
const UNMARKED_MAX = 4;

export interface Handshakes {
  /**
   * @param source the address it comes from: where several wait, their addresses take turns
   * @param isMarked it shows the partner's mark, and comes before all that do not
   * @param begin it is its turn; called at most once, and at once where nobody waits
   * @returns to be called when the handshake is over, or will not be
   */
  wait(source: string, isMarked: boolean, begin: () => void): () => void;
}

interface Waiting {
  readonly source: string;
  readonly isMarked: boolean;
  readonly begin: () => void;
}

/** @param costMs what one takes of the time */
export function createHandshakes(costMs: number, now: () => number = () => performance.now()): Handshakes {
  const marked: Waiting[] = [];
  /** By source, in the order of their turns. */
  const unmarked = new Map<string, Waiting[]>();
  const underWay = new Set<Waiting>();
  let credit = BURST * costMs;
  let creditAt = now();
  let timer: NodeJS.Timeout | undefined;

  /** The newest: older ones are closed when too many come, and may have been given up. */
  const next = (): Waiting | undefined => {
    const first = marked.at(-1);
    if (first !== undefined || underWay.size >= UNMARKED_MAX) return first;
    for (const waiting of unmarked.values()) return waiting.at(-1);
    return undefined;
  };

  const leaveQueue = (waiting: Waiting): void => {
    const queue = waiting.isMarked ? marked : (unmarked.get(waiting.source) ?? []);
    const at = queue.indexOf(waiting);
    if (at < 0) return;
    queue.splice(at, 1);
    if (waiting.isMarked) return;
    // Behind the others, if it is there again.
    unmarked.delete(waiting.source);
    if (queue.length > 0) unmarked.set(waiting.source, queue);
  };

  const go = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const time = now();
    credit = Math.min(BURST * costMs, credit + (time - creditAt) * SHARE);
    creditAt = time;
    for (let waiting = next(); waiting !== undefined; waiting = next()) {
      if (credit < costMs) {
        clearTimeout(timer);
        timer = setTimeout(go, Math.ceil((costMs - credit) / SHARE));
        return;
      }
      credit -= costMs;
      leaveQueue(waiting);
      if (!waiting.isMarked) underWay.add(waiting);
      waiting.begin();
    }
  };

  return {
    wait(source, isMarked, begin) {
      const waiting = { source, isMarked, begin };
      const queue = isMarked ? marked : (unmarked.get(source) ?? []);
      queue.push(waiting);
      if (!isMarked) unmarked.set(source, queue);
      go();
      return () => {
        leaveQueue(waiting);
        underWay.delete(waiting);
        go();
      };
    },
  };
}

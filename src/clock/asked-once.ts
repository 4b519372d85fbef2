import type { Moved, Rebase } from './working-clock.ts';

/**
 * The same, asked once for each label: the leases of a box are many, and counted in few timescales. For one moment: what is known of the
 * timescales may change.
 */
export function askedOnce(rebase: Rebase): Rebase {
  const known = new Map<number, Moved>();
  return (label) => {
    let moved = known.get(label);
    if (moved === undefined) known.set(label, (moved = rebase(label)));
    return moved;
  };
}

/** Keeps what is in an old database before the partner's leases replace it (R-ST1). */
import type { EventLog } from '../control/index.ts';
import type { OpenedStore, Store } from '../store/index.ts';

/** The partner knows more of this box's leases than the box does. */
export async function keepOldDatabase(store: Store, log: EventLog): Promise<void> {
  await keep(store, log, 'the lease database is older than what the partner saw of it');
}

/** Leases were lost, and will be fetched from the partner: what is left is kept, where that was not done before. */
export async function keepWhatIsLeft({ store, bindings, isRebuilt, endpoints }: OpenedStore, log: EventLog): Promise<void> {
  const isBegun = endpoints.some(({ updateAllNeeded }) => updateAllNeeded);
  if (bindings === 0 || isRebuilt || isBegun) return;
  await keep(store, log, 'the lease database has gaps');
}

async function keep(store: Store, log: EventLog, why: string): Promise<void> {
  const copy = await store.setAside();
  const text = 'folder' in copy ? `a copy of it as it is now is kept in ${copy.folder}` : `no copy of it could be kept: ${copy.reason}`;
  log.add('warning', `${why}, and will be filled up by the partner; ${text}`);
}

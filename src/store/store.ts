import type { ClockRecord } from '../clock/index.ts';
import type { DnsRemovals } from '../dns/index.ts';
import type { EndpointRecord } from '../failover/index.ts';
import { isForgotten, type Binding } from '../lease/index.ts';
import { invariant, type EpochSeconds } from '../wire/index.ts';
import type { StoreAlarm } from './alarm.ts';
import { copyDatabaseAside, dropDatabaseCopies } from './aside.ts';
import { layBallast } from './ballast.ts';
import { checkBinding } from './binding-check.ts';
import type { CommitResult } from './commit-result.ts';
import type { UnreadableRecord } from './contents.ts';
import { reasonOf, type Database } from './database.ts';
import { endpointEntry } from './endpoint-entry.ts';
import { bindingEntry, readEntry, stateEntry, timescaleEntry, type SavedTime } from './entry.ts';
import { boundInfoLog } from './info-log.ts';
import { bindingKey, Family, type LeaseName } from './key.ts';
import type { Layout } from './layout.ts';
import { LogRoom } from './log-room.ts';
import { clearLossMark, setLossMark, type LossMark } from './loss.ts';
import { removalEntry } from './removal-entry.ts';
import { DamageError, readBindings, reopen } from './reopen.ts';

/** What is missing from stable storage, until somebody accepts it. */
export interface Loss {
  /** Set when the storage as a whole can't be believed: it may be old, or have gaps. */
  readonly mark: LossMark | undefined;
  /** Leases whose record can't be read: whether a client holds them is not known. */
  readonly records: readonly UnreadableRecord[];
}

/** What a store is given by its opening. */
export interface StoreParts {
  readonly layout: Layout;
  readonly database: Database;
  readonly counter: number;
  readonly saved: SavedTime | undefined;
  readonly loss: Loss;
  readonly hasBallast: boolean;
  readonly unlock: () => Promise<void>;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly now: () => EpochSeconds;
  readonly onAlarm: (alarm: StoreAlarm) => void;
}

type Batch = ReturnType<Database['batch']>;

const NOTHING: readonly never[] = [];
const SYNCED = { sync: true } as const;
const COMMITTED: CommitResult = { committed: true };
const CHUNK = 1000;
/** In LevelDB's log: a kind and two lengths; the head of a batch, and that of a record. */
const ENTRY_OVERHEAD = 4;
const BATCH_OVERHEAD = 19;
/** How often it is looked whether a full disk has room again. */
const ROOM_CHECK_MS = 1000;
/** LevelDB's notes are bounded every so many commits. */
const COMMITS_PER_INFO_LOG_CHECK = 16_384;

/**
 * Stable storage while it is open. One commit is in flight at a time, and each is synced to the disk before it counts;
 * see `CommitResult` for what holds after a failure.
 */
export class Store {
  readonly #parts: StoreParts;
  #database: Database;
  #logRoom: LogRoom;
  #counter: number;
  #saved: SavedTime | undefined;
  #loss: Loss;
  #isCommitting = false;
  /** It could not be opened again, as it is damaged. */
  #isDamaged = false;
  #commitsUntilInfoLogCheck = COMMITS_PER_INFO_LOG_CHECK;
  /** What uses the database now; the next to use it comes after it. */
  #lastUse: Promise<unknown> = Promise.resolve();
  #roomCheck: NodeJS.Timeout | undefined;
  readonly #closing = new AbortController();

  constructor(parts: StoreParts) {
    this.#parts = parts;
    this.#database = parts.database;
    this.#logRoom = new LogRoom(parts.layout.database);
    this.#counter = parts.counter;
    this.#saved = parts.saved;
    this.#loss = parts.loss;
    if (!parts.hasBallast) this.#waitForRoom();
  }

  /** What was lost and not accepted yet. */
  get loss(): Loss {
    return this.#loss;
  }

  /**
   * Makes all of these changes durable, or none. `counter` is the number of this commit, higher than any before; every
   * binding is stored as of this commit. `endpoints` are those that changed, `removals` what is to be removed from the DNS of the addresses
   * where that changed; `clock` says what the times are counted in.
   *
   * As long as the outcome of a failed write can't be known (alarms `storage-unavailable`, `storage-damaged`) the promise
   * stays pending; also when the store is closed meanwhile.
   */
  async commit(
    counter: number,
    puts: readonly Binding[],
    deletes: readonly LeaseName[],
    endpoints: readonly EndpointRecord[] = NOTHING,
    clock?: ClockRecord,
    removals: readonly DnsRemovals[] = NOTHING,
  ): Promise<CommitResult> {
    invariant(!this.#isCommitting, 'one commit is in flight at a time');
    invariant(counter > this.#counter, 'the counter of commits grows');
    this.#isCommitting = true;
    const result = await this.#use(() => this.#commit(counter, puts, deletes, endpoints, clock, removals));
    if (result === undefined) return await new Promise<never>(() => undefined);
    this.#isCommitting = false;
    return result;
  }

  /** Every binding that can be read, as of now, in chunks and in the order of their addresses; for an export. */
  async *bindings(): AsyncGenerator<readonly Binding[]> {
    const range = { gte: Uint8Array.of(Family.BINDING), lt: Uint8Array.of(Family.BINDING + 1), fillCache: false };
    const iterator = this.#database.iterator(range);
    try {
      for (let chunk = await iterator.nextv(CHUNK); chunk.length > 0; chunk = await iterator.nextv(CHUNK)) {
        yield chunk.flatMap(([key, value]) => {
          const entry = readEntry(key, value, []);
          return entry.kind === 'binding' ? [entry.binding] : [];
        });
      }
    } finally {
      await iterator.close();
    }
  }

  /** Notes durably that the content is not this box's own history, for instance because it was imported. */
  async markLost(reason: string): Promise<void> {
    const mark = await setLossMark(this.#parts.layout.lossMark, this.#parts.now(), [reason]);
    this.#loss = { ...this.#loss, mark };
  }

  /**
   * The operator accepts the loss: records that can't be read are removed (they are kept aside), and the mark is cleared.
   * Undefined when it is done, or the reason why not.
   */
  async accept(): Promise<string | undefined> {
    return await this.#use(async () => {
      try {
        await this.#removeUnreadable();
      } catch (error) {
        await this.#reopen([]);
        return reasonOf(error);
      }
      await clearLossMark(this.#parts.layout.lossMark);
      this.#loss = { mark: undefined, records: [] };
      return undefined;
    });
  }

  /**
   * Keeps a copy of the database as it is, of which every later commit is no part. Gives the folder of the copy, or the reason why
   * there is none; the store goes on as before.
   */
  async setAside(): Promise<{ readonly folder: string } | { readonly reason: string }> {
    return await this.#use(async () => {
      if (this.#roomCheck !== undefined) return { reason: 'the disk is full' };
      try {
        await this.#database.close();
        return { folder: await copyDatabaseAside(this.#parts.layout) };
      } catch (error) {
        return { reason: reasonOf(error) };
      } finally {
        await this.#reopen([]);
      }
    });
  }

  /** Ends the use of the store; a commit in flight is finished first, unless the database is unavailable. */
  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#roomCheck);
    await this.#use(() => this.#database.close());
    await this.#parts.unlock();
  }

  async #commit(
    counter: number,
    puts: readonly Binding[],
    deletes: readonly LeaseName[],
    endpoints: readonly EndpointRecord[],
    clock: ClockRecord | undefined,
    removals: readonly DnsRemovals[],
  ): Promise<CommitResult | undefined> {
    if (this.#isDamaged) return undefined;
    if (this.#roomCheck !== undefined) return await this.#refuse([...puts, ...deletes]);
    const { batch, octets } = this.#batchOf(counter, puts, deletes, endpoints, clock, removals);
    try {
      await batch.write(SYNCED);
    } catch (error) {
      const found = await this.#reopen([...puts, ...deletes]);
      return found && { committed: false, reason: reasonOf(error), found };
    }
    this.#counter = counter;
    if (clock !== undefined) this.#saved = clock;
    // Whoever waits for this commit does not wait for that.
    if (this.#logRoom.used(octets)) void this.#use(() => this.#logRoom.make());
    if (--this.#commitsUntilInfoLogCheck === 0) {
      this.#commitsUntilInfoLogCheck = COMMITS_PER_INFO_LOG_CHECK;
      await boundInfoLog(this.#parts.layout.database);
    }
    return COMMITTED;
  }

  /** The outcome of a commit that is not tried, since the disk is full. */
  async #refuse(names: readonly LeaseName[]): Promise<CommitResult | undefined> {
    let found: readonly (Binding | undefined)[] | undefined;
    try {
      found = await readBindings(this.#database, names);
    } catch {
      found = await this.#reopen(names);
    }
    return found && { committed: false, reason: 'the disk is full', found };
  }

  /** A chained batch costs a third of one made of an array of objects. */
  #batchOf(
    counter: number,
    puts: readonly Binding[],
    deletes: readonly LeaseName[],
    endpoints: readonly EndpointRecord[],
    clock: ClockRecord | undefined,
    removals: readonly DnsRemovals[],
  ): { readonly batch: Batch; readonly octets: number } {
    const batch = this.#database.batch();
    let octets = 0;
    const put = ({ key, value }: ReturnType<typeof stateEntry>): void => {
      batch.put(key, value);
      octets += key.length + value.length + ENTRY_OVERHEAD;
    };
    for (const binding of puts) {
      const problem = checkBinding(binding);
      invariant(typeof problem !== 'string', 'a binding that is stored can be read again');
      if (isForgotten(binding.kind, binding.status)) batch.del(bindingKey(binding.address, binding.prefixLength));
      else put(bindingEntry(binding, counter));
    }
    for (const { address, prefixLength } of deletes) batch.del(bindingKey(address, prefixLength));
    for (const endpoint of endpoints) put(endpointEntry(endpoint));
    for (const removal of removals) {
      const { key, value } = removalEntry(removal);
      if (value === undefined) batch.del(key);
      else put({ key, value });
    }
    for (const timescale of clock?.timescales ?? NOTHING) put(timescaleEntry(timescale));
    put(stateEntry(counter, clock ?? this.#saved));
    return { batch, octets: octets + BATCH_OVERHEAD };
  }

  async #removeUnreadable(): Promise<void> {
    const keys = this.#loss.records.map(({ key }) => key);
    const values: readonly (Uint8Array | undefined)[] = await this.#database.getMany(keys);
    const batch = this.#database.batch();
    for (const [i, key] of keys.entries()) {
      const value = values[i];
      // A commit since then may have put a good record in its place.
      if (value !== undefined && readEntry(key, value, []).kind === 'unreadable') batch.del(key);
    }
    const { key, value } = stateEntry(this.#counter, this.#saved);
    await batch.put(key, value).write(SYNCED);
  }

  /** After a failed write: what the database holds for these leases; undefined when that can't be known any more. */
  async #reopen(names: readonly LeaseName[]): Promise<readonly (Binding | undefined)[] | undefined> {
    const { layout, onAlarm } = this.#parts;
    try {
      await this.#database.close();
      const { database, found, isFull } = await reopen(layout, names, onAlarm, this.#closing.signal);
      this.#database = database;
      this.#logRoom = new LogRoom(layout.database);
      if (isFull) this.#waitForRoom();
      return found;
    } catch (error) {
      if (error instanceof DamageError) {
        this.#isDamaged = true;
        const text = `the lease database is damaged: ${error.message}; restart the service, which keeps what is damaged aside`;
        onAlarm({ id: 'storage-damaged', raised: true, text });
      } else if (!this.#closing.signal.aborted) throw error;
      return undefined;
    }
  }

  /** Stops writing, so that the room that the ballast gave up is there for reopening, until there is room again. */
  #waitForRoom(): void {
    if (this.#roomCheck !== undefined || this.#closing.signal.aborted) return;
    const { layout, randomBytes, onAlarm } = this.#parts;
    const text = 'the disk is full: nothing new is leased until there is room; delete what is not needed';
    onAlarm({ id: 'storage-full', raised: true, text });
    const check = async (): Promise<void> => {
      const dropped = await dropDatabaseCopies(layout);
      if (dropped.length > 0) onAlarm({ id: 'storage-full', raised: true, text: `${text}; deleted for it: ${dropped.join(', ')}` });
      if (await layBallast(layout.ballast, randomBytes)) {
        this.#roomCheck = undefined;
        onAlarm({ id: 'storage-full', raised: false, text: 'the disk has room again' });
      } else this.#roomCheck?.refresh();
    };
    this.#roomCheck = setTimeout(() => void this.#use(check), ROOM_CHECK_MS);
  }

  /** Runs after what uses the database now. */
  #use<T>(work: () => Promise<T>): Promise<T> {
    const use = this.#lastUse.then(work);
    this.#lastUse = use.catch(() => undefined);
    return use;
  }
}

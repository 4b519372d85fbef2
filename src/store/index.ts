/**
 * Stable storage, consistent through crashes and power failures (RFC 7031 2): every binding is synced to disk before
 * anything is said about it.
 *
 * A LevelDB database (`level`) of CBOR records (RFC 8949, `cbor-x`), each with a check over its key and content. Opening
 * reads and verifies every octet, `Store.commit` makes a group of changes of bindings and failover endpoints (RFC 8156 8.1)
 * durable at once, and what was lost is found out, kept aside, and marked until somebody accepts it. Beside the database:
 * who this server is (a DUID-UUID, RFC 6355).
 */
export type { StoreAlarm } from './alarm.ts';
export type { CommitResult } from './commit-result.ts';
export { readCrashRecords, writeCrashRecord } from './crash-records.ts';
export { expectedBindings } from './expected-bindings.ts';
export { lockDirectory } from './directory-lock.ts';
export { exportLines, importLines, type ImportError } from './json-lines.ts';
export { STATE_FILES } from './layout.ts';
export { openStore } from './open-store.ts';
export type { OpenedStore, StoreError, StoreOptions } from './opening.ts';
export type { Store } from './store.ts';

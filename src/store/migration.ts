import { upgradeBindingFrom1 } from './binding-record.ts';
import { upgradeClockFrom3 } from './clock-upgrade.ts';
import { Family } from './key.ts';
import { SCHEMA_VERSION } from './record.ts';

/** One step from a schema version to the next. Keys, and the frame of a record, are the same in all versions. */
export interface Migration {
  readonly from: number;
  /** Makes the fields of a record (without its version) into those of the next version. */
  readonly migrate: (family: Family, fields: readonly unknown[]) => readonly unknown[];
}

/** The steps from each older version that was ever released. */
export const MIGRATIONS: readonly Migration[] = [
  { from: 1, migrate: (family, fields) => (family === Family.BINDING ? upgradeBindingFrom1(fields) : fields) },
  // From which relay agent a client was heard was not kept; a record without it is the same in both versions.
  { from: 2, migrate: (_, fields) => fields },
  { from: 3, migrate: upgradeClockFrom3 },
  // The names of leases were not kept; what to remove from the DNS neither.
  { from: 4, migrate: (_, fields) => fields },
];

/** Brings a record's items to the current schema version, step by step. A string says why that can't be. */
export function upgradeItems(
  family: Family,
  items: readonly unknown[],
  migrations: readonly Migration[],
): readonly unknown[] | string {
  let current = items;
  while (current[0] !== SCHEMA_VERSION) {
    const [version, ...fields] = current;
    const step = migrations.find((migration) => migration.from === version);
    if (step === undefined) return `it is of schema version ${String(version)}, which this program can't read`;
    current = [step.from + 1, ...step.migrate(family, fields)];
  }
  return current;
}

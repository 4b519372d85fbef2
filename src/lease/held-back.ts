import { BindingStatus } from './binding.ts';
import type { LeaseReader } from './lease-reader.ts';

/**
 * Whether the record stands in memory in the place of one that stable storage has and can't be read: nobody gets the lease, and
 * nothing is known of it. What the partner tells of it is a record as good as any, and takes its place.
 */
export function isHeldBack(records: LeaseReader, slot: number): boolean {
  return records.status(slot) === BindingStatus.ABANDONED && records.revision(slot) === 0;
}

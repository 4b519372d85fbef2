/** What the endpoints counted, by dotted names. */
import type { RelationshipView } from '../failover/index.ts';
import { dashed } from './dashed.ts';

/** `failover.east-west.updates-sent`, `failover.east-west.leases-rejected.17` (by status code), ... */
export function countFailover({ name, updateCounters, relayCounters }: RelationshipView, report: Record<string, number>): void {
  for (const [counter, value] of Object.entries(relayCounters)) report[`failover.${name}.${dashed(counter)}`] = value;
  for (const [counter, value] of Object.entries(updateCounters) as [string, number | ReadonlyMap<number, number>][]) {
    const label = `failover.${name}.${dashed(counter)}`;
    if (typeof value === 'number') report[label] = value;
    else for (const [code, count] of value) report[`${label}.${String(code)}`] = count;
  }
}

/** Whether this box can carry what it may have to: the leases of its own clients and of its partners' (RFC 7031 section 4.4). */
import { BindingStatus } from '../lease/index.ts';
import type { LeaseTable } from '../lease/index.ts';
import type { Effect } from './effect.ts';

/** Shares of the bound on leases where the alarm is raised, and where it is cleared. */
const RAISED_FROM = 0.9;
const CLEARED_BELOW = 0.85;

export interface Capacity {
  /** To be called whenever the number of leases or the bound may have changed. */
  look(leasesMax: number, effects: Effect[]): void;
}

/** @param relationships names of those whose leases are kept here too */
export function createCapacity(table: LeaseTable, relationships: readonly string[]): Capacity {
  let raised: 'warning' | 'error' | undefined;

  return {
    look(leasesMax, effects) {
      // A free lease that remembers its last client makes room for another.
      const leases = table.size - table.count(BindingStatus.FREE) - table.count(BindingStatus.FREE_BACKUP);
      const severity = severityOf(leases / leasesMax, raised !== undefined);
      if (severity === raised) return;
      effects.push({
        kind: 'alarm',
        id: 'capacity',
        raised: severity !== undefined,
        severity: severity ?? 'info',
        text: describe(leases, leasesMax, relationships),
        advice: adviceFor(relationships),
      });
      raised = severity;
    },
  };
}

function severityOf(share: number, isRaised: boolean): 'warning' | 'error' | undefined {
  if (share >= 1) return 'error';
  return share >= (isRaised ? CLEARED_BELOW : RAISED_FROM) ? 'warning' : undefined;
}

function describe(leases: number, leasesMax: number, relationships: readonly string[]): string {
  const whose = relationships.length === 0 ? '' : `, with those of its partners' clients (${relationships.join(', ')})`;
  const then =
    relationships.length === 0 ? 'new clients get none' : "it can't carry its partners' new clients when they fail, nor its own";
  return `this box keeps ${String(leases)} leases${whose}, and may keep ${String(leasesMax)}: beyond that ${then}`;
}

function adviceFor(relationships: readonly string[]): string {
  const more = 'Raise server.limits.leases in the provisioning file, if the box has the memory (some 150 octets for each)';
  return relationships.length > 1 ? `${more}, or back one of the relationships with another box.` : `${more}.`;
}

import type { RelationshipConfiguration } from '../../failover/index.ts';

type Part = Pick<RelationshipConfiguration, 'name' | 'role'>;

/**
 * What a new configuration has otherwise that a running box can't take, in a sentence: the set of its relationships, and
 * what it is in them. Undefined where that stayed the same.
 */
export function changedRelationships(
  now: readonly Part[],
  next: readonly Part[],
): string | undefined {
  if (list(now) === list(next)) return undefined;
  return `the relationships of this box are ${list(now)}, and the file has ${list(next)}: that takes a restart of the service`;
}

function list(relationships: readonly Part[]): string {
  const parts = relationships.map(({ name, role }) => `${name} (${role})`);
  return parts.sort().join(', ') || 'none';
}

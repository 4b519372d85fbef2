/** Classes of clients as the server has them. */
import type { ClassTest, ClientClass, PoolClasses } from '../server/index.ts';
import { encodeOptions } from './encode-options.ts';
import type { MatchSection } from './class-schema.ts';
import type { AddressPoolSection, ClassSection, PrefixPoolSection } from './schema.ts';

export function resolveClasses(classes: readonly ClassSection[] | undefined): readonly ClientClass[] {
  return (classes ?? []).map(({ name, match, lifetimes, options }) => ({ name, tests: testsOf(match), lifetimes, options: encodeOptions(options) }));
}

export function poolClassesOf(pool: AddressPoolSection | PrefixPoolSection): PoolClasses {
  return { only: pool.classes ?? [], not: pool['not-classes'] ?? [] };
}

function testsOf(match: MatchSection): readonly ClassTest[] {
  const tests: ClassTest[] = [];
  const vendorClasses = match['vendor-classes']?.map(({ enterprise, data }) => ({ enterprise, pattern: data }));
  const remoteIds = match['remote-ids']?.map(({ enterprise, id }) => ({ enterprise, pattern: id }));
  if (vendorClasses !== undefined) tests.push({ kind: 'vendor-classes', any: vendorClasses });
  for (const kind of ['user-classes', 'duids', 'link-layer-addresses', 'subscriber-ids', 'interface-ids'] as const) {
    const any = match[kind];
    if (any !== undefined) tests.push({ kind, any });
  }
  if (match.architectures !== undefined) tests.push({ kind: 'architectures', any: match.architectures });
  if (remoteIds !== undefined) tests.push({ kind: 'remote-ids', any: remoteIds });
  for (const kind of ['classes', 'not-classes'] as const) {
    const any = match[kind];
    if (any !== undefined) tests.push({ kind, any });
  }
  return tests;
}

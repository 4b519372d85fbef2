/** Classes of clients as the server has them. */
import type { ClassTest, ClientClass, PatternTestKind, PoolClasses } from '../server/index.ts';
import { encodeOptions } from './encode-options.ts';
import type { MatchSection } from './class-schema.ts';
import type { AddressPoolSection, ClassSection, PrefixPoolSection } from './schema.ts';

export function resolveClasses(classes: readonly ClassSection[] | undefined): readonly ClientClass[] {
  return (classes ?? []).map(({ name, match, lifetimes, options }) => ({ name, tests: testsOf(match), lifetimes, options: encodeOptions(options) }));
}

export function poolClassesOf(pool: AddressPoolSection | PrefixPoolSection): PoolClasses {
  return { only: pool.classes ?? [], not: pool['not-classes'] ?? [] };
}

/** In the order of the schema. */
function testsOf(match: MatchSection): readonly ClassTest[] {
  const patterns = (kind: PatternTestKind): ClassTest | [] => {
    const any = match[kind];
    return any === undefined ? [] : { kind, any };
  };
  const names = (kind: 'classes' | 'not-classes'): ClassTest | [] => {
    const any = match[kind];
    return any === undefined ? [] : { kind, any };
  };
  const vendorClasses = match['vendor-classes']?.map(({ enterprise, data }) => ({ enterprise, pattern: data }));
  const remoteIds = match['remote-ids']?.map(({ enterprise, id }) => ({ enterprise, pattern: id }));
  const tests: readonly (ClassTest | [])[] = [
    vendorClasses === undefined ? [] : { kind: 'vendor-classes', any: vendorClasses },
    patterns('user-classes'),
    match.architectures === undefined ? [] : { kind: 'architectures', any: match.architectures },
    patterns('duids'),
    patterns('link-layer-addresses'),
    remoteIds === undefined ? [] : { kind: 'remote-ids', any: remoteIds },
    patterns('subscriber-ids'),
    patterns('interface-ids'),
    patterns('radius-address-pools'),
    patterns('radius-prefix-pools'),
    names('classes'),
    names('not-classes'),
  ];
  return tests.flat();
}

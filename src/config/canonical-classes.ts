/** The canonical form of a class. */
import { formatHexPattern, formatPattern } from '../server/index.ts';
import { canonicalLifetimes } from './canonical-lifetimes.ts';
import { canonicalOptions } from './canonical-options.ts';
import { type CanonicalMap, maybe, present } from './canonical-value.ts';
import type { MatchSection } from './class-schema.ts';
import type { ClassSection } from './schema.ts';

export function canonicalClass({ name, match, lifetimes, options }: ClassSection): CanonicalMap {
  return present({
    name,
    match: canonicalMatch(match),
    lifetimes: maybe(lifetimes, canonicalLifetimes),
    options: maybe(options, canonicalOptions),
  });
}

function canonicalMatch(match: MatchSection): CanonicalMap {
  return present({
    'vendor-classes': match['vendor-classes']?.map(({ enterprise, data }) => present({ enterprise, data: maybe(data, formatPattern) })),
    'user-classes': match['user-classes']?.map(formatPattern),
    architectures: match.architectures,
    duids: match.duids?.map(formatHexPattern),
    'link-layer-addresses': match['link-layer-addresses']?.map(formatHexPattern),
    'remote-ids': match['remote-ids']?.map(({ enterprise, id }) => present({ enterprise, id: maybe(id, formatPattern) })),
    'subscriber-ids': match['subscriber-ids']?.map(formatPattern),
    'interface-ids': match['interface-ids']?.map(formatPattern),
    'radius-address-pools': match['radius-address-pools']?.map(formatPattern),
    'radius-prefix-pools': match['radius-prefix-pools']?.map(formatPattern),
    classes: match.classes,
    'not-classes': match['not-classes'],
  });
}

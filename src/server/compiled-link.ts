/** A link of the configuration, made ready for look-ups. */
import type { PoolDefinition, ReservedLeaseName } from '../lease/index.ts';
import type { PoolClasses } from './classes/client-class.ts';
import { memberships } from './classes/membership.ts';
import { OptionCode } from '../wire/index.ts';
import type { Link, ServerConfiguration } from './configuration.ts';
import type { EncodedOption } from './encoded-option.ts';
import type { LeaseTerms } from './ia-result.ts';
import { optionLayer } from './option-layers.ts';
import type { OptionLayer } from './option-layers.ts';
import { numberedPools } from './pool-numbers.ts';
import type { NumberedPool } from './pool-numbers.ts';
import { reservationIndex } from './reservations.ts';
import type { ReservationIndex } from './reservations.ts';

export interface CompiledLink {
  readonly configuration: Link;
  /** Options of the link and of the file, and those that any answer may carry. */
  readonly options: OptionLayer;
  /** Options that only the Reply to an Information-request carries (RFC 9915 section 21.23). */
  readonly informationOptions: OptionLayer;
  readonly reservations: ReservationIndex;
  /** Numbers of the address pools in the lease table, in the order of the configuration. */
  readonly addressPools: readonly number[];
  /** Likewise of the prefix pools. */
  readonly prefixPools: readonly number[];
  /** The length that a prefix pool delegates. */
  readonly delegatedLength: (prefixPool: number) => number;
  /** Whether the partner is told of a lease with this pool number, NO_POOL included. */
  readonly isReplicated: (number: number) => boolean;
  /** Who may use a pool, of those that not everybody may. */
  readonly classesOfPools: ReadonlyMap<number, PoolClasses>;
  /** What a lease of this pool is given on; undefined for pools of other links. */
  readonly termsOfPool: (number: number) => LeaseTerms | undefined;
}

export interface CompiledConfiguration {
  readonly links: readonly CompiledLink[];
  /** What the classes that a client is in mean for it. */
  readonly membershipOf: ReturnType<typeof memberships>;
  /** Every pool; its place is its number in the lease table. */
  readonly pools: readonly PoolDefinition[];
  /** Addresses and prefixes that only the clients they are reserved for get. */
  readonly reserved: readonly ReservedLeaseName[];
}

export function compileConfiguration(configuration: ServerConfiguration): CompiledConfiguration {
  const numbered = numberedPools(configuration.links);
  return {
    links: configuration.links.map((link) => compileLink(link, configuration, numbered)),
    membershipOf: memberships(configuration.classes),
    pools: numbered.map(({ pool }) => pool),
    reserved: reservedNames(configuration.links),
  };
}

function compileLink(link: Link, configuration: ServerConfiguration, numbered: readonly NumberedPool[]): CompiledLink {
  const terms = new Map<number, LeaseTerms>();
  const classesOfPools = new Map<number, PoolClasses>();
  const addressPools: number[] = [];
  const prefixPools: number[] = [];
  for (const [number, { link: owner, pool }] of numbered.entries()) {
    if (owner !== link) continue;
    if (pool.classes.only.length > 0 || pool.classes.not.length > 0) classesOfPools.set(number, pool.classes);
    terms.set(number, {
      lifetimes: pool.lifetimes,
      replicated: pool.replicated,
      options: optionLayer(pool.options),
      isReserved: false,
      exclude: 'exclude' in pool ? pool.exclude?.subnetId : undefined,
    });
    ('delegatedLength' in pool ? prefixPools : addressPools).push(number);
  }
  const firstPrefixPool = prefixPools[0] ?? 0;
  return {
    configuration: link,
    options: optionLayer([
      ...timer(OptionCode.SOL_MAX_RT, configuration.solMaxRt),
      ...timer(OptionCode.INF_MAX_RT, configuration.infMaxRt),
      ...(link.addressRegistration ? [REGISTRATION_ENABLED] : []),
      ...link.options,
    ]),
    informationOptions: optionLayer(
      timer(OptionCode.INFORMATION_REFRESH_TIME, configuration.informationRefreshTime),
    ),
    reservations: reservationIndex(link),
    addressPools,
    prefixPools,
    classesOfPools,
    delegatedLength: (prefixPool) => link.prefixPools[prefixPool - firstPrefixPool]?.delegatedLength ?? 0,
    isReplicated: (pool) => terms.get(pool)?.replicated ?? link.relationship !== undefined,
    termsOfPool: (pool) => terms.get(pool),
  };
}

/** Says what it says by being there (RFC 9686 section 4.1). */
const REGISTRATION_ENABLED: EncodedOption = { code: OptionCode.ADDR_REG_ENABLE, enterprise: undefined, data: new Uint8Array(0) };

/** An option of 32 bits in seconds, where it is configured. */
function timer(code: number, value: number | undefined): Link['options'] {
  if (value === undefined) return [];
  const data = new Uint8Array(4);
  new DataView(data.buffer).setUint32(0, value);
  return [{ code, enterprise: undefined, data }];
}

function reservedNames(links: readonly Link[]): readonly ReservedLeaseName[] {
  const names: ReservedLeaseName[] = [];
  for (const { relationship, reservations } of links) {
    for (const { addresses, prefixes } of reservations) {
      for (const address of addresses) names.push({ address, prefixLength: 128, relationship });
      for (const { prefix } of prefixes) names.push({ address: prefix.address, prefixLength: prefix.length, relationship });
    }
  }
  return names;
}

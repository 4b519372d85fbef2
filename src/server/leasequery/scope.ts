import { samePrefix } from '../../wire/index.ts';
import type { Address, Duid } from '../../wire/index.ts';
import type { LeasequeryConfiguration, Link } from '../configuration.ts';
import type { QueriedLeases } from './leases-of-client.ts';

/** What leasequeries are answered from. */
export interface LeasequeryScope extends QueriedLeases {
  /** There is another configuration by now: links and pools are not what they were. */
  isOver: boolean;
  /** Undefined: nobody may ask. Who may is told anew. */
  configuration: LeasequeryConfiguration | undefined;
  readonly links: readonly Link[];
  readonly serverId: Duid;
  /** This box answers no client of the relationship now, and may not know what its partner gave. */
  isSilent(relationship: string): boolean;
  /** Records were lost, and nobody knows which: what there is may not be all. */
  isStorageLost(): boolean;
}

/** Whether who asks from this address is answered. */
export function isPermitted(configuration: LeasequeryConfiguration | undefined, source: Address): boolean {
  return configuration?.requestors.some(({ address, length }) => samePrefix(address, source, length)) === true;
}

/** What of that a requestor asks for is told: not what the operator calls sensitive (RFC 5007 section 4.4.2). */
export function toldOptions({ sensitive }: LeasequeryScope, codes: readonly number[]): ReadonlySet<number> {
  return new Set(codes.filter((code) => !sensitive.has(code)));
}

/** Whether what there is of a link, or of all links, may not be all that there is to tell. */
export function isAnySilent(scope: LeasequeryScope, link: Link | undefined): boolean {
  return (link === undefined ? scope.links : [link]).some(({ relationship }) => relationship !== undefined && scope.isSilent(relationship));
}

/** @returns why no more can be told of a link, or of all links; undefined while it can */
export function whyOver(scope: LeasequeryScope, link: Link | undefined): string | undefined {
  if (scope.isOver) return 'the configuration of this server has changed';
  return isAnySilent(scope, link) ? 'the failover partner of this server has to be asked' : undefined;
}

/** A server's part in RFC 9915: from a client's message to what is answered. */
import { Allocator } from '../lease/index.ts';
import type { HashKey, LeaseName, LeaseTable } from '../lease/index.ts';
import { MessageType, invariant, isMulticast, isUnspecified, relayHeadersOf } from '../wire/index.ts';
import type { Duid, RelayLevel } from '../wire/index.ts';
import type { LinkAuthority } from './authority.ts';
import { balancedIdentity } from './balanced-identity.ts';
import { memberships } from './classes/membership.ts';
import { isClientLocked } from './client-leases.ts';
import { derivedLinkLayerAddress, reportedLinkLayerAddress } from './client-link-layer-address.ts';
import type { ClientNames } from './client-names.ts';
import type { CompiledLink } from './compiled-link.ts';
import { compileConfiguration } from './compiled-link.ts';
import type { Link, ServerConfiguration } from './configuration.ts';
import { confirm } from './confirm.ts';
import type { ClientContext, Context } from './context.ts';
import { decline } from './decline.ts';
import { informationRequest } from './information-request.ts';
import { linkFinder } from './lease-links.ts';
import { linkSelection } from './link-selection.ts';
import { discard } from './query.ts';
import type { Answer, Query } from './query.ts';
import { rebind } from './rebind.ts';
import type { ReconfigureMeans } from './reconfigure/means.ts';
import { registerAddress } from './register-address.ts';
import { release } from './release.ts';
import { renew } from './renew.ts';
import { request } from './request.ts';
import { solicit } from './solicit.ts';
import { validate } from './validation.ts';

const RULES: ReadonlyMap<number, (context: ClientContext) => Answer> = new Map([
  [MessageType.SOLICIT, solicit],
  [MessageType.REQUEST, request],
  [MessageType.CONFIRM, confirm],
  [MessageType.RENEW, renew],
  [MessageType.REBIND, rebind],
  [MessageType.RELEASE, release],
  [MessageType.DECLINE, decline],
  [MessageType.ADDR_REG_INFORM, registerAddress],
]);

/** What tells whose a client is. */
export type ClientQuery = Pick<Query, 'message' | 'levels' | 'interfaceName' | 'link' | 'isProbe' | 'source' | 'authorityOf'>;

export interface Server {
  answer(query: Query): Answer;
  /** The link of a client whose message came in there, by these relay agents. */
  linkOf(interfaceName: string, levels: readonly RelayLevel[]): Link | undefined;
  /** The link of a client that is the partner's while two boxes divide the clients; undefined: this box is to answer, or to say why not. */
  linkOfPartnersClient(query: ClientQuery): Link | undefined;
  /** Takes a new configuration; the leases stay. */
  configure(configuration: ServerConfiguration): void;
  /** Up to `count` delegable prefixes of a pool that the primary could give, for its secondary (RFC 8156 section 4.2.2). */
  takeForPartner(pool: number, count: number): readonly LeaseName[];
  /** The other way round: what the secondary has not given. */
  takeFromPartner(pool: number, count: number): readonly LeaseName[];
}

export interface ServerParameters {
  readonly configuration: ServerConfiguration;
  /** This server's DUID (RFC 9915 section 11), the same for the life of the box. */
  readonly serverId: Duid;
  readonly table: LeaseTable;
  /** Decides which client gets which lease; kept for the life of the box. */
  readonly allocationSecret: HashKey;
  /** Undefined: no lease has a name. */
  readonly names?: ClientNames | undefined;
  /** Undefined: no client is told of Reconfigure. */
  readonly reconfigure?: ReconfigureMeans | undefined;
}

export function createServer(parameters: ServerParameters): Server {
  const { table, serverId, names, reconfigure } = parameters;
  let configuration = parameters.configuration;
  let selection = linkSelection([]);
  let membershipOf = memberships([]);
  let linkOfLease = linkFinder(table, []);
  const allocator = new Allocator(table, parameters.allocationSecret, configuration);

  const configure = (next: ServerConfiguration): void => {
    const compiled = compileConfiguration(next);
    configuration = next;
    linkOfLease = linkFinder(table, next.links);
    selection = linkSelection(compiled.links);
    ({ membershipOf } = compiled);
    table.setPools(compiled.pools, compiled.reserved);
    allocator.setLimits(next);
  };
  configure(configuration);

  const linkOf = ({ link, interfaceName, levels }: ClientQuery): CompiledLink | undefined => (link === undefined ? selection.select(interfaceName, levels) : selection.named(link));

  return {
    configure,
    linkOf: (interfaceName, levels) => selection.select(interfaceName, levels)?.configuration,
    linkOfPartnersClient(query) {
      const link = linkOf(query);
      const isOwn = link === undefined || isOwnClient(query, link, identifyingLinkLayerAddress(query, link), query.authorityOf(link.configuration.name));
      return isOwn ? undefined : link.configuration;
    },
    takeForPartner: (pool, count) => allocator.takeForPartner(pool, count),
    takeFromPartner: (pool, count) => allocator.takeFromPartner(pool, count),
    answer(query) {
      const { message, levels } = query;
      // Replies go back to the source: never to many, never to nobody.
      if (isUnspecified(query.source) || isMulticast(query.source)) return discard('bad-source');
      // Only relay agents send to a server's own address since Server Unicast is obsolete (section 16).
      if (levels.length === 0 && query.destination === 'unicast') return discard('unicast');
      const invalid = validate(message, serverId);
      if (invalid !== undefined) return discard(invalid);
      const link = linkOf(query);
      if (link === undefined) return discard('unknown-link');
      const authority = query.authorityOf(link.configuration.name);
      // Both boxes of a pair hear what a host registers, and each keeps it for itself.
      const isForAll = message.type === MessageType.ADDR_REG_INFORM;
      if (!isForAll && !authority.answers(message.type, message.serverId !== undefined)) return discard('partner-answers');
      const linkLayerAddress = identifyingLinkLayerAddress(query, link);
      if (!isForAll && !isOwnClient(query, link, linkLayerAddress, authority)) return discard('partner-bucket');
      const context: Context = {
        server: { configuration, serverId, table, allocator, linkOfLease, names, reconfigure },
        query,
        link,
        authority,
        membership: membershipOf(query),
        linkLayerAddress,
        relay: relayHeadersOf(levels, query.datagram),
        relayAgent: levels.length === 0 ? undefined : query.source,
        changed: [],
      };
      const rule = RULES.get(message.type);
      if (rule === undefined) return informationRequest(context);
      invariant(message.clientId !== undefined, 'a valid message of these types names its client');
      const clientContext: ClientContext = { ...context, client: message.clientId, reconfigureData: undefined };
      if (isClientLocked(clientContext)) return { kind: 'locked' };
      allocator.startMessage(query.now, authority.mayReturn);
      return rule(clientContext);
    },
  };
}

/**
 * Whoever names this server is its client; so is whom the partner leaves to it, which may know another reservation for him; and the
 * partner's question how it is answered here has to be answered here.
 */
function isOwnClient(query: ClientQuery, link: CompiledLink, linkLayerAddress: Uint8Array | undefined, { share }: LinkAuthority): boolean {
  if (share === undefined || query.message.serverId !== undefined || query.link !== undefined || query.isProbe === true) return true;
  return share.has(balancedIdentity(query, link, linkLayerAddress));
}

/** Only reservations ask for it; most links have none. */
function identifyingLinkLayerAddress(query: ClientQuery, link: CompiledLink): Uint8Array | undefined {
  if (link.reservations.isEmpty) return undefined;
  return reportedLinkLayerAddress(query) ?? derivedLinkLayerAddress(query);
}

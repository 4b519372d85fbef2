/** Clients that the partner answers: whose a client is before it waits with others, and what becomes of what this box leaves to the partner. */
import type { Failover, RelationshipConfiguration } from '../failover/index.ts';
import type { LinkAuthority, Server } from '../server/index.ts';
import { MessageType, decodeDatagram, formatHex } from '../wire/index.ts';
import type { Datagram, Now } from '../wire/index.ts';
import type { Effect } from './effect.ts';
import type { ReceivedDatagram } from './event.ts';
import type { Partners } from './partners.ts';
import { offeredMessage } from './relayed-datagram.ts';
import type { UnansweredSolicits } from './unanswered-solicits.ts';

export interface PartnersClients {
  configure(relationships: readonly RelationshipConfiguration[]): void;
  /** Where two boxes divide the clients: it comes from one of the partner's, which the partner hears as well, for all that is known. */
  isFromOne(datagram: ReceivedDatagram): boolean;
  /** What the partner must answer: it travels there where there is a reason for it (R-LH5). */
  leave(datagram: ReceivedDatagram, decoded: Datagram, now: Now, effects: Effect[]): void;
}

export interface PartnersClientsRooms {
  readonly server: Pick<Server, 'linkOf' | 'linkOfPartnersClient'>;
  readonly failover: Pick<Failover, 'relationship'>;
  readonly partners: Pick<Partners, 'handle'>;
  readonly unanswered: Pick<UnansweredSolicits, 'keep'>;
  relayDepthMax(): number;
  authorityOf(link: string): LinkAuthority;
}

export function createPartnersClients(rooms: PartnersClientsRooms, initial: readonly RelationshipConfiguration[]): PartnersClients {
  const { server, failover, partners, unanswered } = rooms;
  const authorityOf = (link: string): LinkAuthority => rooms.authorityOf(link);
  let isPaired = false;
  let dividesClients = false;

  const configure = (relationships: readonly RelationshipConfiguration[]): void => {
    isPaired = relationships.length > 0;
    dividesClients = relationships.some(({ loadBalancing }) => loadBalancing !== undefined);
  };
  configure(initial);

  return {
    configure,
    isFromOne(datagram) {
      const { bytes, interfaceName, source, relayed } = datagram;
      if (!dividesClients || relayed !== undefined) return false;
      const decoded = decodeDatagram(bytes, rooms.relayDepthMax());
      if (decoded.error !== undefined) return false;
      datagram.decoded = decoded;
      const { message, levels } = decoded;
      const link = server.linkOfPartnersClient({ message, levels, interfaceName, source, authorityOf });
      return link?.relationship !== undefined && failover.relationship(link.relationship)?.isPassedOn(link.name, levels.length > 0) === false;
    },
    leave(datagram, decoded, now, effects) {
      if (!isPaired) return;
      const link = server.linkOf(datagram.interfaceName, decoded.levels);
      const offered = link === undefined ? undefined : offeredMessage(link, datagram, decoded);
      const { type, clientId } = decoded.message;
      if (link?.relationship !== undefined && type === MessageType.SOLICIT && clientId !== undefined) {
        unanswered.keep(link.relationship, formatHex(clientId, ''), datagram, now.monotonic);
      }
      if (offered !== undefined) partners.handle({ kind: 'clientMessage', offered }, now, effects);
    },
  };
}

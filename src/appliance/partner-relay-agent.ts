/**
 * A partner for which this box is a relay agent, and which may be one for this box (R-LH8): what passes between them on the management
 * link. Nobody else is heard there: that interface has no clients, and no other relay agents.
 */
import type { RelationshipConfiguration } from '../failover/index.ts';
import { MessageType, sameBytes } from '../wire/index.ts';
import type { Now } from '../wire/index.ts';
import type { Effect } from './effect.ts';
import type { ReceivedDatagram } from './event.ts';
import type { Partners } from './partners.ts';

/** @returns whether that was all; otherwise it comes from a client or a relay agent, and is to be answered */
export function hearAsRelayAgent(
  relationships: readonly Pick<RelationshipConfiguration, 'name' | 'relayByUdp' | 'partnerAddress'>[],
  { interfaceName, source, bytes }: Pick<ReceivedDatagram, 'interfaceName' | 'source' | 'bytes'>,
  partners: Pick<Partners, 'handle'>,
  now: Now,
  effects: Effect[],
): boolean {
  const isHere = ({ relayByUdp }: Pick<RelationshipConfiguration, 'relayByUdp'>): boolean => relayByUdp === interfaceName;
  if (!relationships.some(isHere)) return false;
  const partner = relationships.find((relationship) => isHere(relationship) && sameBytes(relationship.partnerAddress, source));
  if (partner !== undefined && bytes[0] === MessageType.RELAY_FORW) return false;
  if (partner !== undefined && bytes[0] === MessageType.RELAY_REPL) partners.handle({ kind: 'relayReply', relationship: partner.name, bytes }, now, effects);
  return true;
}

import { endpointStateName } from '../failover/index.ts';
import type { RelationshipView } from '../failover/index.ts';
import type { RelationshipLook } from './own-box.ts';

export function relationshipLooks(views: readonly RelationshipView[]): readonly RelationshipLook[] {
  return views.map(({ name, role, partnerName, state, communications, updates: { unacked, waiting } }) => ({
    name,
    isPrimary: role === 'primary',
    partner: partnerName,
    state: endpointStateName(state),
    isConnected: communications === 'ok',
    unacked: unacked + waiting,
  }));
}

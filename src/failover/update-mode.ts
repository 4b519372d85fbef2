/** How updates flow in each state (RFC 8156 sections 8.4 to 8.12) while communications are OK. */
import { EndpointState } from './endpoint-state.ts';
import type { UpdateMode } from './updates/index.ts';

const byState: Readonly<Record<EndpointState, UpdateMode>> = {
  [EndpointState.STARTUP]: 'idle',
  [EndpointState.NORMAL]: 'normal', // 8.8
  [EndpointState.CONFLICT_DONE]: 'normal', // 8.12: as NORMAL
  // Communications are OK and the partner is not in NORMAL: it asks for what it needs.
  [EndpointState.COMMUNICATIONS_INTERRUPTED]: 'serve-only',
  [EndpointState.PARTNER_DOWN]: 'serve-only',
  [EndpointState.POTENTIAL_CONFLICT]: 'serve-only',
  [EndpointState.RECOVER]: 'serve-only',
  [EndpointState.RECOVER_WAIT]: 'serve-only',
  [EndpointState.RECOVER_DONE]: 'serve-only',
  [EndpointState.RESOLUTION_INTERRUPTED]: 'serve-only',
};

const ORDER: readonly UpdateMode[] = ['idle', 'serve-only', 'normal'];

/** What both states allow: the durable one, and the one that it is about to be. */
export function updateMode(durable: EndpointState, decided: EndpointState): UpdateMode {
  const [a, b] = [byState[durable], byState[decided]];
  return ORDER.indexOf(a) < ORDER.indexOf(b) ? a : b;
}

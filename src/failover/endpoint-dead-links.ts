/**
 * A primary whose clients can't reach it, with a partner that knows nothing of relaying (R-LH8): it leaves, and says so, so that the
 * partner goes to COMMUNICATIONS-INTERRUPTED and serves them, as plain RFC 8156 has it (sections 6.6, 8.9.1).
 */
import { ExtensionCode, FailoverStatusCode } from '../wire/index.ts';
import type { Now } from '../wire/index.ts';
import { comeBack, disconnect } from './endpoint-connection.ts';
import { EndpointState } from './endpoint-state.ts';
import { logOf } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { isLost } from './relaying/relaying.ts';

const NO_CLIENTS = { code: FailoverStatusCode.ServerShuttingDown, text: 'none of its ports reaches clients' };

/** To be called at the end of every step. */
export function watchDeadLinks(endpoint: Endpoint, now: Now): void {
  const { configuration: { role, partnerName }, reconnect } = endpoint;
  if (role !== 'primary') return;
  if (endpoint.hasNoClients) {
    if (areAllLost(endpoint)) return;
    endpoint.hasNoClients = false;
    logOf(endpoint, 'info', 'clients are reached again');
    comeBack(endpoint, now);
    return;
  }
  if (endpoint.state !== EndpointState.NORMAL || endpoint.connection?.phase !== 'ok' || canRelay(endpoint) || !areAllLost(endpoint)) return;
  endpoint.hasNoClients = true;
  logOf(endpoint, 'warning', `no client is reached through any port: ${partnerName}, which can't pass on what they say, is left to serve them`);
  reconnect.halt();
  disconnect(endpoint, NO_CLIENTS, 'lost', now);
}

function canRelay({ configuration, connection }: Endpoint): boolean {
  return configuration.relaying && connection?.extensions.includes(ExtensionCode.RELAYED_MESSAGE) === true;
}

/** Every link has a port of this box, and all are dead: relay agents bring no clients either. */
function areAllLost({ configuration: { links }, relaying }: Endpoint): boolean {
  return links.length > 0 && links.every((link) => isLost(relaying.own.get(link)?.verdict));
}

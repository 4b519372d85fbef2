/** What an endpoint does while stable storage takes no writes (R-LH7): its partner is to serve the clients. */
import { FailoverStatusCode } from '../wire/index.ts';
import type { Now } from '../wire/index.ts';
import { comeBack, disconnect } from './endpoint-connection.ts';
import { logOf } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';

const TAKES_NO_WRITES = { code: FailoverStatusCode.ServerShuttingDown, text: 'its stable storage takes no writes' };

export function storageChanged(endpoint: Endpoint, works: boolean, now: Now): void {
  endpoint.storageFails = !works;
  if (works) {
    logOf(endpoint, 'info', 'stable storage takes writes again');
    comeBack(endpoint, now);
    return;
  }
  logOf(endpoint, 'error', `stable storage takes no writes: ${endpoint.configuration.partnerName} is left to serve`);
  endpoint.reconnect.halt();
  disconnect(endpoint, TAKES_NO_WRITES, 'lost', now);
  // It is written as often as it fails: that shows when storage is back though no client is answered.
  endpoint.record.update({});
}

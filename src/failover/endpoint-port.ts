/** What an endpoint does for its update flow. */
import type { Now } from '../wire/index.ts';
import { FailoverMessageType } from '../wire/index.ts';
import { logOf } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { send } from './endpoint-send.ts';
import type { UpdatePort } from './updates/index.ts';

/** The endpoint comes later than its flow. */
export function createPort(endpointOf: () => Endpoint, clock: () => Now): UpdatePort {
  return {
    send: (message) => send(endpointOf(), message, clock()),
    change(bindings, then) {
      const { changes, connection } = endpointOf();
      const id = connection?.id;
      const sends = id === undefined ? [] : then.map((message) => ({ kind: 'send', connection: id, message }) as const);
      changes.request(bindings, undefined, sends);
    },
    lazyChange(slots) {
      endpointOf().emit({ kind: 'lazyChange', slots });
    },
    updatesDone: (transactionId) => send(endpointOf(), { type: FailoverMessageType.UPDDONE, transactionId }, clock()),
    log: (severity, text) => logOf(endpointOf(), severity, text),
    isRebuilding: () => endpointOf().record.current.updateAllNeeded,
    nextTransactionId: () => endpointOf().transactionIds.next(),
  };
}

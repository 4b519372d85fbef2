/**
 * What travels when both boxes change their configuration together. How it is prepared, decided and kept durable is the shell's
 * (`src/shared-commit`); here it is carried, in CONTACT, to a partner that said in CONNECT or CONNECTREPLY that it speaks of it.
 */
import { ExtensionCode, extension, extensionsOf } from '../wire/index.ts';
import type { ContactMessage, Now, SharedCommitMessage } from '../wire/index.ts';
import type { Connection } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { contact } from './endpoint-relaying.ts';
import { send } from './endpoint-send.ts';

/** To be called at the end of every step: another connection is another partner to whoever waits for an answer. */
export function watchCommitPartner(endpoint: Endpoint): void {
  const { connection, commitConnection, emit, configuration: { name } } = endpoint;
  const now = connection !== undefined && speaks(endpoint, connection) ? connection.id : undefined;
  if (now === commitConnection) return;
  endpoint.commitConnection = now;
  if (commitConnection !== undefined) emit({ kind: 'partnerCommit', relationship: name, said: 'gone' });
  if (now !== undefined) emit({ kind: 'partnerCommit', relationship: name, said: 'there' });
}

export function sayCommit(endpoint: Endpoint, message: SharedCommitMessage, now: Now): void {
  if (endpoint.connection === undefined || !speaks(endpoint, endpoint.connection)) return;
  send(endpoint, contact(endpoint, [extension(ExtensionCode.SHARED_COMMIT, message)]), now);
}

export function commitHeard(endpoint: Endpoint, connection: Connection, { vendor }: ContactMessage): void {
  if (!speaks(endpoint, connection)) return;
  for (const said of extensionsOf(vendor, ExtensionCode.SHARED_COMMIT)) {
    endpoint.emit({ kind: 'partnerCommit', relationship: endpoint.configuration.name, said });
  }
}

/** Over TLS with pinned certificates only, once both boxes have said what they are. */
function speaks({ configuration }: Endpoint, { phase, hasToldState, extensions }: Connection): boolean {
  return !configuration.insecure && phase === 'ok' && hasToldState && extensions.includes(ExtensionCode.SHARED_COMMIT);
}

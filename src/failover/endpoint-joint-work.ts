/**
 * What travels when both boxes do something together: a change of their configuration, an update of their programs. How it is done and kept
 * durable is the shell's (`src/shared-commit`, `src/pair-update`); here it is carried, in CONTACT, to a partner that said in CONNECT or
 * CONNECTREPLY that it speaks of it.
 */
import { ExtensionCode, extension, extensionsOf } from '../wire/index.ts';
import type { ContactMessage, ExtensionValues, Now } from '../wire/index.ts';
import type { Connection } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import { contact } from './endpoint-relaying.ts';
import { send } from './endpoint-send.ts';
import { JOINT_WORKS } from './joint-work.ts';
import type { JointWork } from './joint-work.ts';

/** To be called at the end of every step: another connection is another partner to whoever waits for an answer. */
export function watchJointWork(endpoint: Endpoint): void {
  const { connection, jointWork } = endpoint;
  for (const work of JOINT_WORKS) {
    const now = connection !== undefined && speaks(endpoint, connection, work) ? connection.id : undefined;
    const before = jointWork.get(work);
    if (now === before) continue;
    jointWork.delete(work);
    if (now !== undefined) jointWork.set(work, now);
    if (before !== undefined) tell(endpoint, work, 'gone');
    if (now !== undefined) tell(endpoint, work, 'there');
  }
}

export function sayJointWork<W extends JointWork>(endpoint: Endpoint, work: W, message: ExtensionValues[W], now: Now): void {
  if (endpoint.connection === undefined || !speaks(endpoint, endpoint.connection, work)) return;
  send(endpoint, contact(endpoint, [extension(work, message)]), now);
}

export function jointWorkHeard(endpoint: Endpoint, connection: Connection, { vendor }: ContactMessage): void {
  const { emit, configuration: { name: relationship } } = endpoint;
  if (speaks(endpoint, connection, ExtensionCode.SHARED_COMMIT)) {
    for (const said of extensionsOf(vendor, ExtensionCode.SHARED_COMMIT)) emit({ kind: 'partnerCommit', relationship, said });
  }
  if (speaks(endpoint, connection, ExtensionCode.PAIR_UPDATE)) {
    for (const said of extensionsOf(vendor, ExtensionCode.PAIR_UPDATE)) emit({ kind: 'partnerUpdate', relationship, said });
  }
}

function tell({ emit, configuration: { name: relationship } }: Endpoint, work: JointWork, said: 'there' | 'gone'): void {
  emit(work === ExtensionCode.SHARED_COMMIT ? { kind: 'partnerCommit', relationship, said } : { kind: 'partnerUpdate', relationship, said });
}

/** Over TLS with pinned certificates only, once both boxes have said what they are. */
function speaks({ configuration }: Endpoint, { phase, hasToldState, extensions }: Connection, work: JointWork): boolean {
  return !configuration.insecure && phase === 'ok' && hasToldState && extensions.includes(work);
}

/** Decline: the client found addresses in use by somebody else (RFC 9915 section 18.3.8). */
import { declined, reset } from '../lease/index.ts';
import { MessageType, OptionCode, StatusCode, sameBytes } from '../wire/index.ts';
import { countDeclined, leasesOfIa } from './client-leases.ts';
import { leasableIas } from './context.ts';
import type { ClientContext, LeasableIa } from './context.ts';
import { endLease, setAside } from './end-lease.ts';
import { NO_BINDING } from './ia-result.ts';
import type { IaResult, IaStatus } from './ia-result.ts';
import { discard } from './query.ts';
import type { Answer } from './query.ts';
import { namesHeldLease } from './held-lease.ts';
import type { AnswerContent } from './reply-writer.ts';
import { reply } from './reply.ts';

const DECLINED: IaStatus = { code: StatusCode.Success, text: 'declined' };

const ALL_DECLINED: AnswerContent = { type: MessageType.REPLY, ias: [], status: DECLINED, rapidCommit: false, layers: [] };

/**
 * Addresses of one client that may be set aside at a time. Past it a declined address becomes free
 * again at once: otherwise one client could use up a pool by declining all that it gets.
 */
const DECLINED_PER_CLIENT_MAX = 8;

export function decline(context: ClientContext): Answer {
  if (!context.query.storage.writable) return discard('storage-unavailable');
  if (context.query.isCopy === true) return namesHeldLease(context) ? discard('stale-copy') : reply(context, ALL_DECLINED);
  const unknown: IaResult[] = [];
  for (const ia of leasableIas(context.query)) {
    if (ia.kind !== OptionCode.IA_NA) continue; // only addresses can collide
    if (!declineIa(context, ia)) unknown.push({ kind: ia.kind, iaid: ia.iaid, leases: [], status: NO_BINDING });
  }
  return reply(context, { type: MessageType.REPLY, ias: unknown, status: DECLINED, rapidCommit: false, layers: [] });
}

function declineIa(context: ClientContext, ia: LeasableIa): boolean {
  const { table, configuration } = context.server;
  const { now, revision } = context.query;
  const own = leasesOfIa(context, ia.kind, ia.iaid);
  for (const slot of own) {
    const address = table.records.address(slot);
    if (!ia.leases.some((lease) => sameBytes(lease.address, address))) continue;
    const abandoned = declined(table.readPresent(slot, now), configuration.declinedHold, now, revision);
    const keepsAside = countDeclined(context) < DECLINED_PER_CLIENT_MAX;
    if (keepsAside) setAside(context, slot, abandoned);
    else endLease(context, slot, reset(abandoned, now, revision));
  }
  return own.length > 0;
}

/** Release: the client gives leases back (RFC 9915 section 18.3.7). */
import { released } from '../lease/index.ts';
import { MessageType, OptionCode, StatusCode, sameBytes } from '../wire/index.ts';
import type { LeaseOption } from '../wire/index.ts';
import { leasesOfIa } from './client-leases.ts';
import { leasableIas } from './context.ts';
import type { ClientContext, LeasableIa } from './context.ts';
import { endLease } from './end-lease.ts';
import { isSameLease } from './grant.ts';
import { NO_BINDING } from './ia-result.ts';
import type { IaResult, IaStatus } from './ia-result.ts';
import { configuredTermsOf } from './lease-terms.ts';
import { discard } from './query.ts';
import type { Answer } from './query.ts';
import { namesHeldLease } from './held-lease.ts';
import type { AnswerContent } from './reply-writer.ts';
import { reply } from './reply.ts';

const RELEASED: IaStatus = { code: StatusCode.Success, text: 'released' };

const ALL_RELEASED: AnswerContent = { type: MessageType.REPLY, ias: [], status: RELEASED, rapidCommit: false, layers: [] };

export function release(context: ClientContext): Answer {
  if (!context.query.storage.writable) return discard('storage-unavailable');
  if (context.query.isCopy === true) return namesHeldLease(context) ? discard('stale-copy') : reply(context, ALL_RELEASED);
  const unknown: IaResult[] = [];
  for (const ia of leasableIas(context.query)) {
    if (!releaseIa(context, ia)) unknown.push({ kind: ia.kind, iaid: ia.iaid, leases: [], status: NO_BINDING });
  }
  return reply(context, { type: MessageType.REPLY, ias: unknown, status: RELEASED, rapidCommit: false, layers: [] });
}

/** @returns false where the IA is to be answered with NoBinding */
function releaseIa(context: ClientContext, ia: LeasableIa): boolean {
  const { table } = context.server;
  const { now, revision } = context.query;
  const own = leasesOfIa(context, ia.kind, ia.iaid);
  if (own.length === 0) return false;
  const named = own.flatMap((slot) => {
    const name = { address: table.records.address(slot), prefixLength: table.records.prefixLength(slot) };
    const lease = ia.leases.find((other) => isSameLease(other, name));
    return lease === undefined ? [] : [{ slot, lease }];
  });
  if (named.some(({ slot, lease }) => excludesMore(context, slot, lease))) return false;
  for (const { slot } of named) {
    endLease(context, slot, released(table.readPresent(slot, now), now, revision));
  }
  return true;
}

/** A Release must not bring an excluded prefix that the delegation did not have (RFC 6603 section 6.2). */
function excludesMore(context: ClientContext, slot: number, lease: LeaseOption): boolean {
  if (lease.options === undefined) return false;
  const index = lease.options.indexOf(OptionCode.PD_EXCLUDE);
  if (index < 0) return false;
  const given = configuredTermsOf(context, slot)?.exclude;
  return given === undefined || !sameBytes(given, lease.options.value(index));
}

/** Rebind: any server that knows the leases may extend them (RFC 9915 section 18.3.5). */
import { OptionCode, isUnspecified } from '../wire/index.ts';
import { assignIa, forEachIa } from './assignment.ts';
import type { Refusal } from './assignment.ts';
import { extendableLeasesOfIa } from './client-leases.ts';
import type { ClientContext, LeasableIa } from './context.ts';
import { extendIa } from './extension.ts';
import { endedLease } from './grant.ts';
import { NO_BINDING } from './ia-result.ts';
import type { GrantedLease, IaResult } from './ia-result.ts';
import { isOnLink } from './lease-terms.ts';
import { discard } from './query.ts';
import type { Answer } from './query.ts';
import { withKeyKept } from './reconfigure/client-key.ts';
import { replyWithIas } from './reply.ts';

export function rebind(asked: ClientContext): Answer {
  const context = withKeyKept(asked);
  const outcomes = forEachIa(context, (ia) => {
    const own = extendableLeasesOfIa(context, ia.kind, ia.iaid);
    return own.length > 0 ? extendIa(context, ia, own) : withoutBinding(context, ia);
  });
  return outcomes.results.length === 0 && outcomes.refusal === undefined
    ? discard('nothing-to-rebind')
    : replyWithIas(context, outcomes);
}

function withoutBinding(context: ClientContext, ia: LeasableIa): IaResult | Refusal {
  const wrong = inappropriateLeases(context, ia);
  if (wrong.length > 0) return { kind: ia.kind, iaid: ia.iaid, leases: wrong, status: undefined };
  if (context.query.storage.lost) return 'storage-lost';
  // The partner hears it as well, and may have given what this box does not know of.
  if (!context.authority.alone) return 'partner-may-know';
  // Several servers hear a Rebind: only one that may answer a Solicit with a commitment creates (21.14).
  if (context.server.configuration.createOnRenew && context.link.configuration.rapidCommit) {
    return assignIa(context, ia, 'commit');
  }
  return { kind: ia.kind, iaid: ia.iaid, leases: [], status: NO_BINDING };
}

/** Addresses that cannot be right on this link, whoever gave them; they are told to end now. */
function inappropriateLeases(context: ClientContext, ia: LeasableIa): readonly GrantedLease[] {
  // Delegated prefixes of another server may well be right here: the configuration says nothing of them.
  if (ia.kind !== OptionCode.IA_NA) return [];
  return ia.leases
    .filter(({ address }) => !isUnspecified(address) && !isOnLink(context.link.configuration, address))
    .map(endedLease);
}

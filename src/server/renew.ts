/** Renew: the client's own server extends its leases (RFC 9915 section 18.3.4). */
import { assignIa, forEachIa } from './assignment.ts';
import type { Refusal } from './assignment.ts';
import { extendableLeasesOfIa } from './client-leases.ts';
import type { ClientContext, LeasableIa } from './context.ts';
import { extendIa } from './extension.ts';
import { NO_BINDING } from './ia-result.ts';
import type { IaResult } from './ia-result.ts';
import type { Answer } from './query.ts';
import { withKeyKept } from './reconfigure/client-key.ts';
import { replyWithIas } from './reply.ts';

export function renew(asked: ClientContext): Answer {
  const context = withKeyKept(asked);
  return replyWithIas(
    context,
    forEachIa(context, (ia) => {
      const own = extendableLeasesOfIa(context, ia.kind, ia.iaid);
      return own.length > 0 ? extendIa(context, ia, own) : withoutBinding(context, ia);
    }),
  );
}

function withoutBinding(context: ClientContext, ia: LeasableIa): IaResult | Refusal {
  // Who lost records cannot know that there was no binding: silence leaves the client what it has.
  if (context.query.storage.lost) return 'storage-lost';
  if (!context.authority.newLeases) return 'partner-may-know';
  if (context.server.configuration.createOnRenew && context.authority.alone) return assignIa(context, ia, 'commit');
  return { kind: ia.kind, iaid: ia.iaid, leases: [], status: NO_BINDING };
}

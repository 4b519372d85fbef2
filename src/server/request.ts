/** Request: bindings for the IAs of the client (RFC 9915 section 18.3.2). */
import { OptionCode, isUnspecified } from '../wire/index.ts';
import { assignIa, forEachIa } from './assignment.ts';
import type { ClientContext, LeasableIa } from './context.ts';
import { NOT_ON_LINK } from './ia-result.ts';
import { isOnLink } from './lease-terms.ts';
import type { Answer } from './query.ts';
import { withKeyToTell } from './reconfigure/client-key.ts';
import { replyWithKey } from './reply.ts';

export function request(asked: ClientContext): Answer {
  const context = withKeyToTell(asked);
  return replyWithKey(
    context,
    forEachIa(context, (ia) =>
      asksOffLink(context, ia)
        ? { kind: ia.kind, iaid: ia.iaid, leases: [], status: NOT_ON_LINK }
        : assignIa(context, ia, 'commit'),
    ),
  );
}

function asksOffLink(context: ClientContext, ia: LeasableIa): boolean {
  if (ia.kind !== OptionCode.IA_NA) return false;
  const link = context.link.configuration;
  return ia.leases.some(({ address }) => !isUnspecified(address) && !isOnLink(link, address));
}

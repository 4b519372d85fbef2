/** Confirm: are these addresses right for this link? (RFC 9915 section 18.3.3) */
import { LeaseKind } from '../lease/index.ts';
import { MessageType, StatusCode } from '../wire/index.ts';
import { NOT_ON_LINK } from './ia-result.ts';
import type { IaStatus } from './ia-result.ts';
import { leasableIas } from './context.ts';
import type { ClientContext } from './context.ts';
import { isOnLink } from './lease-terms.ts';
import { discard } from './query.ts';
import type { Answer } from './query.ts';
import { reply } from './reply.ts';

const ON_LINK: IaStatus = { code: StatusCode.Success, text: 'all addresses are appropriate for this link' };

export function confirm(context: ClientContext): Answer {
  const link = context.link.configuration;
  const addresses = leasableIas(context.query)
    .filter((ia) => ia.kind === LeaseKind.IA_NA)
    .flatMap((ia) => ia.leases.map((lease) => lease.address));
  // Without prefixes the test cannot be made; without addresses there is nothing to test: no Reply at all.
  if (addresses.length === 0 || link.prefixes.length === 0) return discard('nothing-to-confirm');
  const status = addresses.every((address) => isOnLink(link, address)) ? ON_LINK : NOT_ON_LINK;
  return reply(context, { type: MessageType.REPLY, ias: [], status, rapidCommit: false, layers: [] });
}

/** Whether what is known besides the silence lets a box take its partner for dead by itself (RFC 7031 sections 4.1 and 4.2; R-PD1, R-LH7). */
import { LinkVerdict } from '../wire/index.ts';
import type { Endpoint } from './endpoint.ts';

/**
 * A box that reaches no client of its own has lost more than its partner: it may be the one that is cut off. And where both boxes are
 * at the same site, a partner whose beacon is heard on a link lives: the management link is what has failed. At two sites that counts
 * for nothing, as a beacon might come over a bridge that says nothing of the rest.
 */
export function isEvidencePartnerDown({ relaying, onLan, configuration: { topology } }: Endpoint): boolean {
  const looked = [...relaying.own.values()].filter(({ verdict }) => verdict !== LinkVerdict.UNKNOWN);
  const reachesClients = looked.length === 0 || looked.some(({ verdict }) => verdict === LinkVerdict.UP);
  return reachesClients && !(topology === 'same-site' && onLan.heardOn.length > 0);
}

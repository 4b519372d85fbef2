/** Solicit: an Advertise, or with Rapid Commit a Reply at once (RFC 9915 sections 18.3.1, 18.3.9). */
import { MessageType } from '../wire/index.ts';
import { assignIa, forEachIa } from './assignment.ts';
import type { ClientContext } from './context.ts';
import { discard } from './query.ts';
import type { Answer } from './query.ts';
import { isOffered, keyToTell, withKeyToTell } from './reconfigure/client-key.ts';
import { layersFor, reply } from './reply.ts';

export function solicit(asked: ClientContext): Answer {
  const { query, link, authority } = asked;
  const mayCommit = link.configuration.rapidCommit && authority.alone && query.storage.writable;
  const commits = query.message.rapidCommit && mayCommit;
  const context = commits ? withKeyToTell(asked) : asked;
  const { results, refusal } = forEachIa(context, (ia) => assignIa(context, ia, commits ? 'commit' : 'offer'));
  if (results.length === 0 && refusal !== undefined) return discard(refusal);
  const reconfigureKey = commits ? keyToTell(context) : undefined;
  return reply(context, {
    type: commits ? MessageType.REPLY : MessageType.ADVERTISE,
    ias: results,
    status: undefined,
    rapidCommit: commits,
    layers: layersFor(context, results),
    acceptsReconfigure: commits ? reconfigureKey !== undefined : isOffered(context),
    reconfigureKey,
  });
}

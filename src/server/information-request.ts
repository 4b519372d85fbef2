/** Information-request: configuration without leases (RFC 9915 section 18.3.6). */
import { MessageType } from '../wire/index.ts';
import type { Context } from './context.ts';
import type { Answer } from './query.ts';
import { layersFor, reply } from './reply.ts';

export function informationRequest(context: Context): Answer {
  const layers = [...layersFor(context, []), context.link.informationOptions];
  return reply(context, { type: MessageType.REPLY, ias: [], status: undefined, rapidCommit: false, layers });
}

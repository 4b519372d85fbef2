/** An answer whose content is decided: written, together with the leases that it waits for. */
import { MessageType } from '../wire/index.ts';
import type { IaOutcomes } from './assignment.ts';
import type { ClientContext, Context } from './context.ts';
import type { IaResult } from './ia-result.ts';
import type { OptionLayer } from './option-layers.ts';
import { discard } from './query.ts';
import { isOffered, keyToTell } from './reconfigure/client-key.ts';
import type { Answer } from './query.ts';
import { writeAnswer } from './reply-writer.ts';
import type { AnswerContent } from './reply-writer.ts';
import { noteTold, sharedTimes } from './told-renewal.ts';

export function reply(context: Context, content: AnswerContent): Answer {
  const times = sharedTimes(content.ias);
  noteTold(context, times);
  const bytes = writeAnswer(context, content, times);
  if (bytes === undefined) return discard('answer-too-long', context.changed);
  return { kind: 'reply', bytes, changed: context.changed };
}

/** Option layers for a client that gets these leases: reservation, classes, pools, link (section 18.3). */
export function layersFor(context: Context, ias: readonly IaResult[]): readonly OptionLayer[] {
  const layers: OptionLayer[] = [];
  const { link, query, membership } = context;
  if (query.message.clientId !== undefined) {
    for (const found of link.reservations.of(query.message.clientId, undefined, context.linkLayerAddress)) {
      layers.push(found.options);
    }
  }
  layers.push(...membership.layers);
  for (const ia of ias) {
    for (const { terms } of ia.leases) {
      if (terms !== undefined && !layers.includes(terms.options)) layers.push(terms.options);
    }
  }
  layers.push(link.options);
  return layers;
}

/** A Reply to Renew or Rebind; silence where nothing can be said of any IA. */
export function replyWithIas(context: ClientContext, outcomes: IaOutcomes): Answer {
  return replyAbout(context, outcomes, { acceptsReconfigure: context.reconfigureData !== undefined && isOffered(context) });
}

/** A Reply to Request: as `replyWithIas`, with the client's reconfigure key where it has one. */
export function replyWithKey(context: ClientContext, outcomes: IaOutcomes): Answer {
  const reconfigureKey = keyToTell(context);
  return replyAbout(context, outcomes, { acceptsReconfigure: reconfigureKey !== undefined, reconfigureKey });
}

function replyAbout(
  context: ClientContext,
  { results, refusal }: IaOutcomes,
  reconfigure: Pick<AnswerContent, 'acceptsReconfigure' | 'reconfigureKey'>,
): Answer {
  if (results.length === 0 && refusal !== undefined) return discard(refusal);
  return reply(context, {
    type: MessageType.REPLY,
    ias: results,
    status: undefined,
    rapidCommit: false,
    layers: layersFor(context, results),
    ...reconfigure,
  });
}

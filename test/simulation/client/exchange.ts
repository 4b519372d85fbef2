import type { Duid, MessageType } from '../../../src/wire/index.ts';
import type { IaRequest } from './message.ts';
import type { ServerAnswer } from './reply.ts';
import type { RetransmissionParameters } from './retransmission.ts';

/** What a client is in the middle of. */
export interface Exchange {
  readonly type: MessageType;
  readonly transactionId: number;
  readonly startedMs: number;
  readonly parameters: RetransmissionParameters;
  /** When it is given up; Infinity: never. */
  readonly endsMs: number;
  readonly server: Duid | undefined;
  readonly ias: readonly IaRequest[];
  timeoutMs: number;
  sent: number;
  best: ServerAnswer | undefined;
}

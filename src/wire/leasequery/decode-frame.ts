import type { ClientMessage } from '../client-message.ts';
import { decodeClientMessage } from '../decode-client-message.ts';
import { u8, u32 } from '../octets.ts';
import type { EpochSeconds } from '../units.ts';
import { fromWireTime } from '../wire-time.ts';
import { type Decoded, failure } from '../wire-error.ts';
import { LeasequeryMessageType as Type } from './message-type.ts';
import { LeasequeryOptionCode as Code } from './option-code.ts';

/** A requestor's message out of its frame (RFC 5460 5.1): a LEASEQUERY or an ACTIVELEASEQUERY; all else is refused. */
export function decodeLeasequeryFrame(frame: Uint8Array): Decoded<ClientMessage> {
  const type = frame.length === 0 ? 0 : u8(frame, 0);
  if (type !== Type.LEASEQUERY && type !== Type.ACTIVELEASEQUERY) return failure('unknown-message-type', 0);
  return decodeClientMessage(frame, 0, frame.length);
}

/** A span of time that a requestor asks about (RFC 7653 6.3.2, 6.3.3); what is undefined is open. */
export interface LeaseQuerySpan {
  readonly from: EpochSeconds | undefined;
  readonly to: EpochSeconds | undefined;
}

/** @param now what the times are near to (`fromWireTime`) @returns `malformed` where one of the options is */
export function decodeLeaseQuerySpan(message: Pick<ClientMessage, 'options'>, now: EpochSeconds): LeaseQuerySpan | 'malformed' {
  const [from, to] = [timeIn(message, Code.LQ_START_TIME, now), timeIn(message, Code.LQ_END_TIME, now)];
  return from === 'malformed' || to === 'malformed' ? 'malformed' : { from, to };
}

function timeIn({ options }: Pick<ClientMessage, 'options'>, code: number, now: EpochSeconds): EpochSeconds | 'malformed' | undefined {
  const index = options.indexOf(code);
  if (index < 0) return undefined;
  const data = options.value(index);
  return data.length === 4 ? fromWireTime(u32(data, 0), now) : 'malformed';
}

import { FailoverMessageType, encodeFailoverMessage, epochSeconds, u24 } from '../../wire/index.ts';
import type { FailoverStatus } from '../../wire/index.ts';

/** STARTTLS and its REPLY are those of failover, of which RFC 7653 section 8 has them. */
export function isStartTls(frame: Uint8Array): boolean {
  return frame[0] === FailoverMessageType.STARTTLS && frame.length >= 4;
}

/** The answer to a STARTTLS: without a status it lets TLS begin. */
export function startTlsReply(frame: Uint8Array, status?: FailoverStatus): Uint8Array {
  return encodeFailoverMessage({ type: FailoverMessageType.REPLY, transactionId: u24(frame, 1), status }, epochSeconds(0));
}

/**
 * The clocks of two partners (R-ST2). Over a connection both count in one timescale: that of the box whose clock is trusted, or else
 * of the primary. So clocks that are too far apart for RFC 8156 (section 7.1) are put right before the connection counts.
 */
import { ExtensionCode, FailoverMessageType, FailoverStatusCode, extension, sameBytes } from '../wire/index.ts';
import type { ClockReport, EpochSeconds, FailoverMessage, Now } from '../wire/index.ts';
import { isSameReport, mayAdopt, reportIn } from './clock-report.ts';
import { SKEW_MAX_SECONDS } from './clock-skew.ts';
import type { Connection } from './connection.ts';
import { logOf } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { lost } from './endpoint-connection.ts';
import type { MoveTime } from './endpoint-record.ts';
import { send } from './endpoint-send.ts';
import { moveTimes } from './endpoint-times.ts';

/** Clocks that are no further apart are the same: whole seconds are compared. */
const SAME_SECONDS = 2;

/** Whether the partner counts in this box's timescale. */
export function sharesClock({ connection }: Endpoint): boolean {
  return connection?.phase === 'ok' && connection.extensions.includes(ExtensionCode.CLOCK);
}

/**
 * What a message says of the partner's clock.
 * @returns whether the message says nothing else that counts
 */
export function clockHeard(endpoint: Endpoint, connection: Connection, message: FailoverMessage, receivedAt: EpochSeconds, now: Now): boolean {
  const report = reportIn(message);
  if (report === undefined || message.sentTime === undefined) return connection.awaitsClock && message.type !== FailoverMessageType.DISCONNECT;
  if (isSkewRefusal(message)) endpoint.offersClock = true;
  const ahead = message.sentTime - receivedAt;
  const adopt = mayAdopt(endpoint) && (report.trusted || (isTheirs(endpoint, message) && isOther(endpoint, report, ahead)));
  endpoint.emit({ kind: 'clockHeard', report, ahead, adopt });
  if (adopt && (Math.abs(ahead) > SAME_SECONDS || !report.trusted)) {
    logOf(endpoint, 'info', `the clock of ${endpoint.configuration.partnerName} is taken, which ${describeAhead(ahead)}`);
    leave(endpoint, connection, 'the clock is set by that of the partner', now);
    return true;
  }
  // The partner, whose clock counts for nothing, is about to take this one, which it is told in the first STATE.
  if (isConsent(message) && !report.trusted && Math.abs(ahead) > SKEW_MAX_SECONDS) {
    connection.awaitsClock = true;
    return false;
  }
  return connection.awaitsClock;
}

function isConsent(message: FailoverMessage): boolean {
  return message.type === FailoverMessageType.CONNECTREPLY && (message.status === undefined || message.status.code === FailoverStatusCode.Success);
}

/** Of two clocks that are not trusted the primary's counts; a secondary that can't take it says so by a refusal. */
function isTheirs({ configuration }: Endpoint, message: FailoverMessage): boolean {
  if (configuration.role === 'secondary') return true;
  return isSkewRefusal(message);
}

function isSkewRefusal(message: FailoverMessage): boolean {
  return message.type === FailoverMessageType.CONNECTREPLY && message.status?.code === FailoverStatusCode.ExcessiveTimeSkew;
}

function isOther({ clock }: Endpoint, { timescales: [theirs] }: ClockReport, ahead: number): boolean {
  const [own] = clock.report().timescales;
  return Math.abs(ahead) > SAME_SECONDS || own === undefined || theirs === undefined || !sameBytes(own.id, theirs.id);
}

function describeAhead(ahead: number): string {
  return ahead === 0 ? 'shows the same' : `is ${Math.abs(ahead)} s ${ahead > 0 ? 'ahead' : 'behind'}`;
}

/** The clock of the box was set: what the partner was told in other times is not acknowledged any more (rule 5). */
export function clockSet(endpoint: Endpoint, move: MoveTime, now: Now): void {
  moveTimes(endpoint, move);
  const { connection } = endpoint;
  if (connection !== undefined && move(0).by !== 0) leave(endpoint, connection, 'the clock of this box was set', now);
}

/**
 * The partner is told that this clock is trusted now; where it has to be set for that, the two meet anew. It answers what is new to it: so
 * the same is not told twice, or three boxes would go on for ever.
 */
export function clockChanged(endpoint: Endpoint, now: Now): void {
  const { connection, clock } = endpoint;
  if (connection === undefined || !sharesClock(endpoint) || !clock.isDurable()) return;
  const report = clock.report();
  if (connection.clockTold !== undefined && isSameReport(report, connection.clockTold)) return;
  connection.clockTold = report;
  const vendor = [extension(ExtensionCode.CLOCK, report)];
  send(endpoint, { type: FailoverMessageType.CONTACT, transactionId: endpoint.transactionIds.next(), vendor }, now);
}

/** Without a goodbye: the primary dials at once. */
function leave(endpoint: Endpoint, connection: Connection, why: string, now: Now): void {
  endpoint.emit({ kind: 'close', connection: connection.id });
  lost(endpoint, why, 'lost', now);
}

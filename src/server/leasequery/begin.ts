/** A request that came over a connection (RFC 5460 section 7, RFC 7653 section 9.3): what is said to it, or why that is nothing. */
import { LeasequeryMessageType, LeasequeryStatusCode, decodeLeaseQuery, decodeLeaseQuerySpan, decodeLeasequeryFrame, describeWireError, sameBytes } from '../../wire/index.ts';
import type { ClientMessage, EpochSeconds, LeaseQueryOption } from '../../wire/index.ts';
import { ActiveAnswer } from './active-answer.ts';
import type { ActiveRequest } from './active-answer.ts';
import { ReplyFrames, askedIn } from './asked.ts';
import type { Asked } from './asked.ts';
import { BulkAnswer } from './bulk-answer.ts';
import type { ChangeJournal } from './change-journal.ts';
import { changedIn } from './changes.ts';
import { resolveQuery } from './resolve-query.ts';
import type { LeasequeryRefusal } from './resolve-query.ts';
import type { LeasequeryScope } from './scope.ts';
import type { LeasequeryStream } from './stream.ts';

export type Beginning =
  | { readonly kind: 'stream'; readonly stream: LeasequeryStream }
  /** This is all that is said. `closes`: the connection is to be closed behind it. */
  | { readonly kind: 'refused'; readonly octets: Uint8Array; readonly closes: boolean }
  /** It is to be discarded (RFC 5007 section 4.2.1), and who waits for an answer to it would wait in vain: the connection is to be closed. */
  | { readonly kind: 'invalid'; readonly reason: string };

/** What active leasequery is begun with. */
export interface ActiveLeasequery {
  readonly journal: ChangeJournal;
  /** A stream of changes begins. */
  onOpen(stream: ActiveAnswer): void;
  onClose(stream: ActiveAnswer): void;
}

/**
 * @param frame without its size
 * @param active undefined: there is none
 * @param onChange called where a stream of changes had nothing to say, and has
 */
export function beginLeasequery(scope: LeasequeryScope, frame: Uint8Array, now: EpochSeconds, active: ActiveLeasequery | undefined, onChange: () => void): Beginning {
  const message = decodeLeasequeryFrame(frame);
  if (message.error !== undefined) return invalid(describeWireError(message.error));
  const { clientId } = message;
  if (clientId === undefined) return invalid('a query without a client identifier');
  if (message.serverId !== undefined && !sameBytes(message.serverId, scope.serverId)) return invalid('a query for another server');
  const query = decodeLeaseQuery(message);
  const asked = askedIn(scope, message, clientId, query === 'malformed' ? undefined : query);
  if (message.type === LeasequeryMessageType.ACTIVELEASEQUERY) {
    if (active === undefined) return refused(scope, asked, NOT_SUPPORTED, now, true);
    const request = activeRequest(scope, message, query, now, active.journal);
    if ('code' in request) return refused(scope, asked, request, now, true);
    const stream = new ActiveAnswer(scope, { ...request, asked, journal: active.journal, onChange, onClose: (closed) => active.onClose(closed) });
    active.onOpen(stream);
    return { kind: 'stream', stream };
  }
  if (query === undefined) return invalid('a query that asks nothing');
  if (scope.isStorageLost()) return refused(scope, asked, LOST, now, true);
  const resolved = resolveQuery(query, scope.links);
  if ('code' in resolved) return refused(scope, asked, resolved, now, false);
  const span = decodeLeaseQuerySpan(message, now);
  if (span === 'malformed') return refused(scope, asked, MALFORMED_TIME, now, false);
  const isOpen = span.from === undefined && span.to === undefined;
  return { kind: 'stream', stream: new BulkAnswer(scope, asked, resolved, isOpen ? undefined : changedIn(scope, span, active?.journal, now)) };
}

const LOST: LeasequeryRefusal = { code: LeasequeryStatusCode.QueryTerminated, text: 'this server lost records' };
const NOT_SUPPORTED: LeasequeryRefusal = { code: LeasequeryStatusCode.NotSupported, text: 'no active leasequery here' };
const MALFORMED_TIME: LeasequeryRefusal = { code: LeasequeryStatusCode.MalformedQuery, text: 'a time can not be read' };

function activeRequest(
  scope: LeasequeryScope,
  message: ClientMessage,
  query: LeaseQueryOption | 'malformed' | undefined,
  now: EpochSeconds,
  journal: ChangeJournal,
): Pick<ActiveRequest, 'resolved' | 'since'> | LeasequeryRefusal {
  if (scope.isStorageLost()) return LOST;
  const span = decodeLeaseQuerySpan(message, now);
  if (span === 'malformed') return MALFORMED_TIME;
  if (span.to !== undefined) return { code: LeasequeryStatusCode.MalformedQuery, text: 'an active leasequery has no end time' };
  const resolved = query === undefined ? undefined : resolveQuery(query, scope.links);
  if (resolved !== undefined && 'code' in resolved) return resolved;
  // By a clock that nobody has confirmed nobody knows what time a requestor means (R-ST2).
  if (!scope.isClockTrusted()) return { resolved, since: span.from === undefined ? undefined : 'missing' };
  journal.begin(now);
  return { resolved, since: span.from === undefined || journal.covers(span.from, now) ? span.from : 'missing' };
}

function invalid(reason: string): Beginning {
  return { kind: 'invalid', reason };
}

function refused(scope: LeasequeryScope, asked: Asked, status: LeasequeryRefusal, now: EpochSeconds, closes: boolean): Beginning {
  const frames = new ReplyFrames(scope, asked);
  frames.write({ status }, now);
  return { kind: 'refused', octets: frames.take(), closes };
}

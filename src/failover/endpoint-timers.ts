/** What an endpoint does because time has passed. Each duty says when it is due; none is looked at before. */
import { NEVER } from '../lease/index.ts';
import { ExtensionCode, FailoverMessageType, FailoverStatusCode, monotonicMs } from '../wire/index.ts';
import type { Now, VendorSuboption } from '../wire/index.ts';
import { disconnect, lost } from './endpoint-connection.ts';
import { isEvidencePartnerDown } from './partner-down-evidence.ts';
import { heartbeatDueAt } from './endpoint-heartbeat.ts';
import { linkAlarmsAt } from './endpoint-link-alarms.ts';
import { tellLinks, tellLinksAt } from './endpoint-links.ts';
import { fire } from './endpoint-machine.ts';
import { excuseResync, serviceDeadAt } from './endpoint-relaying.ts';
import { send } from './endpoint-send.ts';
import { isAway } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { EndpointState } from './endpoint-state.ts';
import { databaseReport } from './extensions.ts';

/** Without a BNDUPD or the UPDDONE of what was asked for, the connection is of no use (section 8.5.2). */
const QUIET_MS = 60_000;
/** Without a BNDREPLY to each update, neither (section 8.8.2). */
const UNANSWERED_MS = 30_000;
/** How often the partner is told of this box's database, while that changes. */
const DATABASE_REPORT_MS = 1_000;

interface Duty {
  /** On the monotonic clock; undefined: not at all. */
  readonly at: (endpoint: Endpoint, now: Now) => number | undefined;
  readonly act: (endpoint: Endpoint, now: Now) => void;
}

const duties: readonly Duty[] = [
  {
    at: ({ startupEndsAt }) => startupEndsAt,
    act: (endpoint, now) => {
      endpoint.startupEndsAt = undefined;
      fire(endpoint, 'startup-over', now);
    },
  },
  { at: ({ connection, reach }) => connection?.keepalive.nextAt(reach), act: keepAlive },
  {
    at: ({ connection }) => (connection === undefined || connection.phase === 'ok' ? undefined : connection.handshakeBy),
    act: (endpoint, now) => giveUp(endpoint, 'the connection was not agreed on in time', now),
  },
  {
    at: ({ asked, quietSince }) => (asked === undefined ? undefined : quietSince + QUIET_MS),
    act: (endpoint, now) => giveUp(endpoint, 'the updates that were asked for do not come', now),
  },
  {
    at: ({ unansweredSince }) => (unansweredSince === undefined ? undefined : unansweredSince + UNANSWERED_MS),
    act: (endpoint, now) => {
      fire(endpoint, 'no-acknowledgements', now);
      giveUp(endpoint, 'updates are not answered', now);
    },
  },
  {
    at: ({ waitEndsAt }) => waitEndsAt,
    act: (endpoint, now) => fire(endpoint, 'wait-over', now),
  },
  {
    at: ({ partnerDownAt }) => partnerDownAt,
    act: (endpoint, now) => fire(endpoint, 'auto-partner-down', now),
  },
  {
    at: ({ reconnect, clock }) => (clock.isDurable() ? reconnect.dialAt : undefined),
    act: ({ reconnect, emit, configuration }) => {
      reconnect.dialled();
      emit({ kind: 'dial', relationship: configuration.name });
    },
  },
  { at: heartbeatDueAt, act: ({ record }) => record.update({}) },
  { at: databaseReportAt, act: reportDatabase },
  { at: tellLinksAt, act: tellLinks },
  {
    at: serviceDeadAt,
    act: (endpoint, now) => giveUp(endpoint, 'what is relayed is not acknowledged: the service is dead behind its connection', now),
  },
  { at: ({ record }) => record.retryAt(), act: () => undefined },
  { at: linkAlarmsAt, act: () => undefined },
  {
    at: ({ connection, flow }, now) =>
      connection?.phase !== 'ok' || flow.wakeAt() === NEVER
        ? undefined
        : now.monotonic + Math.max(flow.wakeAt() - now.epoch, 1) * 1_000,
    act: () => undefined,
  },
];

/** Does what is due; all messages that could be read were handled before. */
export function timePassed(endpoint: Endpoint, now: Now): void {
  for (const { at, act } of duties) {
    const due = at(endpoint, now);
    if (due !== undefined && due <= now.monotonic) act(endpoint, now);
  }
}

/** When something is due next. */
export function nextDueAt(endpoint: Endpoint, now: Now): number {
  let next = Infinity;
  for (const { at } of duties) next = Math.min(next, at(endpoint, now) ?? Infinity);
  return next;
}

/** Starts and stops what runs only in some situations. To be called at the end of every step. */
export function watchTimes(endpoint: Endpoint, now: Now): void {
  const { connection, configuration, flow } = endpoint;
  const isOk = connection?.phase === 'ok';
  excuseResync(endpoint, now);
  // F-SM-81, F-SM-121: alone in COMMUNICATIONS-INTERRUPTED, and not while the operator keeps the partner away; nor while this box
  // does not know what time it is (R-ST2).
  const mayDeclare =
    endpoint.state === EndpointState.COMMUNICATIONS_INTERRUPTED && !isOk && !isAway(endpoint) && isEvidencePartnerDown(endpoint) &&
    endpoint.clock.isTrusted();
  if (!mayDeclare || configuration.autoPartnerDown === undefined) endpoint.partnerDownAt = undefined;
  else endpoint.partnerDownAt ??= monotonicMs(now.monotonic + configuration.autoPartnerDown * 1_000);
  // Answers to others say nothing of an update that the partner could not store.
  const oldest = isOk ? flow.oldestUnanswered() : 0;
  if (oldest !== endpoint.unansweredUpdate) endpoint.unansweredSince = oldest === 0 ? undefined : now.monotonic;
  endpoint.unansweredUpdate = oldest;
}

/** RFC 8156 section 6.6. */
function keepAlive(endpoint: Endpoint, now: Now): void {
  const { connection, reach } = endpoint;
  if (connection === undefined) return;
  const silence = connection.keepalive.verdict(now.monotonic, reach);
  if (silence !== undefined) {
    endpoint.emit({ kind: 'close', connection: connection.id });
    lost(endpoint, silence, 'lost', now);
    return;
  }
  if (!connection.keepalive.isContactDue(now.monotonic)) return;
  const isAgreed = connection.phase !== 'connecting' && connection.reply === undefined;
  if (isAgreed) contact(endpoint, [], now);
  else connection.keepalive.sent(now.monotonic);
}

function contact(endpoint: Endpoint, vendor: readonly VendorSuboption[], now: Now): void {
  send(endpoint, { type: FailoverMessageType.CONTACT, transactionId: endpoint.transactionIds.next(), vendor }, now);
}

function giveUp(endpoint: Endpoint, text: string, now: Now): void {
  disconnect(endpoint, { code: FailoverStatusCode.UnspecFail, text }, 'refused', now);
}

function databaseReportAt({ connection, commitCounter }: Endpoint): number | undefined {
  if (connection?.phase !== 'ok' || !connection.extensions.includes(ExtensionCode.DATABASE)) return undefined;
  if (connection.commitTold === commitCounter()) return undefined;
  return connection.databaseToldAt + DATABASE_REPORT_MS;
}

function reportDatabase(endpoint: Endpoint, now: Now): void {
  const { connection } = endpoint;
  if (connection === undefined) return;
  connection.databaseToldAt = now.monotonic;
  connection.commitTold = endpoint.commitCounter();
  contact(endpoint, databaseReport(endpoint), now);
}

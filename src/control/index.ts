/**
 * How operators reach the running daemon: a Unix socket with one JSON object a line, whose peers are
 * checked by their credentials; the event log and the alarms that it shows.
 */
export { createAlarms } from './alarms.ts';
export type { Alarms, AlarmSeverity } from './alarms.ts';
export { classifyMessage } from './classification.ts';
export { NoAnswerError, askDaemon } from './client.ts';
export type { ClockReport, ClockSourceName } from './clock-protocol.ts';
export type { DnsStatusReport } from './dns-protocol.ts';
export { createEventLog } from './event-log.ts';
export type { EventLog } from './event-log.ts';
export type {
  DifferenceReport,
  FailoverAction,
  LinkHealthReport,
  OutlookReport,
  RelationshipReport,
  SharedPoolReport,
  StateReport,
  TransitionReport,
} from './failover-protocol.ts';
export type { LeasequeryReport } from './leasequery-protocol.ts';
export { PAIR_UPDATE_STAGES, isPairUpdateOver } from './pair-update-protocol.ts';
export type { PairUpdatePlan, PairUpdateReport, PairUpdateStage, UpdatedBox } from './pair-update-protocol.ts';
export type { PairingAction, PairingReport, RotationAction } from './pairing-protocol.ts';
export { createLoadHistory } from './load-history.ts';
export { formatMetrics } from './metrics-text.ts';
export { createMetricsServer } from './metrics-server.ts';
export type { MetricsServer } from './metrics-server.ts';
export { printable } from './printable.ts';
export type { ReconfigureMessage, ReconfigureReport } from './reconfigure-protocol.ts';
export { createRemoteLog } from './remote-log.ts';
export type { RemoteLog } from './remote-log.ts';
export { subjectMetrics } from './reports.ts';
export type {
  Classification,
  CountersReport,
  LeasePage,
  LeaseQuery,
  LeaseReport,
  LinkReport,
  LoadReport,
  LogReport,
  PoolLoadReport,
  PoolReport,
  RelationshipStatus,
  Request,
  StatusReport,
} from './protocol.ts';
export { startControl } from './server.ts';
export type { Control } from './server.ts';
export type { LeasequeryTcpView, Subject } from './subject.ts';

/**
 * Two boxes, one service: the DHCPv6 failover protocol (RFC 8156 sections 4 to 8). Events go in, effects come out; no
 * I/O, no clock, no randomness.
 *
 * `state-table.ts` is the state machine. What the RFC leaves open, and what was decided: DECISIONS.md.
 */
export { createFailover } from './create-failover.ts';
export type { LoadBalancing, RelationshipConfiguration } from './configuration.ts';
export type { FailoverEffect, Severity } from './effect.ts';
export { ENDPOINT_TIMES, movedRecord } from './endpoint-record.ts';
export type { EndpointRecord } from './endpoint-record.ts';
export { EndpointState, endpointStateName, toEndpointState } from './endpoint-state.ts';
export type { Role } from './endpoint-state.ts';
export { FAILOVER_COMMANDS } from './event.ts';
export type { FailoverCommand, FailoverEvent, LeaseChangeCause, LinkReport, PartnerReach } from './event.ts';
export type { ClockFacts, DatabaseFacts, DatabaseGeneration, LinkTraffic } from './parameters.ts';
export type { Failover } from './failover.ts';
export type { BeaconView, LinkOpinion, LinkView, RelationshipView } from './relationship-view.ts';
export { relayAcknowledgement, relayedAnswer } from './relaying/relayed-message.ts';
export type { OfferedMessage, RelayedMessage } from './relaying/relayed-message.ts';
export { responsiveness } from './responsiveness.ts';
export { stateDiagram } from './state-diagram.ts';
export type { DiagramState, DiagramWay } from './state-diagram.ts';

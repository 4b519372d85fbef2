/**
 * The states of a failover endpoint (RFC 8156 section 8). The numbers are those of OPTION_F_SERVER_STATE
 * (section 5.5.16), and of stable storage. STARTUP is never sent: its flag stands beside the state before it.
 */
export const EndpointState = {
  /** Probing for the partner after boot; answers nobody (8.3). */
  STARTUP: 1,
  /** Both run and agree (8.8). */
  NORMAL: 2,
  /** The partner is not heard; both may be serving, each from its own pool (8.9). */
  COMMUNICATIONS_INTERRUPTED: 3,
  /** The partner is known to be down: this box serves alone (8.4). */
  PARTNER_DOWN: 4,
  /** Both served as if alone: the two are being reconciled, and neither answers (8.10). */
  POTENTIAL_CONFLICT: 5,
  /** Has to learn from the partner what it missed; answers nobody (8.5). */
  RECOVER: 6,
  /** Has learned it, and waits for what it may have promised before (8.6). */
  RECOVER_WAIT: 7,
  /** Ready, waits for the partner to go on together (8.7). */
  RECOVER_DONE: 8,
  /** The partner was lost while the two were being reconciled (8.11). */
  RESOLUTION_INTERRUPTED: 9,
  /** The primary, when it has all of the secondary's updates (8.12). */
  CONFLICT_DONE: 10,
} as const;
export type EndpointState = (typeof EndpointState)[keyof typeof EndpointState];

/** What a box is in one relationship (RFC 8156 section 3). */
export type Role = 'primary' | 'secondary';

const names = new Map<number, string>(
  Object.entries(EndpointState).map(([name, state]) => [state, name.replaceAll('_', '-')]),
);

/** The RFC's name of a state ("PARTNER-DOWN"), or "state 99". */
export function endpointStateName(state: number): string {
  return names.get(state) ?? `state ${state}`;
}

/** Takes the number of a state as it came from the wire or from stable storage; undefined when there is no such state. */
export function toEndpointState(value: number): EndpointState | undefined {
  return names.has(value) ? (value as EndpointState) : undefined;
}

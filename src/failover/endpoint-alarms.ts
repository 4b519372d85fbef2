/** What an operator should know of an endpoint, as long as it is so, and what to do about it. */
import { FailoverStatusCode } from '../wire/index.ts';
import type { AlarmText } from './alarms.ts';
import type { Endpoint } from './endpoint.ts';
import { certificateHindered } from './endpoint-certificates.ts';
import { isServing } from './endpoint-heartbeat.ts';
import { isRecovering } from './endpoint-machine.ts';
import { splitInForce, splitProblemOf } from './endpoint-split.ts';
import { EndpointState, endpointStateName } from './endpoint-state.ts';

/** So many leases that the partner has no place for are no accident any more (R-CFG4). */
const CONFLICTS_MAX = 10;

type Alarm = readonly [id: string, of: (endpoint: Endpoint) => AlarmText | undefined];

const alarms: readonly Alarm[] = [
  ['no-backup', noBackup],
  ['not-serving', notServing],
  ['no-leases', noLeases],
  ['old-storage', oldStorage],
  ['clock-skew', clockSkew],
  ['refused', refused],
  ['configuration', configuration],
  ['load-balancing', loadBalancing],
  ['held', held],
  ['insecure', insecure],
  ['certificate', certificateHindered],
];

/** To be called when something of the endpoint changed. */
export function lookForAlarms(endpoint: Endpoint): void {
  for (const [id, of] of alarms) endpoint.alarms.set(id, of(endpoint));
}

const WHY_ALONE: Readonly<Partial<Record<EndpointState, string>>> = {
  [EndpointState.COMMUNICATIONS_INTERRUPTED]: 'both boxes may be serving, each from its own pool',
  [EndpointState.PARTNER_DOWN]: 'this box serves alone',
  [EndpointState.RESOLUTION_INTERRUPTED]: 'they were settling a conflict when communications failed',
  [EndpointState.CONFLICT_DONE]: 'they are settling a conflict',
};

function noBackup({ state, onLan: { heardOn }, configuration: { partnerName, name } }: Endpoint): AlarmText | undefined {
  const why = WHY_ALONE[state];
  if (why === undefined) return undefined;
  if (heardOn.length > 0 && state === EndpointState.COMMUNICATIONS_INTERRUPTED) {
    return {
      severity: 'warning',
      text: `you have no backup: ${partnerName} is not in step (${endpointStateName(state)}), but it lives: it is heard on ${heardOn.join(', ')}`,
      advice: `Look after the management link. Do not declare ${partnerName} down: both boxes serve, each from its own pool.`,
    };
  }
  return {
    severity: state === EndpointState.RESOLUTION_INTERRUPTED ? 'error' : 'warning',
    text: `you have no backup: ${partnerName} is not in step (${endpointStateName(state)}: ${why})`,
    advice:
      state === EndpointState.COMMUNICATIONS_INTERRUPTED || state === EndpointState.RESOLUTION_INTERRUPTED
        ? `Look after ${partnerName} and the management link. Only if it certainly is down, and stays down: "twinlease failover partner-down ${name}".`
        : `Bring ${partnerName} back: it gets the leases by itself, and takes its part when MCLT has passed.`,
  };
}

function notServing(endpoint: Endpoint): AlarmText | undefined {
  const { state, configuration: { partnerName, name } } = endpoint;
  if (state === EndpointState.STARTUP || endpoint.held === 'handover' || isServing(endpoint)) return undefined;
  return {
    severity: endpoint.connection?.phase === 'ok' ? 'warning' : 'error',
    text: `this box answers no client (${endpointStateName(state)}: ${endpoint.why})`,
    advice:
      endpoint.connection?.phase === 'ok'
        ? 'Wait: it goes on by itself.'
        : `It goes on when ${partnerName} is reached. If that is gone for good: "twinlease failover force-partner-down ${name}".`,
  };
}

function noLeases({ state, connection, record, configuration: { name } }: Endpoint): AlarmText | undefined {
  const { updateAllNeeded, partnerState } = record.current;
  const isSo = state === EndpointState.RECOVER && connection?.phase === 'ok' && updateAllNeeded && isRecovering(partnerState);
  if (!isSo) return undefined;
  return {
    severity: 'error',
    text: 'both boxes lost their leases: neither answers clients',
    advice:
      'Put back a good copy of one database, or let this box begin anew with what its clients still hold: ' +
      `"twinlease failover force-partner-down ${name}" on one of the two.`,
  };
}

function oldStorage({ record, configuration: { partnerName } }: Endpoint): AlarmText | undefined {
  if (!record.current.updateAllNeeded) return undefined;
  return {
    severity: 'error',
    text: 'the database of this box is older than its partner knows, or lost records',
    advice: `Find out why (an old disk, a restored copy?). All leases are fetched from ${partnerName}.`,
  };
}

function clockSkew({ skewRefusal }: Endpoint): AlarmText | undefined {
  if (skewRefusal === undefined) return undefined;
  return {
    severity: 'error',
    text: `the clocks are too far apart to tell which of two changes came later: ${skewRefusal}`,
    advice: 'Set both clocks right (NTP); more than 5 s apart the boxes do not connect.',
  };
}

function refused({ refusal, skewRefusal, configuration: { partnerName } }: Endpoint): AlarmText | undefined {
  if (refusal === undefined || skewRefusal !== undefined) return undefined;
  return {
    severity: 'error',
    text: `${partnerName} is reached, and no connection comes about: ${refusal}`,
    advice: 'Compare the two configurations: role, relationship, MCLT and certificates.',
  };
}

function configuration({ differences, flow }: Endpoint): AlarmText | undefined {
  const conflicts = flow.counters.leasesRefused.get(FailoverStatusCode.ConfigurationConflict) ?? 0;
  if (differences.length === 0 && conflicts < CONFLICTS_MAX) return undefined;
  return {
    severity: 'error',
    text:
      differences.length > 0
        ? `the two boxes are configured differently: ${listed(differences.map(({ name }) => name))}`
        : `the partner has no place for ${conflicts} leases of this box: the two are configured differently`,
    advice: 'In the console "show diff" compares them; in its configure mode "commit sync" gives the partner what this box has.',
  };
}

function loadBalancing(endpoint: Endpoint): AlarmText | undefined {
  const { connection, configuration: { loadBalancing: wanted, partnerName, role } } = endpoint;
  if (wanted === undefined || splitInForce(endpoint) !== undefined || connection?.phase !== 'ok') return undefined;
  const all = role === 'primary' ? 'this box' : partnerName;
  return {
    severity: 'warning',
    text: `the clients are not divided: ${splitProblemOf(endpoint) ?? `${partnerName} knows nothing of load balancing, or it is off there`}; ${all} answers all of them`,
    advice: `Let both boxes have the same program and the same file, with "load-balancing" in it, or take that out of this one.`,
  };
}

function held({ held: how, configuration: { partnerName, name } }: Endpoint): AlarmText | undefined {
  if (how === undefined) return undefined;
  return {
    severity: 'warning',
    text: how === 'pause' ? `the operator keeps this box from ${partnerName}` : `the operator handed the clients to ${partnerName}`,
    advice: `"twinlease failover resume ${name}" ends it, and so does a restart of this box.`,
  };
}

function insecure({ configuration: { insecure: isInsecure, partnerName } }: Endpoint): AlarmText | undefined {
  if (!isInsecure) return undefined;
  return {
    severity: 'warning',
    text: `the connection to ${partnerName} is not secured: whoever reaches the management network can give and take leases`,
    advice: 'Make certificates with "twinlease identity new" and take "insecure: true" out of the provisioning file.',
  };
}

/** A file that was changed all over has hundreds. */
const LISTED_MAX = 10;

function listed(keys: readonly string[]): string {
  const rest = keys.length - LISTED_MAX;
  return keys.slice(0, LISTED_MAX).join(', ') + (rest > 0 ? ` and ${String(rest)} more` : '');
}

/** What the prompt says of the box: its name, the state of its relationships, and how many alarms there are. */
import { hostname } from 'node:os';
import { NoAnswerError, askDaemon } from '../../control/index.ts';
import type { StatusReport } from '../../control/index.ts';
import { formatSpan } from '../time-span.ts';

/** The box that the console stands on. */
export interface Box {
  readonly control: string;
  /** The provisioning file and the state directory, where no daemon says which they are. */
  readonly file: string;
  readonly stateDirectory: string;
  /** As it is called where no daemon says so. */
  name: string;
  /** How to start the daemon, where the operator said it; else an init script or a unit is looked for. */
  readonly startCommand: string | undefined;
  /** Where the log is when no daemon answers; else the usual places are looked at. */
  readonly logFile: string | undefined;
  /** Where an appliance keeps the log; that of earlier starts beside it. */
  readonly keptLog: string;
}

/** A prompt that waits longer for a daemon is of no use. */
const ANSWER_MS = 2_000;

export type BoxState = { readonly kind: 'running'; readonly status: StatusReport } | { readonly kind: 'down' | 'silent'; readonly name: string };

export async function boxState(box: Box): Promise<BoxState> {
  try {
    const status = (await askDaemon(box.control, { method: 'status' }, ANSWER_MS)) as StatusReport;
    box.name = status.appliance;
    return { kind: 'running', status };
  } catch (error) {
    return { kind: error instanceof NoAnswerError && error.isDown ? 'down' : 'silent', name: box.name };
  }
}

export function ownName(said: string | undefined): string {
  return said ?? (hostname().split('.')[0] || 'box');
}

/** `east[NORMAL]`, `east[NORMAL, undone in 5m, 2 alarms]`, `east[DOWN]`; a box without a partner is only named. */
export function promptName(state: BoxState): string {
  if (state.kind !== 'running') return `${state.name}[${state.kind === 'down' ? 'DOWN' : 'NO ANSWER'}]`;
  const { appliance, failover, alarms, configuration } = state.status;
  const states = [...new Set(failover.map((relationship) => relationship.state))].join('/');
  const errors = alarms.filter(({ severity }) => severity !== 'info').length;
  const alarm = errors === 0 ? '' : `${String(errors)} alarm${errors === 1 ? '' : 's'}`;
  const undone = configuration.undoneIn === undefined ? '' : `undone in ${formatSpan(configuration.undoneIn)}`;
  const facts = [states, undone, alarm].filter(Boolean).join(', ');
  return facts === '' ? appliance : `${appliance}[${facts}]`;
}

/** A schedule for a person to read. */
import type { ClientAction, Fault, Schedule } from './schedule.ts';

const CLIENTS_MAX = 12;

export function describeSchedule(schedule: Schedule): string {
  const { seed, variant, story, boxes, clients, noise, faults, healMs } = schedule;
  const lines = [
    `seed ${String(seed)}, provisioning "${variant}", boxes ${boxes.map(({ name }) => name).join(', ')}, ${String(clients.length)} clients${story === undefined ? '' : `, story "${story}"`}`,
    `  links: ${JSON.stringify(noise)}`,
    ...clients.slice(0, CLIENTS_MAX).map(
      (client) =>
        `  client ${String(client.number)} on ${client.link}, ${client.ias.map(({ kind }) => (kind === 3 ? 'NA' : 'PD')).join(' ')}` +
        `${client.rapidCommit ? ', rapid commit' : ''}${client.isHasty ? ', hasty' : ''}: ${client.actions.map(describeAction).join(', ')}`,
    ),
    ...(clients.length > CLIENTS_MAX ? [`  and ${String(clients.length - CLIENTS_MAX)} more clients`] : []),
    ...faults.map((fault) => `  ${describeFault(fault)}`),
    `  ${at(healMs)} everything is put right`,
  ];
  return lines.join('\n');
}

function describeAction(action: ClientAction): string {
  const { kind, atMs, ...rest } = action;
  return `${at(atMs)} ${kind}${describeRest(rest)}`;
}

function describeFault(fault: Fault): string {
  const { kind, atMs, ...rest } = fault;
  return `${at(atMs)} ${kind}${describeRest(rest)}`;
}

function describeRest(rest: object): string {
  const text = Object.entries(rest).map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return text.length === 0 ? '' : ` (${text.join(', ')})`;
}

function at(timeMs: number): string {
  return `at ${(timeMs / 1_000).toFixed(3)} s`;
}

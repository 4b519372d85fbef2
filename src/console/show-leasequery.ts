/** `show leasequery`: who asks which client has which lease. */
import type { Command } from 'commander';
import { askDaemon } from '../control/index.ts';
import type { LeasequeryReport } from '../control/index.ts';
import { withControlOptions } from './control-option.ts';
import type { ControlOptions } from './control-option.ts';
import { print } from './print.ts';
import { formatTable } from './table.ts';
import { formatSpan } from './time-span.ts';
import { wrap } from './wrap.ts';

export function addShowLeasequery(show: Command): void {
  withControlOptions(show.command('leasequery'))
    .description('who asks which client has which lease')
    .action(async (options: ControlOptions) => {
      const report = (await askDaemon(options.control, { method: 'leasequery' })) as LeasequeryReport;
      print(report, options, () => formatLeasequery(report));
    });
}

export function formatLeasequery({ requestors, udp, tcp }: LeasequeryReport): string {
  const refused = Object.entries(udp.refused).map(([status, count]) => `, ${String(count)} refused (${status})`);
  return [
    wrap('requestors  ', requestors.join(', ')),
    wrap('by UDP      ', `${String(udp.answered)} answered${refused.join('')}`),
    wrap('by TCP      ', tcp === undefined ? 'off' : tcpText(tcp)),
    ...(tcp === undefined || tcp.connections.length === 0 ? [] : ['', connectionTable(tcp.connections)]),
  ].join('\n');
}

type TcpReport = NonNullable<LeasequeryReport['tcp']>;

function tcpText({ port, security, listening, connections, connectionsMax }: TcpReport): string {
  const how = security === 'tls' ? 'TLS' : 'WITHOUT TLS';
  return `port ${String(port)}, ${how}${listening ? '' : ', NOT LISTENING'}; ${String(connections.length)} of ${String(connectionsMax)} connections`;
}

function connectionTable(connections: TcpReport['connections']): string {
  return formatTable(
    [{ title: 'REQUESTOR' }, { title: 'PORT', align: 'right' }, { title: 'STATE' }, { title: 'FOR', align: 'right' }, { title: 'TOLD', align: 'right' }, { title: 'BEHIND', align: 'right' }],
    connections.map(({ requestor, port, state, since, clients, behind }) => [requestor, String(port), state, formatSpan(since), String(clients), String(behind)]),
  );
}

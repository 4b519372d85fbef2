import { formatAddress, formatPrefix, leasequeryStatusName } from '../wire/index.ts';
import type { LeasequeryReport } from './leasequery-protocol.ts';
import type { LeasequeryTcpView, Subject } from './subject.ts';

/** @returns who asks for leases, or why nobody does */
export function reportLeasequery(subject: Subject): LeasequeryReport | string {
  const settings = subject.configuration().leasequery;
  if (settings === undefined) return 'nobody may ask which leases there are: there is no "leasequery" in the provisioning file';
  const { answered, refused } = subject.appliance.counters.leasequery;
  const tcp = subject.leasequeryTcp();
  return {
    requestors: settings.requestors.map((source) => (source.length === 128 ? formatAddress(source.address) : formatPrefix(source))),
    udp: { answered, refused: Object.fromEntries([...refused].map(([code, count]) => [leasequeryStatusName(code), count])) },
    tcp: tcp && reportTcp(tcp),
  };
}

function reportTcp({ port, isSecure, isListening, connectionsMax, connections }: LeasequeryTcpView): LeasequeryReport['tcp'] {
  return {
    port,
    security: isSecure ? 'tls' : 'insecure',
    listening: isListening,
    connectionsMax,
    connections: connections.map(({ requestor, port: from, state, forSeconds, told, behind }) => ({ requestor, port: from, state, since: forSeconds, clients: told, behind })),
  };
}

/**
 * What the box has to do with other hosts than clients and partners, as far as the provisioning file says so: metrics on the management
 * address, its log on another host, who is asked for the time, and who may ask for leases by TCP.
 */
import type { ApplianceConfiguration } from '../config/index.ts';
import { createMetricsServer, createRemoteLog, subjectMetrics } from '../control/index.ts';
import type { Alarms, EventLog, MetricsServer, RemoteLog, Subject } from '../control/index.ts';
import type { Stamps } from '../time/index.ts';
import { formatAddress, isLinkLocal } from '../wire/index.ts';
import { keepLeasequery } from './leasequery.ts';
import type { KeptLeasequery } from './leasequery.ts';
import { writeTimeServers } from './time-servers.ts';

type LogLine = Parameters<RemoteLog['send']>[0];

export interface Outlets {
  readonly leasequery: Pick<KeptLeasequery, 'view' | 'useIdentity'>;
  configure(appliance: ApplianceConfiguration, log: EventLog): Promise<void>;
  /** From now on there is something to measure. */
  show(subject: Subject): void;
  send(line: LogLine): void;
  close(): void;
}

const SYSLOG = 'syslog';

/** @param directory of what the running daemon has for other programs @param stateDirectory where its key is */
export function createOutlets(applianceName: string, alarms: Alarms, { isTrusted }: Pick<Stamps, 'isTrusted'>, directory: string, stateDirectory: string): Outlets {
  const leasequery = keepLeasequery(stateDirectory, alarms);
  let metrics: MetricsServer | undefined;
  let configured: ApplianceConfiguration | undefined;
  const remote = createRemoteLog({
    appliance: applianceName,
    isTimeTrusted: isTrusted,
    onTrouble(reason) {
      if (reason === undefined) alarms.clear(SYSLOG);
      else alarms.raise(SYSLOG, `the log of this box can't be sent to the other host (${reason})`, { severity: 'warning', advice: 'Look after the way there; what is not sent stands in "show log".' });
    },
  });
  const configureMetrics = (): void => {
    const { management, metricsPort } = configured ?? {};
    metrics?.configure(management === undefined || metricsPort === undefined ? undefined : { host: hostOf(management), port: metricsPort });
  };
  return {
    leasequery,
    async configure(appliance, log) {
      configured = appliance;
      const { syslog, ntpServers } = appliance;
      const trouble = writeTimeServers(directory, ntpServers);
      if (trouble !== undefined) log.add('warning', trouble);
      remote.configure(syslog && { host: formatAddress(syslog.server), port: syslog.port });
      configureMetrics();
      await leasequery.configure(appliance, log);
    },
    show(shown) {
      metrics = createMetricsServer(() => subjectMetrics(shown), (severity, line) => shown.log.add(severity, line));
      configureMetrics();
      leasequery.show(shown);
    },
    send: (line) => remote.send(line),
    close() {
      leasequery.close();
      metrics?.close();
      remote.close();
    },
  };
}

/** A link-local address means nothing without its zone (RFC 4007 section 11). */
function hostOf({ address: { address }, interface: name }: NonNullable<ApplianceConfiguration['management']>): string {
  return isLinkLocal(address) ? `${formatAddress(address)}%${name}` : formatAddress(address);
}

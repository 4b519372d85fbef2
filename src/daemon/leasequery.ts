/** Leasequery over TCP: by what this box is known to requestors, who of them may come, and what the core says to them. */
import { join } from 'node:path';
import type { ApplianceConfiguration } from '../config/index.ts';
import type { Alarms, EventLog, LeasequeryTcpView, Subject } from '../control/index.ts';
import type { BoxIdentity } from '../identity/index.ts';
import { createLeasequeryServer } from '../net/index.ts';
import type { LeasequeryServer } from '../net/index.ts';

export interface KeptLeasequery {
  configure(appliance: Pick<ApplianceConfiguration, 'name' | 'identity' | 'leasequeryTcp'>, log: EventLog): Promise<void>;
  /** This box has another key and certificate. */
  useIdentity(identity: BoxIdentity): void;
  /** From now on there is somebody to ask. */
  show(subject: Pick<Subject, 'appliance' | 'stamps' | 'log'>): void;
  view(): LeasequeryTcpView | undefined;
  close(): void;
}

type Tcp = NonNullable<ApplianceConfiguration['leasequeryTcp']>;

const ALARM = 'leasequery';
/** ACTIVE_LQ_IDLE_TIMEOUT and ACTIVE_LQ_SEND_TIMEOUT (RFC 7653 section 6.4). */
const ACTIVE_TIMES = { activeIdleMs: 60_000, activeSendMs: 120_000 };

export function keepLeasequery(stateDirectory: string, alarms: Alarms): KeptLeasequery {
  let wanted: { readonly tcp: Tcp; readonly identity: BoxIdentity | undefined } | undefined;
  let server: LeasequeryServer | undefined;

  const apply = (): void => {
    server?.configure(
      wanted && {
        port: wanted.tcp.port,
        identity: wanted.identity,
        requestors: wanted.tcp.requestors.map(({ source, certificate }) => ({ ...source, certificate })),
        connectionsMax: wanted.tcp.connections,
        times: { ...ACTIVE_TIMES, timeoutMs: wanted.tcp.timeout * 1_000 },
      },
    );
  };

  const identityOf = async ({ name, identity }: Pick<ApplianceConfiguration, 'name' | 'identity'>, log: EventLog): Promise<BoxIdentity | { readonly error: string }> => {
    const { openOwnIdentity, readBoxIdentity } = await import('../identity/index.ts');
    return identity === undefined ? await openOwnIdentity(join(stateDirectory, 'pairing'), name, () => log.add('info', 'making a key for this box; that may take a while')) : await readBoxIdentity(identity);
  };

  return {
    async configure(appliance, log) {
      const tcp = appliance.leasequeryTcp;
      const identity = tcp?.isSecure === true ? await identityOf(appliance, log) : undefined;
      if (identity !== undefined && 'error' in identity) {
        wanted = undefined;
        alarms.raise(ALARM, `leasequery by TCP is off: ${identity.error}`, { severity: 'warning', advice: 'Mend that, then "twinlease reload".' });
      } else {
        wanted = tcp && { tcp, identity };
        alarms.clear(ALARM);
      }
      apply();
    },
    useIdentity(identity) {
      if (wanted?.identity === undefined) return;
      wanted = { ...wanted, identity };
      apply();
    },
    show({ appliance, stamps, log }) {
      server = createLeasequeryServer({
        begin: (frame, onChange) => appliance.leasequery.begin(frame, stamps.epoch(), onChange),
        now: stamps.epoch,
        report: (severity, text) => log.add(severity, text),
      });
      apply();
    },
    view: () =>
      wanted &&
      server && {
        port: wanted.tcp.port,
        isSecure: wanted.tcp.isSecure,
        isListening: server.isListening(),
        connectionsMax: wanted.tcp.connections,
        connections: server.connections(),
        counters: server.counters,
      },
    close: () => server?.close(),
  };
}

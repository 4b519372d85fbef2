/** Leasequery over TCP: by what this box is known to requestors, who of them may come, and what the core says to them. */
import { join } from 'node:path';
import type { ApplianceConfiguration } from '../config/index.ts';
import type { Alarms, EventLog, LeasequeryTcpView, Subject } from '../control/index.ts';
import type { BoxIdentity } from '../identity/index.ts';
import { createLeasequeryServer } from '../net/index.ts';
import type { LeasequeryServer } from '../net/index.ts';

type LeasequeryOf = Pick<ApplianceConfiguration, 'name' | 'identity' | 'leasequeryTcp'>;

export interface KeptLeasequery {
  /** From now on so; done when it is so. Before there is somebody to ask nothing is done, and no start waits for the key of this box. */
  configure(appliance: LeasequeryOf, log: EventLog): Promise<void>;
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
  /** What the file says. */
  let configured: { readonly appliance: LeasequeryOf; readonly log: EventLog } | undefined;
  /** One after another, so that what was said last counts. */
  let last = Promise.resolve();

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

  const identityOf = async ({ name, identity }: LeasequeryOf, log: EventLog): Promise<BoxIdentity | { readonly error: string }> => {
    const { openOwnIdentity, readBoxIdentity } = await import('../identity/index.ts');
    return identity === undefined ? await openOwnIdentity(join(stateDirectory, 'pairing'), name, () => log.add('info', 'making a key for this box; that may take a while')) : await readBoxIdentity(identity);
  };

  const use = async ({ appliance, log }: NonNullable<typeof configured>): Promise<void> => {
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
  };

  const then = (work: () => void | Promise<void>): void => {
    last = last.then(work);
  };

  return {
    async configure(appliance, log) {
      const next = (configured = { appliance, log });
      if (server === undefined) return;
      then(async () => await use(next));
      await last;
    },
    useIdentity(identity) {
      then(() => {
        if (wanted?.identity === undefined) return;
        wanted = { ...wanted, identity };
        apply();
      });
    },
    show({ appliance, stamps, log }) {
      server = createLeasequeryServer({
        begin: (frame, onChange) => appliance.leasequery.begin(frame, stamps.epoch(), onChange),
        now: stamps.epoch,
        report: (severity, text) => log.add(severity, text),
      });
      const first = configured;
      // A key that is still to be made takes seconds: clients are served meanwhile.
      if (first !== undefined) then(async () => await use(first));
    },
    view: () =>
      wanted &&
      server && {
        port: wanted.tcp.port,
        isSecure: wanted.tcp.isSecure,
        isListening: server.isListening(),
        connectionsMax: wanted.tcp.connections,
        connections: server.connections(),
        counters: server.counters(),
      },
    close() {
      server?.close();
      server = undefined;
    },
  };
}

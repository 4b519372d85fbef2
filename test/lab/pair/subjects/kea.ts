import { mkdirSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { boxPlaces, port, router, subnets, type BoxName } from '../place.ts';
import { subnetsOf, type BoxPlan, type Subject } from './subject.ts';

/**
 * kea-dhcp6 with its HA hook in hot-standby, as Debian packages both, tuned to notice a dead partner as fast as it can without
 * mistaking a slow one for it: a heartbeat each half second, a partner that was silent for a second is gone, and the standby does not
 * wait for clients that get no answer (max-unacked-clients 0: the manual's setting for the fastest takeover). The hook's
 * own listener needs multi-threading. What the manual recommends for speed otherwise is set, too: no look-ups of reservations.
 */
function configuration(plan: BoxPlan): object {
  const { name, disk, runtime, lifetimes, edition } = plan;
  const peer = (box: BoxName): object => ({
    name: box,
    url: `http://[${boxPlaces[box].onManagement}]:8647/`,
    role: box === 'east' ? 'primary' : 'standby',
    'auto-failover': true,
  });
  const hooks = '/usr/lib/x86_64-linux-gnu/kea/hooks';
  return {
    Dhcp6: {
      'interfaces-config': { interfaces: [port.lan, `${port.transit}/${boxPlaces[name].onTransit}`] },
      'lease-database': { type: 'memfile', persist: true, name: `${disk}/leases.csv` },
      'server-id': { type: 'EN', 'enterprise-id': 32473, identifier: name === 'east' ? 'E0' : 'F0', persist: false },
      'control-socket': { 'socket-type': 'unix', 'socket-name': controlSocket(runtime) },
      'multi-threading': { 'enable-multi-threading': true, 'thread-pool-size': 1 },
      'preferred-lifetime': lifetimes.preferred,
      'valid-lifetime': lifetimes.valid,
      'renew-timer': lifetimes.t1,
      'rebind-timer': lifetimes.t2,
      'host-reservation-identifiers': ['duid'],
      'reservations-global': false,
      'reservations-in-subnet': false,
      'option-data': [{ name: 'dns-servers', data: `2001:db8::${edition}` }],
      subnet6: subnetsOf(plan, subnets).map((subnet, i) => ({
        id: i + 1,
        subnet: subnet.prefix,
        ...(subnet.name === 'remote' ? { relay: { 'ip-addresses': [router.onRemote] } } : { interface: port.lan }),
        pools: [{ pool: `${subnet.addresses.first} - ${subnet.addresses.last}` }],
        'pd-pools': [{ prefix: subnet.delegated.split('/')[0], 'prefix-len': 44, 'delegated-len': 56 }],
      })),
      'hooks-libraries': [
        { library: `${hooks}/libdhcp_lease_cmds.so` },
        {
          library: `${hooks}/libdhcp_ha.so`,
          parameters: {
            'high-availability': [
              {
                'this-server-name': name,
                mode: 'hot-standby',
                'heartbeat-delay': 500,
                'max-response-delay': 1_000,
                'max-ack-delay': 1_000,
                'max-unacked-clients': 0,
                'send-lease-updates': true,
                'sync-leases': true,
                'multi-threading': {
                  'enable-multi-threading': true, 'http-dedicated-listener': true, 'http-listener-threads': 1, 'http-client-threads': 1,
                },
                peers: [peer('east'), peer('west')],
              },
            ],
          },
        },
      ],
      loggers: [{ name: 'kea-dhcp6', severity: 'INFO', output_options: [{ output: 'stderr' }] }],
    },
  };
}

function controlSocket(runtime: string): string {
  return `${runtime}/kea.sock`;
}

interface HaStatus {
  readonly state: string;
  readonly partner: string;
}

export const kea: Subject = {
  name: 'kea',
  serving: /DHCP6_STARTED/,
  routes: false,
  hasOwnClock: false,
  losesPower: () => undefined,
  servesSeveralPrimaries: false,
  furnish: () => Promise.resolve(),
  prepare(plan) {
    mkdirSync(plan.runtime, { recursive: true });
    const file = `${plan.runtime}/kea.json`;
    writeFileSync(file, JSON.stringify(configuration(plan), undefined, 2));
    return {
      command: ['kea-dhcp6', '-c', file],
      environment: { KEA_PIDFILE_DIR: plan.runtime, KEA_LOCKFILE_DIR: plan.runtime },
    };
  },
  async isPaired(plan) {
    const { state, partner } = await status(plan);
    return state === 'hot-standby' && partner === 'hot-standby';
  },
  async state(plan) {
    const { state, partner } = await status(plan);
    return `${state} (sees ${partner})`;
  },
  async leases(plan) {
    const { arguments: found } = (await ask(plan, 'lease6-get-all')) as { arguments?: { leases: readonly KeaLease[] } };
    const now = Date.now() / 1_000;
    return (found?.leases ?? [])
      .filter(({ state }) => state === 0)
      .map((lease) => ({ name: `${lease['ip-address']} ${lease.duid}`, left: lease.cltt + lease['valid-lft'] - now }))
      .filter(({ left }) => left > 0);
  },
};

interface KeaLease {
  readonly 'ip-address': string;
  readonly duid: string;
  readonly state: number;
  readonly cltt: number;
  readonly 'valid-lft': number;
}

async function status(plan: BoxPlan): Promise<HaStatus> {
  const answer = (await ask(plan, 'status-get')) as {
    arguments?: { 'high-availability'?: readonly { 'ha-servers': { local: { state: string }; remote: { 'last-state'?: string } } }[] };
  };
  const servers = answer.arguments?.['high-availability']?.[0]?.['ha-servers'];
  return { state: servers?.local.state ?? 'unknown', partner: servers?.remote['last-state'] ?? 'unknown' };
}

/** Over its control socket: one command, one answer, then it closes. */
function ask({ runtime }: BoxPlan, command: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = createConnection(controlSocket(runtime), () => socket.write(JSON.stringify({ command })));
    socket.setTimeout(3_000, () => socket.destroy(new Error(`kea does not answer ${command}`)));
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.once('error', reject);
    socket.once('close', () => {
      try {
        resolve(JSON.parse(text));
      } catch {
        reject(new Error(`kea answers ${command} with '${text}'`));
      }
    });
  });
}

/** What the control socket shows and steers, for tests: a real appliance with some leases, and no sockets. */
import { createAlarms, createEventLog } from '../../../src/control/index.ts';
import type { Subject } from '../../../src/control/index.ts';
import { createEventLoop } from '../../../src/daemon/event-loop.ts';
import { createClientPorts } from '../../../src/net/index.ts';
import type { ClientPorts, InterfaceState } from '../../../src/net/index.ts';
import { MessageType, epochSeconds, monotonicMs } from '../../../src/wire/index.ts';
import type { EpochSeconds } from '../../../src/wire/index.ts';
import { PROVISIONING, SERVER_ID, configuration, createBox } from '../../conformance/server/box.ts';
import type { Box, BoxOptions } from '../../conformance/server/box.ts';
import { CLIENT, OTHER_CLIENT, iaNa, iaPd, message, read } from '../../conformance/server/client.ts';
import { stampsAt } from './stamps-at.ts';

export interface RunningBox {
  readonly box: Box;
  readonly subject: Subject;
  /** Everything that was logged, as it goes to the sink. */
  readonly logged: readonly string[];
  /** What was asked of it: `accept`, `reload`, `stop`. */
  readonly asked: readonly string[];
  close(): void;
}

export const STARTED = new Date('2026-01-31T12:00:00Z');

/** @param options `systemShows`: what the system's clock shows all the time, in seconds since 1970 */
export function runBox(options: BoxOptions & { readonly changes?: Partial<Subject>; readonly systemShows?: number } = {}): RunningBox {
  const box = createBox(options);
  const shown = (): EpochSeconds => epochSeconds(options.systemShows ?? box.now);
  const { system } = box.appliance.clock;
  const logged: string[] = [];
  const asked: string[] = [];
  const log = createEventLog(stampsAt(STARTED), (line) => logged.push(line));
  const loop = createEventLoop(box.appliance, {
    time: { read: () => ({ epoch: shown(), monotonic: monotonicMs(0) }), status: () => system },
    send: () => undefined,
    commit: () => Promise.resolve({ kind: 'committed' }),
    setDatabaseAside: () => undefined,
    partners: undefined,
    alarm: () => undefined,
    log: () => undefined,
    fail: (error) => {
      throw error;
    },
  });
  const ports: ClientPorts = createClientPorts({
    receiveBufferBytes: 65_536,
    onBatch: () => undefined,
    onDrained: () => undefined,
    onReport: () => undefined,
  });
  return {
    box,
    logged,
    asked,
    subject: {
      appliance: box.appliance,
      applianceName: 'box',
      version: '1.2.3',
      startedAt: monotonicMs(STARTED.getTime()),
      stamps: stampsAt(STARTED),
      systemClock: () => ({ now: shown(), maxError: undefined }),
      serverId: SERVER_ID,
      ports,
      interfaces: { interfaces: new Map([['eth1', interfaceState({})]]), close: () => undefined },
      alarms: createAlarms(stampsAt(STARTED)),
      log,
      configuration: () => configuration(options.provisioning ?? PROVISIONING),
      relationships: [],
      failoverCommand: (relationship, command) => loop.failoverCommand(relationship, command),
      configurationText: () => 'version: 1\n',
      storage: () => ({ directory: '/var/lib/twinlease', generation: '00ff', revision: 7 }),
      dnsSender: { sent: 4, disbelieved: 1 },
      dnsServers: () => [],
      leasequeryTcp: () => undefined,
      partnerConnections: () => ({}),
      leaseCommand: (command) => loop.leaseCommand(command),
      clockCommand: (time) => loop.clockCommand(time),
      pairings: () => [],
      pairingCommand: () => Promise.resolve(undefined),
      certificateRotation: () => Promise.resolve(undefined),
      acceptStorage() {
        asked.push('accept');
        return Promise.resolve(undefined);
      },
      reload() {
        asked.push('reload');
        return Promise.resolve('test.yaml:3:1: a tab');
      },
      stop() {
        asked.push('stop');
      },
      provisioningFile: '/etc/twinlease.yaml',
      tryFile: () => Promise.resolve(undefined),
      confirmCommit: () => Promise.resolve(undefined),
      commitOnBoth: () => Promise.resolve('this box has no partner'),
      abandonCommit: () => Promise.resolve(undefined),
      undecidedCommit: () => undefined,
      failoverHistory: () => [],
      load: () => ({ everySeconds: 10, received: [], pools: [] }),
      undoneIn: () => undefined,
      isUndoneShared: () => false,
      planPairUpdate: () => Promise.resolve('this box has no partner'),
      beginPairUpdate: () => Promise.resolve(undefined),
      stopPairUpdate: () => Promise.resolve(undefined),
      pairUpdate: () => undefined,
      ...options.changes,
    },
    close() {
      ports.close();
      void loop.stop(0);
    },
  };
}

export function interfaceState(changes: Partial<InterfaceState>): InterfaceState {
  return {
    name: 'eth1',
    ifindex: 2,
    enabled: true,
    carrier: true,
    operState: 'UP',
    mac: '02:00:00:00:00:01',
    linkLocal: { address: 'fe80::1', prefixLength: 64, state: 'ready' },
    globalAddresses: [],
    ...changes,
  };
}

/** Gives a client an address and a prefix, and another client an address; returns the names in the order of the table. */
export function giveLeases(box: Box): readonly string[] {
  const first = read(box.exchange(message(MessageType.REQUEST, [iaNa(1), iaPd(2)], { client: CLIENT })));
  const second = read(box.exchange(message(MessageType.REQUEST, [iaNa(1)], { client: OTHER_CLIENT })));
  const [address = '', prefix = '', other = ''] = [...first.ias, ...second.ias].map(({ leases }) => leases[0]?.name ?? '');
  return [...[address, other].sort(), prefix];
}

/** One of two boxes as the control socket sees it. */
import { createAlarms, createEventLog } from '../../../src/control/index.ts';
import type { Subject } from '../../../src/control/index.ts';
import { createClientPorts } from '../../../src/net/index.ts';
import { epochSeconds, monotonicMs } from '../../../src/wire/index.ts';
import type { PairedBox } from './pair.ts';
import { STARTED } from './running-box.ts';
import { stampsAt } from './stamps-at.ts';

export function subjectOf(box: PairedBox): Subject {
  const { appliance, configuration, relationships, serverId } = box;
  return {
    appliance,
    applianceName: 'box',
    version: '1.2.3',
    startedAt: monotonicMs(STARTED.getTime()),
    stamps: stampsAt(STARTED),
    systemClock: () => ({ now: epochSeconds(STARTED.getTime() / 1_000), maxError: undefined }),
    serverId,
    ports: createClientPorts({ receiveBufferBytes: 65_536, onBatch: () => undefined, onDrained: () => undefined, onReport: () => undefined }),
    interfaces: { interfaces: new Map(), close: () => undefined },
    alarms: createAlarms(stampsAt(STARTED)),
    log: createEventLog(stampsAt(STARTED), () => undefined),
    configuration: () => configuration,
    configurationText: () => '',
    relationships,
    storage: () => ({ directory: '/', generation: '', revision: 1 }),
    dnsSender: { sent: 4, disbelieved: 1 },
    dnsServers: () => [],
    leasequeryTcp: () => undefined,
    partnerConnections: () => ({ stranger: 3, wrongCertificate: 1 }),
    leaseCommand: () => Promise.resolve(undefined),
    failoverCommand: (_, action) => Promise.resolve(box.command(action)),
    clockCommand: () => Promise.resolve(undefined),
    pairings: () => [],
    pairingCommand: () => Promise.resolve(undefined),
    certificateRotation: () => Promise.resolve(undefined),
    acceptStorage: () => Promise.resolve(undefined),
    reload: () => Promise.resolve(undefined),
    stop: () => undefined,
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
  };
}

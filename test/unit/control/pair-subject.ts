/** One of two boxes as the control socket sees it. */
import { createAlarms, createEventLog } from '../../../src/control/index.ts';
import type { Subject } from '../../../src/control/index.ts';
import { createClientPorts } from '../../../src/net/index.ts';
import type { PairedBox } from './pair.ts';
import { STARTED } from './running-box.ts';

export function subjectOf(box: PairedBox): Subject {
  const { appliance, configuration, relationships, serverId } = box;
  return {
    appliance,
    applianceName: 'box',
    version: '1.2.3',
    startedAt: STARTED,
    serverId,
    ports: createClientPorts({ receiveBufferBytes: 65_536, onBatch: () => undefined, onDrained: () => undefined, onReport: () => undefined }),
    interfaces: { interfaces: new Map(), close: () => undefined },
    alarms: createAlarms(() => STARTED),
    log: createEventLog(() => STARTED, () => undefined),
    configuration: () => configuration,
    configurationText: () => '',
    relationships,
    storage: () => ({ directory: '/', generation: '', revision: 1 }),
    partnerConnections: () => ({ stranger: 3, wrongCertificate: 1 }),
    leaseCommand: () => Promise.resolve(undefined),
    failoverCommand: (_, action) => Promise.resolve(box.command(action)),
    pairings: () => [],
    pairingCommand: () => Promise.resolve(undefined),
    certificateRotation: () => Promise.resolve(undefined),
    acceptStorage: () => Promise.resolve(undefined),
    reload: () => Promise.resolve(undefined),
    stop: () => undefined,
    provisioningFile: '/etc/twinlease.yaml',
    tryFile: () => Promise.resolve(undefined),
    confirmCommit: () => Promise.resolve(undefined),
    undoneIn: () => undefined,
  };
}

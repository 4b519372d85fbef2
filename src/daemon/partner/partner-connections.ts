/**
 * What ties the box to its partners: the connections to their daemons, echoes of their kernels, and beacons and probes on the links that
 * both are on.
 */
import type { Alarms } from '../../control/index.ts';
import { createBeaconKeys } from './beacon-keys.ts';
import { createFormerPartnerAlarms } from './former-partner-alarms.ts';
import type { LoadedConfiguration } from '../configuration/loaded-configuration.ts';
import type { Event } from '../../appliance/index.ts';
import type { FailoverEvent } from '../../failover/index.ts';
import type { PartnerWorld } from '../event-loop.ts';
import { createBeaconPorts, createPartnerHosts, createPartnerLinks, createProbePorts } from '../../net/index.ts';
import type { InterfaceChange, InterfaceWatcher, PartnerLinks } from '../../net/index.ts';
import type { Partners } from './partner-certificates.ts';
import type { EpochSeconds } from '../../wire/index.ts';

/** The purpose of the secret that the key for beacons is (RFC 8446 section 7.5). */
const BEACON_LABEL = 'EXPERIMENTAL twinlease beacon';

export interface PartnerConnections {
  readonly links: PartnerLinks;
  readonly world: PartnerWorld;
  /** Listens, and watches the partners' hosts; nothing where there is no partner. @returns whether there is one */
  open(configuration: LoadedConfiguration, partners: Partners): boolean;
  follow(changes: readonly InterfaceChange[], interfaces: InterfaceWatcher['interfaces']): void;
  /** Resolves when the last words are sent, or could not be. */
  close(): Promise<void>;
}

export interface PartnerConnectionsOptions {
  readonly dispatch: (event: Event) => void;
  readonly onReport: (severity: 'info' | 'warning', text: string) => void;
  /** What messages are stamped with, and when they were received: that of the appliance (RFC 8156 section 5.2, R-ST2). */
  readonly clock: () => EpochSeconds;
  readonly stateDirectory: string;
  readonly alarms: Alarms;
}

export function createPartnerConnections({ dispatch, onReport, clock, stateDirectory, alarms }: PartnerConnectionsOptions): PartnerConnections {
  const onEvent = (event: FailoverEvent): void => dispatch({ kind: 'failover', event });
  let known: Partners['relationships'] = [];
  const formerPartners = createFormerPartnerAlarms(alarms, (relationship) => known.find(({ name }) => name === relationship)?.partnerName ?? 'the partner');
  const links = createPartnerLinks({ onEvent, onReport, onFormerPartner: (relationship) => formerPartners.noticed(relationship), clock });
  const hosts = createPartnerHosts({ onEvent, onReport });
  const beacons = createBeaconPorts({
    onBeacon: (beacon, interfaceName, source) => dispatch({ kind: 'beacon', interfaceName, source, beacon }),
    onReport,
    monotonicMs: () => performance.now(),
  });
  const probes = createProbePorts({
    onAnswer: (interfaceName, source, bytes) => dispatch({ kind: 'probeAnswered', interfaceName, source, bytes }),
    onFailed: (interfaceName) => dispatch({ kind: 'probeFailed', interfaceName }),
  });
  const beaconKeys = createBeaconKeys(stateDirectory, beacons, onReport);
  return {
    links,
    world: {
      send: (connection, message) => links.send(connection, message),
      dial: (relationship) => links.dial(relationship),
      close: (connection) => links.close(connection),
      sendBeacon: (interfaceName, beacon) => beacons.send(interfaceName, beacon),
      sendProbe: (interfaceName, bytes) => probes.send(interfaceName, bytes),
      useBeaconKey(relationship, connection) {
        const key = links.secretOf(connection, BEACON_LABEL);
        if (key !== undefined) beaconKeys.use(relationship, known.find(({ name }) => name === relationship)?.partnerCertificate, key);
      },
    },
    open({ appliance: { management, server } }, { identity, relationships, pairings }) {
      if (management === undefined || relationships.length === 0) return false;
      known = relationships;
      const port = { interfaceName: management.interface, address: management.address.address };
      links.configure({ management: port, identity, relationships, pairings });
      const interfaces = server.links.flatMap((link) => (link.relationship === undefined ? [] : link.interfaces));
      beacons.configure([...interfaces, management.interface], relationships);
      for (const { name, insecure, partnerCertificate } of relationships) {
        if (!insecure && partnerCertificate !== undefined) beaconKeys.resume(name, partnerCertificate);
      }
      hosts.configure(port, relationships.map(({ name, partnerAddress }) => ({ relationship: name, address: partnerAddress })));
      for (const { name } of relationships) hosts.ask(name);
      return true;
    },
    follow(changes, interfaces) {
      links.follow(interfaces);
      hosts.follow(interfaces);
      beacons.follow(changes, interfaces);
      probes.follow(interfaces);
    },
    async close() {
      formerPartners.close();
      await links.stop();
      hosts.close();
      beacons.close();
      probes.close();
      await beaconKeys.settled();
    },
  };
}

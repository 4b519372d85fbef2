/** Two real appliances with a LAN each and a connection between them, all of it in the test's hands. */
import assert from 'node:assert/strict';
import { createAppliance } from '../../../src/appliance/index.ts';
import type { Appliance, ApplianceParameters, Event, RouterStanding } from '../../../src/appliance/index.ts';
import type { InterfaceSignals } from '../../../src/health/index.ts';
import { LeaseTable } from '../../../src/lease/index.ts';
import type { Binding } from '../../../src/lease/index.ts';
import type { ServerConfiguration } from '../../../src/server/index.ts';
import {
  ExtensionCode,
  FailoverMessageType,
  decodeFailoverMessage,
  decodeMessage,
  encodeFailoverMessage,
  encodeMessage,
  epochSeconds,
  extensionsOf,
  formatAddress,
  monotonicMs,
  sameBytes,
} from '../../../src/wire/index.ts';
import type { Duid, EpochSeconds, FailoverMessage, LinkHealth, Now, PlainMessage, PlainRelayMessage, RelayAcknowledgement, RelayedOctets, VendorSuboption } from '../../../src/wire/index.ts';
import { createTwoEnds, resolved } from '../../appliances/two-ends.ts';
import type { End, EndName } from '../../appliances/two-ends.ts';
import { CLIENT_ADDRESS, address, duid } from '../server/box.ts';
import type { Delivery, Sent } from '../server/box.ts';
import { reconfigureStart } from '../../unit/appliance/reconfigure-start.ts';
import { rightClock } from '../../unit/appliance/right-clock.ts';

function provisioning(relaying: string): string {
  return `
version: 1
appliances:
  east: { management: { interface: eth0, address: fd00::1/64 }, links: { lan: [eth1], wlan: [eth2] }, relay-interfaces: [uplink] }
  west: { management: { interface: eth0, address: fd00::2/64 }, links: { lan: [eth1], wlan: [eth2] }, relay-interfaces: [uplink] }
relationships:
  east-west: { primary: east, secondary: west, insecure: true, mclt: 100s, links: [lan, branch], relaying: ${relaying} }
lifetimes: { preferred: 1000s, valid: 2000s }
links:
  lan:
    prefixes: [2001:db8:1::/64]
    address-pools: [ { range: "2001:db8:1::100 - 2001:db8:1::1fff" } ]
    prefix-pools: [ { prefix: 2001:db8:100::/48, delegated-length: 56 } ]
  wlan:
    prefixes: [2001:db8:3::/64]
    address-pools: [ { range: "2001:db8:3::100 - 2001:db8:3::1ff", failover: false } ]
  branch:
    prefixes: [2001:db8:2::/64]
    address-pools: [ { range: "2001:db8:2::100 - 2001:db8:2::1ff" } ]
`;
}

export interface Box {
  readonly name: 'east' | 'west';
  readonly appliance: Appliance;
  readonly serverId: Duid;
  readonly log: string[];
  /** Of commands, undefined for those that were done. */
  readonly refusals: (string | undefined)[];
  /** Those that are raised, by what they are called. */
  readonly alarms: Map<string, string>;
  /** What it is to hosts, by link. */
  readonly standings: readonly RouterStanding[];
  /** What it sent to clients and relay agents since the last look. */
  takeSent(): readonly Sent[];
  /** What it asked on its LAN as a client since the last look. */
  takeAsked(): readonly Uint8Array[];
  /** What it said to its partner since the last look. */
  takeSaid(): readonly FailoverMessage[];
  /** Something arrives on its LAN, from the client unless the test says otherwise. */
  receive(message: PlainMessage | PlainRelayMessage | Uint8Array, delivery?: Delivery): void;
  dispatch(event: Event): void;
  /** What the kernel says of its port on the link `lan`. */
  kernelSays(changes: Partial<InterfaceSignals>): void;
}

export interface Boxes {
  /** The primary, which answers clients. */
  readonly east: Box;
  /** The secondary, which hears them. */
  readonly west: Box;
  readonly connected: boolean;
  /** Both read the provisioning file again, which is edited so. */
  load(edited: (provisioning: string) => string): void;
  /** By which a box knows the connection. */
  connectionOf(box: EndName): number;
  /** What happens to what the one says to the other; it passes unless the test says otherwise. `hold`: until it passes again. */
  between: (from: Box, message: FailoverMessage) => 'passes' | 'gets lost' | 'waits';
  /** How commits end. */
  disk: 'writes' | 'hangs' | 'is full';
  /** What a failed commit finds on the disk: nothing, unless the test says otherwise. */
  found: readonly Binding[];
  readonly epoch: EpochSeconds;
  advance(seconds: number): void;
  /** Time passes, and this box does nothing. */
  stall(box: 'east' | 'west', seconds: number): void;
  /** What happens to the beacons that the one sends on the LAN, and to what it asks there and answers; it passes unless the test says otherwise. */
  onLan: (from: Box) => 'passes' | 'gets lost';
  /** What a switch does to what the one answers there to the other. */
  answersOnLan: (from: Box) => 'passes' | 'is dropped';
  /** What happens to what the one sends to the other by UDP on the management link (R-LH8). */
  onManagement: (from: Box, bytes: Uint8Array) => 'passes' | 'gets lost';
  /** What waited arrives. */
  release(): void;
}

export interface Setting {
  /** What the provisioning file of both has otherwise. */
  readonly edited?: (provisioning: string, box: EndName) => string;
  /** By box, `relaying` in the provisioning file; true. */
  readonly relaying?: { readonly east: boolean; readonly west: boolean };
  /** By box, whether it sends beacons; false. They need a secure connection, which both then have. */
  readonly beacons?: { readonly east: boolean; readonly west: boolean };
}

interface Side extends Box, End {
  standings: readonly RouterStanding[];
  readonly name: EndName;
  sent: Sent[];
  asked: Uint8Array[];
  said: FailoverMessage[];
}

const START = 1_800_000_000;
const KEY = { k0: 3, k1: 4 };
const PORT: InterfaceSignals = { name: 'eth1', exists: true, isEnabled: true, hasCarrier: true, address: 'ready', isOpen: true };
export const EAST_ID = duid('00:03:00:01:ea');
export const WEST_ID = duid('00:03:00:01:ee');

/** Both have met and are in NORMAL. */
export function createBoxes({ relaying = { east: true, west: true }, beacons, edited = (file) => file }: Setting = {}): Boxes {
  const certificate = beacons === undefined ? undefined : 'c0'.repeat(32);
  const waiting: (() => void)[] = [];
  const commits: (() => void)[] = [];
  const now = (): Now => ({ epoch: epochSeconds(START + Math.floor(two.elapsedMs / 1_000)), monotonic: monotonicMs(two.elapsedMs) });

  const two = createTwoEnds<Side>({
    ends: () => [east, west],
    step: (side, event) => side.appliance.step(event, now()),
    certificate,
    carryOut(side, effect) {
      switch (effect.kind) {
        case 'commit': {
          const { revision, bindings } = effect;
          const end = (): void => {
            const found = bindings.map((_, i) => boxes.found[i]);
            two.post(side, boxes.disk === 'is full' ? { kind: 'commitFailed', revision, reason: 'No space left on device', found } : { kind: 'committed', revision });
          };
          if (boxes.disk === 'hangs') commits.push(end);
          else end();
          break;
        }
        case 'log':
          side.log.push(effect.text);
          break;
        case 'sendToPartner':
          say(side, effect.connection, effect.message);
          break;
        case 'send': {
          if (effect.interfaceName === 'eth0') {
            assert.deepEqual([formatAddress(effect.destination), effect.port], [formatAddress(MANAGEMENT_ADDRESS[two.other(side).name]), 547]);
            if (boxes.onManagement(side, effect.bytes) === 'gets lost') break;
            const datagram = { bytes: effect.bytes, interfaceName: 'eth0', source: MANAGEMENT_ADDRESS[side.name], sourcePort: 547, destination: 'unicast' } as const;
            two.post(two.other(side), { kind: 'received', datagram });
            two.post(two.other(side), { kind: 'drained' });
            break;
          }
          if (effect.port === 546 && sameBytes(effect.destination, PORT_ADDRESS[two.other(side).name])) {
            if (boxes.onLan(side) === 'gets lost' || boxes.answersOnLan(side) === 'is dropped') break;
            two.post(two.other(side), { kind: 'probeAnswered', interfaceName: effect.interfaceName, source: PORT_ADDRESS[side.name], bytes: effect.bytes });
            break;
          }
          const message = decodeMessage(effect.bytes);
          assert.ok(message.error === undefined, 'what a box sends is well formed');
          side.sent.push({ ...effect, destination: formatAddress(effect.destination), message });
          break;
        }
        case 'beacon':
          if (boxes.onLan(side) === 'gets lost') break;
          two.post(two.other(side), { kind: 'beacon', interfaceName: effect.interfaceName, source: PORT_ADDRESS[side.name], beacon: effect.beacon });
          break;
        case 'probe': {
          if (boxes.onLan(side) === 'gets lost') break;
          const datagram = { bytes: effect.bytes, interfaceName: effect.interfaceName, source: PORT_ADDRESS[side.name], sourcePort: 546, destination: 'multicast' } as const;
          two.post(two.other(side), { kind: 'received', datagram });
          two.post(two.other(side), { kind: 'drained' });
          side.asked.push(effect.bytes);
          break;
        }
        case 'alarm':
          side.alarms[effect.raised ? 'set' : 'delete'](effect.id, effect.text);
          break;
        case 'routerStandings':
          side.standings = effect.standings;
          break;
        case 'beaconKey':
        case 'route':
        case 'setDatabaseAside':
        case 'partnerCertificate':
        case 'certificateKept':
        case 'partnerCommit':
        case 'partnerUpdate':
        case 'transition':
        case 'dnsUpdate':
        case 'clientsHave':
          break;
        case 'commandDone':
          side.refusals.push(effect.refusal);
          break;
        case 'reserveReplay':
          two.post(side, { kind: 'replayReserved', until: effect.until, failure: undefined });
          break;
      }
    },
  });

  /** As octets, as on the wire. */
  const say = (side: Side, connection: number, message: FailoverMessage): void => {
    side.said.push(message);
    const octets = encodeFailoverMessage(message, now().epoch).slice(2);
    const to = two.other(side);
    const arrive = (): void => {
      if (side.connection !== connection || to.connection === undefined) return;
      const decoded = decodeFailoverMessage(octets, now().epoch);
      assert.ok(decoded.error === undefined, 'what a box says is well formed');
      two.post(to, { kind: 'failover', event: { kind: 'message', connection: to.connection, message: decoded, receivedAt: now().epoch } });
    };
    switch (boxes.between(side, message)) {
      case 'passes':
        arrive();
        break;
      case 'waits':
        waiting.push(arrive);
        break;
      case 'gets lost':
        break;
    }
  };

  const configured = (name: EndName, edit: (file: string, box: EndName) => string): Pick<ApplianceParameters, 'relationships'> & { readonly server: ServerConfiguration } => {
    const { server, relationships } = resolved(edit(provisioning(String(relaying[name])), name), name);
    return {
      server,
      relationships: relationships.map(({ partnerCertificateFile, ...relationship }) => ({
        ...relationship,
        insecure: certificate === undefined,
        partnerCertificate: certificate ?? partnerCertificateFile,
      })),
    };
  };

  const makeSide = (name: EndName): Side => {
    const configuration = configured(name, edited);
    const serverId = name === 'east' ? EAST_ID : WEST_ID;
    const side: Side = {
      name,
      serverId,
      log: [],
      refusals: [],
      alarms: new Map(),
      standings: [],
      wakeAt: Infinity,
      connection: undefined,
      sent: [],
      asked: [],
      said: [],
      appliance: createAppliance({
        configuration: configuration.server,
        serverId,
        allocationSecret: { k0: 1, k1: 2 },
        hashKey: KEY,
        leases: new LeaseTable(KEY, 0),
        lostRecords: 'none',
        firstRevision: 1,
        relationships: configuration.relationships,
        beaconSession: beacons?.[name] === true ? name.charCodeAt(0).toString(16).padStart(16, '0') : undefined,
        endpoints: [],
        database: { generations: [{ id: new Uint8Array(8).fill(name.charCodeAt(0)), start: 0 }], isLost: false },
        clock: rightClock(START),
        reconfigure: reconfigureStart(START),
      }),
      takeSent: () => side.sent.splice(0),
      takeAsked: () => side.asked.splice(0),
      takeSaid: () => side.said.splice(0),
      receive(message, delivery = {}) {
        const bytes = message instanceof Uint8Array ? message : encodeMessage(message);
        const { interfaceName = 'eth1', source = CLIENT_ADDRESS, sourcePort = 546, destination = 'multicast' } = delivery;
        two.dispatch(side, { kind: 'received', datagram: { bytes, interfaceName, source, sourcePort, destination } });
        two.dispatch(side, { kind: 'drained' });
      },
      dispatch: (event) => {
        two.dispatch(side, event);
      },
      kernelSays(changes) {
        two.dispatch(side, { kind: 'interfaces', signals: [{ ...PORT, ...changes }] });
      },
    };
    return side;
  };

  const boxes: Boxes = {
    get east() {
      return east;
    },
    get west() {
      return west;
    },
    get connected() {
      return east.connection !== undefined;
    },
    load(next) {
      for (const side of [east, west]) {
        const { server, relationships } = configured(side.name, next);
        two.dispatch(side, { kind: 'configured', configuration: server, relationships });
      }
    },
    connectionOf(name) {
      const { connection } = name === 'east' ? east : west;
      assert.ok(connection !== undefined, 'the boxes are connected');
      return connection;
    },
    between: () => 'passes',
    onLan: () => 'passes',
    answersOnLan: () => 'passes',
    onManagement: () => 'passes',
    disk: 'writes',
    found: [],
    get epoch() {
      return now().epoch;
    },
    stall(name, seconds) {
      const side = name === 'east' ? east : west;
      const { wakeAt } = side;
      side.wakeAt = Infinity;
      boxes.advance(seconds);
      side.wakeAt = Math.min(wakeAt, side.wakeAt);
    },
    advance: (seconds) => {
      two.advance(seconds);
    },
    release() {
      for (const arrive of waiting.splice(0)) arrive();
      for (const end of commits.splice(0)) end();
      two.settle();
    },
  };
  const east = makeSide('east');
  const west = makeSide('west');
  for (const side of [west, east]) two.dispatch(side, { kind: 'failover', event: { kind: 'start' } });
  boxes.advance(10);
  for (const side of [east, west]) {
    assert.equal(side.appliance.failover.relationships[0]?.communications, 'ok');
    side.takeSaid();
  }
  return boxes;
}

/** Of their ports on the LAN. */
export const PORT_ADDRESS = { east: address('fe80::ea'), west: address('fe80::ee') } as const;
export const MANAGEMENT_ADDRESS = { east: address('fd00::1'), west: address('fd00::2') } as const;

function vendorOf(messages: readonly FailoverMessage[]): readonly VendorSuboption[] {
  return messages.flatMap((message) => (message.type === FailoverMessageType.CONTACT ? message.vendor : []));
}

/** Clients' messages and answers among what a box said. */
export function relayedIn(messages: readonly FailoverMessage[]): readonly RelayedOctets[] {
  return extensionsOf(vendorOf(messages), ExtensionCode.RELAYED_MESSAGE);
}

export function acknowledgementsIn(messages: readonly FailoverMessage[]): readonly RelayAcknowledgement[] {
  return extensionsOf(vendorOf(messages), ExtensionCode.RELAY_ACKNOWLEDGEMENT);
}

export function healthIn(messages: readonly FailoverMessage[]): readonly LinkHealth[] {
  return extensionsOf(vendorOf(messages), ExtensionCode.LINK_HEALTH);
}

/** The Relay-forward or Relay-reply in it. */
export function readRelayed({ message }: RelayedOctets): PlainRelayMessage {
  const decoded = decodeMessage(message);
  assert.ok(decoded.error === undefined && 'hopCount' in decoded, 'what is relayed is a relay message');
  return decoded;
}

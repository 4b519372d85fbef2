// Two real appliances with names in the DNS: a cable between them, a DNS server and stable storage of the test's.

import { createAppliance } from '../../../src/appliance/index.ts';
import type { Appliance, Effect } from '../../../src/appliance/index.ts';
import { nameText } from '../../../src/dns/index.ts';
import type { DnsOutcome, DnsRemovals } from '../../../src/dns/index.ts';
import type { EndpointRecord, FailoverCommand } from '../../../src/failover/index.ts';
import { BindingStatus, LeaseTable, decodeLeaseDns } from '../../../src/lease/index.ts';
import type { Binding } from '../../../src/lease/index.ts';
import { OptionCode, encodeMessage, epochSeconds, formatAddress, monotonicMs } from '../../../src/wire/index.ts';
import type { Duid, Now, PlainMessage, PlainOption } from '../../../src/wire/index.ts';
import { createDnsZones, sha256 } from '../../appliances/dns-zones.ts';
import type { DnsZones } from '../../appliances/dns-zones.ts';
import { createTwoEnds, resolved } from '../../appliances/two-ends.ts';
import type { End, EndName } from '../../appliances/two-ends.ts';
import { rightClock } from '../../unit/appliance/right-clock.ts';
import { CLIENT_ADDRESS, duid } from '../server/box.ts';
import { iaNa, message } from '../server/client.ts';

const FORWARD = 'lan.example.com';
const REVERSE = '1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa';

export function provisioning(naming = '', relationship = 'east-west: { primary: east, secondary: west, insecure: true, mclt: 100s }'): string {
  return `
version: 1
appliances:
  east: { management: { interface: eth0, address: fd00::1/64 }, links: { lan: [eth1] } }
  west: { management: { interface: eth0, address: fd00::2/64 }, links: { lan: [eth1] } }
relationships: { ${relationship} }
lifetimes: { preferred: 1000s, valid: 3600s }
dns-updates:
  zones:
    - { name: ${FORWARD}, servers: [2001:db8::53] }
    - { prefix: 2001:db8:1::/48, servers: [2001:db8::53] }
links:
  lan:
    prefixes: [2001:db8:1::/64]
    address-pools: [ { range: "2001:db8:1::100 - 2001:db8:1::1ff" } ]
    dns-updates: { domain: ${FORWARD}${naming} }
`;
}

export interface NamedBox {
  readonly name: EndName;
  readonly appliance: Appliance;
  readonly alarms: ReadonlyMap<string, string>;
  readonly log: readonly string[];
  /** What clients were sent. */
  readonly sent: readonly Uint8Array[];
  /** Requests to the DNS server. */
  readonly asked: number;
  /** While it is set the DNS server says this to it. */
  answerWith: DnsOutcome | 'nothing' | undefined;
  command(command: FailoverCommand): void;
  receive(message: PlainMessage | Uint8Array): void;
  /** It is gone at once; what it was about to write is lost. */
  crash(): void;
  start(): void;
  /** ACTIVE leases: address, name, and what is known to stand in the DNS. */
  leases(): readonly string[];
}

export interface NamedPair {
  readonly east: NamedBox;
  readonly west: NamedBox;
  readonly zones: DnsZones;
  readonly advance: (seconds: number) => void;
  cut(): void;
  join(): void;
}

const START = 1_800_000_000;
const KEY = { k0: 3, k1: 4 };

interface Side extends NamedBox, End {
  readonly name: EndName;
  appliance: Appliance;
  readonly alarms: Map<string, string>;
  readonly log: string[];
  readonly sent: Uint8Array[];
  asked: number;
  isUp: boolean;
  /** Stable storage. */
  readonly disk: { readonly bindings: Map<string, Binding>; readonly endpoints: Map<string, EndpointRecord>; readonly removals: Map<string, DnsRemovals>; revision: number };
}

/** Both boxes have started, and have not met yet. */
export function createNamedPair(text = provisioning(), textOfWest = text): NamedPair {
  const zones = createDnsZones([FORWARD, REVERSE]);
  let isJoined = true;
  let nextCommand = 1;
  const now = (): Now => ({ epoch: epochSeconds(START + Math.floor(two.elapsedMs / 1_000)), monotonic: monotonicMs(two.elapsedMs) });

  const two = createTwoEnds<Side>({
    ends: () => [east, west],
    step: (side, event) => (side.isUp ? side.appliance.step(event, now()) : []),
    refusal: () => (isJoined && east.isUp && west.isUp ? undefined : 'no way'),
    carryOut(side, effect) {
      switch (effect.kind) {
        case 'commit':
          write(side, effect);
          two.post(side, { kind: 'committed', revision: effect.revision });
          break;
        case 'dnsUpdate': {
          side.asked += 1;
          const { answerWith } = side;
          if (answerWith === 'nothing') break;
          two.post(side, { kind: 'dnsAnswered', id: effect.id, outcome: answerWith ?? { rcode: zones.update(effect.message) } });
          break;
        }
        case 'alarm':
          if (effect.raised) side.alarms.set(effect.id, effect.text);
          else side.alarms.delete(effect.id);
          break;
        case 'log':
          side.log.push(effect.text);
          break;
        case 'send':
          side.sent.push(effect.bytes);
          break;
        case 'sendToPartner': {
          const to = two.other(side);
          if (side.connection !== effect.connection || to.connection === undefined) break;
          two.post(to, { kind: 'failover', event: { kind: 'message', connection: to.connection, message: { ...effect.message, sentTime: now().epoch }, receivedAt: now().epoch } });
          break;
        }
        default:
          break;
      }
    },
  });

  const write = ({ disk }: Side, { bindings, endpoints, removals, revision }: Effect & { kind: 'commit' }): void => {
    for (const binding of bindings) disk.bindings.set(`${formatAddress(binding.address)}/${binding.prefixLength}`, { ...binding, revision });
    for (const endpoint of endpoints) disk.endpoints.set(endpoint.relationship, endpoint);
    for (const removal of removals) {
      if (removal.names.length === 0) disk.removals.delete(formatAddress(removal.address));
      else disk.removals.set(formatAddress(removal.address), removal);
    }
    disk.revision = revision;
  };

  const boot = (name: EndName, disk: Side['disk']): Appliance => {
    const configuration = resolved(name === 'east' ? text : textOfWest, name);
    const leases = new LeaseTable(KEY, 0);
    for (const binding of disk.bindings.values()) leases.put(binding);
    return createAppliance({
      configuration: configuration.server,
      serverId: duid(`00:03:00:01:${name === 'east' ? 'ea' : 'ee'}`),
      allocationSecret: { k0: 1, k1: 2 },
      hashKey: KEY,
      leases,
      lostRecords: 'none',
      firstRevision: disk.revision + 1,
      relationships: configuration.relationships.map((relationship) => ({ ...relationship, partnerCertificate: undefined })),
      endpoints: [...disk.endpoints.values()],
      database: { generations: [{ id: new Uint8Array(8).fill(name.length + name.charCodeAt(0)), start: 0 }], isLost: false },
      clock: rightClock(now().epoch),
      dns: { configuration: configuration.dns?.updates, removals: [...disk.removals.values()], sha256 },
    });
  };

  const makeSide = (name: EndName): Side => {
    const disk: Side['disk'] = { bindings: new Map(), endpoints: new Map(), removals: new Map(), revision: 0 };
    const side: Side = {
      name,
      disk,
      alarms: new Map(),
      log: [],
      sent: [],
      asked: 0,
      answerWith: undefined,
      isUp: true,
      wakeAt: Infinity,
      connection: undefined,
      appliance: undefined as unknown as Appliance,
      command(command) {
        two.dispatch(side, { kind: 'failover', event: { kind: 'command', id: nextCommand++, relationship: 'east-west', command } });
      },
      receive(received) {
        two.dispatch(side, { kind: 'received', datagram: { bytes: received instanceof Uint8Array ? received : encodeMessage(received), interfaceName: 'eth1', source: CLIENT_ADDRESS, sourcePort: 546, destination: 'multicast' } });
        two.dispatch(side, { kind: 'drained' });
      },
      crash() {
        side.isUp = false;
        side.wakeAt = Infinity;
        disconnect('the box is gone');
      },
      start() {
        side.appliance = boot(name, disk);
        side.isUp = true;
        two.dispatch(side, { kind: 'failover', event: { kind: 'start' } });
        two.dispatch(side, { kind: 'timer' });
      },
      leases: () => leasesOf(side.appliance),
    };
    return side;
  };

  const disconnect = (reason: string): void => {
    for (const side of [east, west]) {
      const { connection } = side;
      side.connection = undefined;
      if (connection !== undefined && side.isUp) two.post(side, { kind: 'failover', event: { kind: 'closed', connection, reason } });
    }
    two.settle();
  };

  const east = makeSide('east');
  const west = makeSide('west');
  for (const side of [east, west]) side.appliance = boot(side.name, side.disk);
  for (const side of [east, west]) two.dispatch(side, { kind: 'failover', event: { kind: 'start' } });

  return {
    east,
    west,
    zones,
    advance: (duration) => {
      two.advance(duration);
    },
    cut() {
      isJoined = false;
      disconnect('the cable was cut');
    },
    join() {
      isJoined = true;
    },
  };
}

function leasesOf({ leases }: Appliance): readonly string[] {
  const slots: number[] = [];
  leases.slotsFrom(0, 100_000, (slot) => leases.records.status(slot) === BindingStatus.ACTIVE, slots);
  return slots
    .map((slot) => {
      const dns = leases.records.dns(slot);
      const names = dns === undefined ? undefined : decodeLeaseDns(dns);
      const known = names === undefined ? '' : ` ${nameText(names.name)}${(names.bits & 1) === 0 ? '' : ' F'}${(names.bits & 2) === 0 ? '' : ' R'}`;
      return `${formatAddress(leases.records.address(slot))}${known}`;
    })
    .sort();
}

/** A client that asks for a name. */
export function fqdn(text: string, flags = 1, isWhole = false): PlainOption {
  const labels = text === '' ? [] : text.split('.');
  const octets = labels.flatMap((label) => [label.length, ...Buffer.from(label, 'latin1')]);
  return { code: OptionCode.CLIENT_FQDN, value: { flags, name: Uint8Array.from(isWhole ? [...octets, 0] : octets) } };
}

interface Saying {
  readonly fqdn?: PlainOption;
  /** What the client holds, or wants. */
  readonly address?: string;
  /** Of several that could answer. */
  readonly server?: Duid | undefined;
}

export const SERVER_ID = { east: duid('00:03:00:01:ea'), west: duid('00:03:00:01:ee') } as const;

/** A message of one of several clients, which asks for its name to be told. */
export function said(type: PlainMessage['type'], client: number, { fqdn: wanted, address, server }: Saying = {}): PlainMessage {
  return message(type, [iaNa(1, ...(address === undefined ? [] : [address]))], {
    client: duid(`00:03:00:01:02:00:00:00:00:${client.toString(16).padStart(2, '0')}`),
    server,
    transactionId: transactions++,
    request: [OptionCode.CLIENT_FQDN],
    options: wanted === undefined ? [] : [wanted],
  });
}

let transactions = 1;

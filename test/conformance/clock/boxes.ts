/** Two real appliances with a clock, a disk and a power switch each, and a connection between them. */
import assert from 'node:assert/strict';
import { createAppliance } from '../../../src/appliance/index.ts';
import type { Appliance, Effect, Event } from '../../../src/appliance/index.ts';
import type { SystemClock } from '../../../src/clock/index.ts';
import { EndpointState, endpointStateName } from '../../../src/failover/index.ts';
import type { EndpointRecord } from '../../../src/failover/index.ts';
import { LeaseTable } from '../../../src/lease/index.ts';
import type { Binding } from '../../../src/lease/index.ts';
import { MessageType, decodeFailoverMessage, decodeMessage, encodeFailoverMessage, encodeMessage, epochSeconds, formatAddress, monotonicMs } from '../../../src/wire/index.ts';
import type { Duid, FailoverMessage, Now } from '../../../src/wire/index.ts';
import { createTwoEnds, resolved } from '../../appliances/two-ends.ts';
import type { End, EndName } from '../../appliances/two-ends.ts';
import { CLIENT_ADDRESS, duid } from '../server/box.ts';
import { iaNa, message, readMessage } from '../server/client.ts';
import { BUILT, emptyDisk } from './start.ts';
import type { ClockDisk } from './start.ts';

/** Leases of 1000 s, MCLT 100 s, partners are declared down after 60 s. */
const PROVISIONING = `
version: 1
appliances:
  east: { management: { interface: eth0, address: fd00::1/64 }, links: { lan: [eth1] } }
  west: { management: { interface: eth0, address: fd00::2/64 }, links: { lan: [eth1] } }
relationships:
  east-west: { primary: east, secondary: west, insecure: true, mclt: 100s, auto-partner-down: 60s, links: [lan] }
lifetimes: { preferred: 500s, valid: 1000s }
links:
  lan:
    prefixes: [2001:db8:1::/64]
    address-pools: [ { range: "2001:db8:1::100 - 2001:db8:1::1ff" } ]
`;

export interface Box {
  readonly appliance: Appliance;
  readonly log: string[];
  readonly alarms: Map<string, string>;
  /** What it said to its partner; the test empties it. */
  readonly said: FailoverMessage[];
  readonly bindings: Map<string, Binding>;
  readonly disk: ClockDisk;
  /** Of the relationship. */
  readonly state: string;
  /** What its clock is off by: negative, it is behind. */
  readonly error: number;
  /** Power on: the wall clock shows this, and is worth that. */
  start(wall: number, system: SystemClock): void;
  off(): void;
  /** NTP is reached: it sets the wall clock. */
  ntp(): void;
  /** NTP says this. */
  wallShows(epoch: number): void;
  /** The operator says that it is so late, or what is true. @returns why it was refused */
  clockSet(epoch?: number): string | undefined;
  /** A client asks for a lease, or to extend the one that it has. @returns its address; undefined: it is not answered, or gets none */
  lease(client: number): string | undefined;
  renew(client: number, address: string): number | undefined;
  /** It gives the lease back. */
  release(client: number, address: string): void;
  /** How long, by the word of the record, the lease lasts from now on. */
  left(address: string): number | undefined;
  dispatch(event: Event): void;
}

export interface Boxes {
  readonly east: Box;
  readonly west: Box;
  /** What time it is. */
  readonly truth: number;
  isCut: boolean;
  advance(seconds: number): void;
}

const START = BUILT + 100 * 86_400;
const KEY = { k0: 3, k1: 4 };
const SERVER_IDS = { east: duid('00:03:00:01:ea'), west: duid('00:03:00:01:ee') };

interface Side extends Box, End {
  running: Appliance | undefined;
  /** From its monotonic clock to the time of the test. */
  timeOf(monotonic: number): number;
  now(): Now;
}

export function createBoxes(): Boxes {
  const truth = (): number => START + Math.floor(two.elapsedMs / 1_000);

  const two = createTwoEnds<Side>({
    ends: () => [east, west],
    step: (side, event) => side.running?.step(event, side.now()) ?? [],
    timeOf: (side, monotonic) => side.timeOf(monotonic),
    refusal: (side): string | undefined => (boxes.isCut || two.other(side).running === undefined ? 'nobody is there' : undefined),
    carryOut(side, effect) {
      switch (effect.kind) {
        case 'commit':
          write(side, effect);
          two.post(side, { kind: 'committed', revision: effect.revision });
          break;
        case 'log':
          side.log.push(effect.text);
          break;
        case 'alarm':
          if (effect.raised) side.alarms.set(effect.id, effect.text);
          else side.alarms.delete(effect.id);
          break;
        case 'sendToPartner':
          say(side, effect.connection, effect.message);
          break;
        case 'send':
          sent.push({ side, bytes: effect.bytes });
          break;
        case 'commandDone':
          refusal = effect.refusal;
          break;
        case 'setDatabaseAside':
        case 'beacon':
        case 'probe':
        case 'beaconKey':
        case 'route':
        case 'routerStandings':
        case 'certificateKept':
        case 'partnerCommit':
        case 'partnerUpdate':
        case 'transition':
        case 'partnerCertificate':
        case 'dnsUpdate':
        case 'clientsHave':
        case 'reserveReplay':
          break;
      }
    },
  });
  let sent: { readonly side: Side; readonly bytes: Uint8Array }[] = [];
  let refusal: string | undefined;
  const endpoints = new Map<EndName, EndpointRecord>();

  const write = (side: Side, commit: Effect & { kind: 'commit' }): void => {
    for (const binding of commit.bindings) side.bindings.set(formatAddress(binding.address), binding);
    for (const endpoint of commit.endpoints) endpoints.set(side.name, endpoint);
    for (const timescale of commit.clock.timescales) {
      side.disk.timescales = [...side.disk.timescales.filter(({ index }) => index !== timescale.index), timescale].sort((a, b) => a.index - b.index);
    }
    side.disk.saved = commit.clock;
  };

  /** As octets, as on the wire, stamped by the clocks of the two. */
  const say = (side: Side, connection: number, what: FailoverMessage): void => {
    side.said.push(what);
    const octets = encodeFailoverMessage(what, side.appliance.epoch(side.now())).slice(2);
    const to = two.other(side);
    if (boxes.isCut || side.connection !== connection || to.connection === undefined) return;
    const receivedAt = to.appliance.epoch(to.now());
    const decoded = decodeFailoverMessage(octets, receivedAt);
    assert.ok(decoded.error === undefined, 'what a box says is well formed');
    two.post(to, { kind: 'failover', event: { kind: 'message', connection: to.connection, message: decoded, receivedAt } });
  };

  const makeSide = (name: EndName): Side => {
    let wallAtBoot = 0;
    let bootedMs = 0;
    const configuration = resolved(PROVISIONING, name);
    const dispatch = (event: Event): void => {
      two.dispatch(side, event);
    };
    const ask = (type: 1 | 3 | 5 | 8, client: number, server: Duid | undefined, ...addresses: string[]): ReturnType<typeof readMessage> | undefined => {
      sent = [];
      const bytes = encodeMessage(message(type, [iaNa(1, ...addresses)], { client: clientId(client), server }));
      dispatch({ kind: 'received', datagram: { bytes, interfaceName: 'eth1', source: CLIENT_ADDRESS, sourcePort: 546, destination: 'multicast' } });
      dispatch({ kind: 'drained' });
      const answer = sent.at(-1);
      if (answer === undefined) return undefined;
      const decoded = decodeMessage(answer.bytes);
      assert.ok(decoded.error === undefined, 'what a box sends is well formed');
      return readMessage(decoded);
    };
    const side: Side = {
      name,
      running: undefined,
      wakeAt: Infinity,
      connection: undefined,
      log: [],
      alarms: new Map(),
      said: [],
      bindings: new Map(),
      disk: emptyDisk(),
      now: () => ({ epoch: epochSeconds(Math.max(0, Math.floor((wallAtBoot + two.elapsedMs - bootedMs) / 1_000))), monotonic: monotonicMs(1_000 + two.elapsedMs - bootedMs) }),
      timeOf: (monotonic) => Math.ceil(monotonic - 1_000 + bootedMs),
      get appliance() {
        return side.running ?? assert.fail(`${name} is off`);
      },
      get state() {
        const { state = EndpointState.STARTUP } = side.appliance.failover.relationships[0] ?? {};
        return endpointStateName(state);
      },
      get error() {
        return side.appliance.epoch(side.now()) - truth();
      },
      start(wall, system) {
        wallAtBoot = wall * 1_000;
        bootedMs = two.elapsedMs;
        side.disk.starts += 1;
        const leases = new LeaseTable(KEY, 0);
        for (const binding of side.bindings.values()) leases.put(binding);
        const record = endpoints.get(name);
        side.running = createAppliance({
          configuration: configuration.server,
          serverId: SERVER_IDS[name],
          allocationSecret: { k0: 1, k1: 2 },
          hashKey: KEY,
          leases,
          lostRecords: 'none',
          firstRevision: side.disk.starts * 1_000_000,
          relationships: configuration.relationships.map(({ partnerCertificateFile, ...relationship }) => ({ ...relationship, partnerCertificate: partnerCertificateFile })),
          endpoints: record === undefined ? [] : [record],
          database: { generations: [{ id: new Uint8Array(8).fill(name.charCodeAt(0)), start: 0 }], isLost: false },
          clock: {
            timescales: side.disk.timescales,
            saved: side.disk.saved,
            builtAt: epochSeconds(BUILT),
            seed: Uint8Array.of(name.charCodeAt(0), side.disk.starts, 0, 0, 0, 0, 0, 0),
            system,
            now: side.now(),
          },
        });
        dispatch({ kind: 'failover', event: { kind: 'start' } });
        dispatch({ kind: 'drained' });
      },
      off() {
        two.hangUp(side, 'closed by the partner');
        side.running = undefined;
        side.wakeAt = Infinity;
        two.settle();
      },
      ntp() {
        side.wallShows(truth());
        dispatch({ kind: 'systemClock', status: 'synchronized' });
      },
      wallShows(epoch) {
        wallAtBoot = epoch * 1_000 + (two.elapsedMs % 1_000) - (two.elapsedMs - bootedMs);
      },
      clockSet(epoch = truth()) {
        refusal = undefined;
        dispatch({ kind: 'clockCommand', id: 1, time: epochSeconds(epoch) });
        return refusal;
      },
      lease(client) {
        const offer = ask(MessageType.SOLICIT, client, undefined)?.ias[0]?.leases[0];
        if (offer === undefined) return undefined;
        return ask(MessageType.REQUEST, client, SERVER_IDS[name], offer.name)?.ias[0]?.leases[0]?.name;
      },
      renew: (client, address) => ask(MessageType.RENEW, client, SERVER_IDS[name], address)?.ias[0]?.leases[0]?.valid,
      release(client, address) {
        ask(MessageType.RELEASE, client, SERVER_IDS[name], address);
      },
      left(address) {
        const binding = [...side.bindings.values()].find((known) => formatAddress(known.address) === address);
        if (binding === undefined) return undefined;
        const { leases } = side.appliance;
        return leases.records.stateExpirationTime(leases.find(binding.address, 0, 128)) - side.appliance.epoch(side.now());
      },
      dispatch,
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
    get truth() {
      return truth();
    },
    isCut: false,
    advance: (seconds) => {
      two.advance(seconds);
    },
  };
  const east = makeSide('east');
  const west = makeSide('west');
  return boxes;
}

function clientId(number: number): Duid {
  return duid(`00:03:00:01:c0:00:${number.toString(16).padStart(2, '0')}`);
}

/** Two real appliances that back each other over a cable of the test's, with clocks and stable storage of the test's. */
import assert from 'node:assert/strict';
import { createAppliance } from '../../../src/appliance/index.ts';
import type { Appliance, Effect, Event } from '../../../src/appliance/index.ts';
import { loadProvisioning, resolveAppliance } from '../../../src/config/index.ts';
import type { FailoverCommand, RelationshipConfiguration } from '../../../src/failover/index.ts';
import { LeaseTable } from '../../../src/lease/index.ts';
import type { ServerConfiguration } from '../../../src/server/index.ts';
import { encodeMessage, epochSeconds, monotonicMs } from '../../../src/wire/index.ts';
import type { Duid, Now, PlainMessage } from '../../../src/wire/index.ts';
import { CLIENT_ADDRESS, duid } from '../../conformance/server/box.ts';
import { rightClock } from '../appliance/right-clock.ts';

const PAIR = `
version: 1
appliances:
  east: { management: { interface: eth0, address: fd00::1/64 }, links: { lan: [eth1] } }
  west: { management: { interface: eth0, address: fd00::2/64 }, links: { lan: [eth1] } }
relationships:
  east-west: { primary: east, secondary: west, insecure: true, mclt: 100s, links: [lan] }
lifetimes: { preferred: 1000s, valid: 2000s }
links:
  lan:
    prefixes: [2001:db8:1::/64]
    address-pools: [ { range: "2001:db8:1::100 - 2001:db8:1::1ff" }, { range: "2001:db8:1::200 - 2001:db8:1::2ff", failover: false } ]
    prefix-pools: [ { prefix: 2001:db8:100::/48, delegated-length: 56 } ]
    reservations: [ { duid: "00:03:00:01:0a", addresses: ["2001:db8:1::a"] } ]
  branch:
    prefixes: [2001:db8:2::/64]
    address-pools: [ { range: "2001:db8:2::100 - 2001:db8:2::1ff" } ]
`;

export interface PairedBox {
  readonly name: 'east' | 'west';
  readonly appliance: Appliance;
  readonly configuration: ServerConfiguration;
  readonly relationships: readonly RelationshipConfiguration[];
  /** Raised alarms by their ids. */
  readonly alarms: ReadonlyMap<string, Effect & { kind: 'alarm' }>;
  readonly log: readonly string[];
  command(command: FailoverCommand): string | undefined;
  readonly serverId: Duid;
  /** A client's message arrives on the LAN. */
  receive(message: PlainMessage): void;
}

export interface Pair {
  readonly east: PairedBox;
  readonly west: PairedBox;
  /** Seconds since 1970. */
  readonly now: number;
  advance(seconds: number): void;
  cut(): void;
  join(): void;
}

const START = 1_800_000_000;
const KEY = { k0: 3, k1: 4 };

interface Side extends PairedBox {
  readonly alarms: Map<string, Effect & { kind: 'alarm' }>;
  readonly log: string[];
  wakeAt: number;
  connection: number | undefined;
  answer: string | undefined;
}

/** Both boxes have started, and have not met yet. */
export function createPair(provisioning = PAIR): Pair {
  let elapsedMs = 0;
  let isJoined = true;
  let connections = 0;
  let nextCommand = 1;
  const queue: { readonly side: Side; readonly event: Event }[] = [];
  const now = (): Now => ({ epoch: epochSeconds(START + Math.floor(elapsedMs / 1_000)), monotonic: monotonicMs(elapsedMs) });
  const other = (side: Side): Side => (side === east ? west : east);

  const settle = (): void => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { side, event } = next;
      for (const effect of [...side.appliance.step(event, now())]) carryOut(side, effect);
    }
  };
  const dispatch = (side: Side, event: Event): void => {
    queue.push({ side, event });
    settle();
  };

  const carryOut = (side: Side, effect: Effect): void => {
    switch (effect.kind) {
      case 'commit':
        queue.push({ side, event: { kind: 'committed', revision: effect.revision } });
        break;
      case 'wake':
        side.wakeAt = effect.at;
        break;
      case 'resume':
        queue.push({ side, event: { kind: 'drained' } });
        break;
      case 'alarm':
        if (effect.raised) side.alarms.set(effect.id, effect);
        else side.alarms.delete(effect.id);
        break;
      case 'log':
        side.log.push(effect.text);
        break;
      case 'commandDone':
        side.answer = effect.refusal;
        break;
      case 'dialPartner':
        dial(side, effect.relationship);
        break;
      case 'closePartner':
        if (effect.connection === side.connection) hangUp(side, 'the partner closed the connection');
        break;
      case 'sendToPartner': {
        const to = other(side);
        if (side.connection !== effect.connection || to.connection === undefined) break;
        const message = { ...effect.message, sentTime: now().epoch };
        queue.push({
          side: to,
          event: { kind: 'failover', event: { kind: 'message', connection: to.connection, message, receivedAt: now().epoch } },
        });
        break;
      }
      case 'send':
      case 'route':
      case 'setDatabaseAside':
      case 'partnerCertificate':
      case 'certificateKept':
      case 'beacon':
      case 'beaconKey':
        break;
    }
  };

  const dial = (side: Side, relationship: string): void => {
    if (!isJoined) {
      queue.push({ side, event: { kind: 'failover', event: { kind: 'dialFailed', relationship, reason: 'no way' } } });
      return;
    }
    for (const end of [side, other(side)]) {
      const connection = ++connections;
      end.connection = connection;
      const [{ partnerAddress } = assert.fail('there is a relationship')] = end.relationships;
      const known = end === side ? relationship : undefined;
      queue.push({
        side: end,
        event: { kind: 'failover', event: { kind: 'connected', connection, relationship: known, partnerAddress, certificate: undefined } },
      });
    }
  };

  /** This end is gone; the other one learns it. */
  const hangUp = (side: Side, reason: string): void => {
    side.connection = undefined;
    const to = other(side);
    const { connection } = to;
    to.connection = undefined;
    if (connection !== undefined) queue.push({ side: to, event: { kind: 'failover', event: { kind: 'closed', connection, reason } } });
  };

  const makeSide = (name: 'east' | 'west'): Side => {
    const loaded = loadProvisioning(Buffer.from(provisioning), 'pair.yaml');
    assert.ok('document' in loaded, JSON.stringify(loaded));
    const resolved = resolveAppliance(loaded.document, name);
    assert.ok(!('error' in resolved));
    const relationships = resolved.relationships.map(({ partnerCertificateFile, ...relationship }) => {
      assert.equal(partnerCertificateFile, undefined);
      return { ...relationship, partnerCertificate: undefined };
    });
    const serverId = duid(`00:03:00:01:${name === 'east' ? 'ea' : 'ee'}`);
    const side: Side = {
      name,
      configuration: resolved.server,
      relationships,
      serverId,
      alarms: new Map(),
      log: [],
      wakeAt: Infinity,
      connection: undefined,
      answer: undefined,
      appliance: createAppliance({
        configuration: resolved.server,
        serverId,
        allocationSecret: { k0: 1, k1: 2 },
        hashKey: KEY,
        leases: new LeaseTable(KEY, 0),
        lostRecords: 'none',
        firstRevision: 1,
        relationships,
        endpoints: [],
        database: { generations: [{ id: new Uint8Array(8).fill(name.length + name.charCodeAt(0)), start: 0 }], isLost: false },
        clock: rightClock(START),
      }),
      command(command) {
        const [{ name: relationship } = assert.fail('there is a relationship')] = relationships;
        side.answer = undefined;
        dispatch(side, { kind: 'failover', event: { kind: 'command', id: nextCommand++, relationship, command } });
        return side.answer;
      },
      receive(message) {
        const bytes = encodeMessage(message);
        dispatch(side, {
          kind: 'received',
          datagram: { bytes, interfaceName: 'eth1', source: CLIENT_ADDRESS, sourcePort: 546, destination: 'multicast' },
        });
        dispatch(side, { kind: 'drained' });
      },
    };
    return side;
  };

  const east = makeSide('east');
  const west = makeSide('west');
  for (const side of [east, west]) dispatch(side, { kind: 'failover', event: { kind: 'start' } });

  return {
    east,
    west,
    get now() {
      return now().epoch;
    },
    advance(seconds) {
      const end = elapsedMs + seconds * 1_000;
      for (;;) {
        const side = east.wakeAt <= west.wakeAt ? east : west;
        if (side.wakeAt > end) break;
        elapsedMs = Math.max(elapsedMs, side.wakeAt);
        side.wakeAt = Infinity;
        dispatch(side, { kind: 'timer' });
      }
      elapsedMs = end;
    },
    cut() {
      isJoined = false;
      for (const side of [east, west]) {
        const { connection } = side;
        side.connection = undefined;
        if (connection !== undefined) queue.push({ side, event: { kind: 'failover', event: { kind: 'closed', connection, reason: 'the cable was cut' } } });
      }
      settle();
    },
    join() {
      isJoined = true;
    },
  };
}

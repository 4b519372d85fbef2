/** Two real appliances that back each other over a cable of the test's, with clocks and stable storage of the test's. */
import assert from 'node:assert/strict';
import { createAppliance } from '../../../src/appliance/index.ts';
import type { Appliance, Effect } from '../../../src/appliance/index.ts';
import type { FailoverCommand, RelationshipConfiguration } from '../../../src/failover/index.ts';
import { LeaseTable } from '../../../src/lease/index.ts';
import type { ServerConfiguration } from '../../../src/server/index.ts';
import { encodeMessage, epochSeconds, monotonicMs } from '../../../src/wire/index.ts';
import type { Address, Duid, Now, PlainMessage } from '../../../src/wire/index.ts';
import { createTwoEnds, resolved } from '../../appliances/two-ends.ts';
import type { End, EndName } from '../../appliances/two-ends.ts';
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
  receive(message: PlainMessage, source?: Address): void;
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

interface Side extends PairedBox, End {
  readonly name: EndName;
  readonly alarms: Map<string, Effect & { kind: 'alarm' }>;
  readonly log: string[];
  answer: string | undefined;
}

/** Both boxes have started, and have not met yet. */
export function createPair(provisioning = PAIR): Pair {
  let isJoined = true;
  let nextCommand = 1;
  const now = (): Now => ({ epoch: epochSeconds(START + Math.floor(two.elapsedMs / 1_000)), monotonic: monotonicMs(two.elapsedMs) });

  const two = createTwoEnds<Side>({
    ends: () => [east, west],
    step: (side, event) => side.appliance.step(event, now()),
    refusal: () => (isJoined ? undefined : 'no way'),
    carryOut(side, effect) {
      switch (effect.kind) {
        case 'commit':
          two.post(side, { kind: 'committed', revision: effect.revision });
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
        case 'sendToPartner': {
          const to = two.other(side);
          if (side.connection !== effect.connection || to.connection === undefined) break;
          const message = { ...effect.message, sentTime: now().epoch };
          two.post(to, { kind: 'failover', event: { kind: 'message', connection: to.connection, message, receivedAt: now().epoch } });
          break;
        }
        case 'send':
        case 'route':
        case 'routerStandings':
        case 'setDatabaseAside':
        case 'partnerCertificate':
        case 'certificateKept':
        case 'partnerCommit':
        case 'partnerUpdate':
        case 'transition':
        case 'beacon':
        case 'probe':
        case 'beaconKey':
        case 'dnsUpdate':
        case 'clientsHave':
        case 'reserveReplay':
          break;
      }
    },
  });

  const makeSide = (name: EndName): Side => {
    const configuration = resolved(provisioning, name);
    const relationships = configuration.relationships.map(({ partnerCertificateFile, ...relationship }) => {
      assert.equal(partnerCertificateFile, undefined);
      return { ...relationship, partnerCertificate: undefined };
    });
    const serverId = duid(`00:03:00:01:${name === 'east' ? 'ea' : 'ee'}`);
    const side: Side = {
      name,
      configuration: configuration.server,
      relationships,
      serverId,
      alarms: new Map(),
      log: [],
      wakeAt: Infinity,
      connection: undefined,
      answer: undefined,
      appliance: createAppliance({
        configuration: configuration.server,
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
        two.dispatch(side, { kind: 'failover', event: { kind: 'command', id: nextCommand++, relationship, command } });
        return side.answer;
      },
      receive(message, source = CLIENT_ADDRESS) {
        const bytes = encodeMessage(message);
        two.dispatch(side, {
          kind: 'received',
          datagram: { bytes, interfaceName: 'eth1', source, sourcePort: 546, destination: 'multicast' },
        });
        two.dispatch(side, { kind: 'drained' });
      },
    };
    return side;
  };

  const east = makeSide('east');
  const west = makeSide('west');
  for (const side of [east, west]) two.dispatch(side, { kind: 'failover', event: { kind: 'start' } });

  return {
    east,
    west,
    get now() {
      return now().epoch;
    },
    advance: (seconds) => {
      two.advance(seconds);
    },
    cut() {
      isJoined = false;
      for (const side of [east, west]) {
        const { connection } = side;
        side.connection = undefined;
        if (connection !== undefined) two.post(side, { kind: 'failover', event: { kind: 'closed', connection, reason: 'the cable was cut' } });
      }
      two.settle();
    },
    join() {
      isJoined = true;
    },
  };
}

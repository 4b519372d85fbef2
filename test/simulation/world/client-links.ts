/** The links that clients are on: one direct, one behind a relay agent. Packets get lost, late, doubled, and cut off. */
import { MessageType, messageTypeName } from '../../../src/wire/index.ts';
import type { Address } from '../../../src/wire/index.ts';
import type { Box } from '../box/running-box.ts';
import { isSame } from '../client/answers.ts';
import type { Client } from '../client/client.ts';
import { clientAt, numberOf } from '../client/identity.ts';
import { encodeRelayForward } from '../client/message.ts';
import { readAnswer, readRelayReply } from '../client/reply.ts';
import type { ServerAnswer } from '../client/reply.ts';
import type { BoxName, LinkName, Noise } from '../schedule/schedule.ts';
import type { Trace } from '../trace/trace.ts';
import type { EventQueue } from './event-queue.ts';
import { leaseName } from './lease-key.ts';
import type { Random } from './random.ts';

export type Direction = 'to box' | 'from box';

export interface ClientLinks {
  readonly fromClient: (client: Client, bytes: Uint8Array) => void;
  fromBox(box: Box, interfaceName: string, destination: Address, bytes: Uint8Array): void;
  /** A box answers a client through its partner: what is said is checked where it leaves the box that says it. */
  throughPartner(box: Box, relayReply: Uint8Array): void;
  cut(box: BoxName, link: LinkName, direction: Direction): void;
  /** Undoes one `cut`. */
  mend(box: BoxName, link: LinkName, direction: Direction): void;
  /** Boxes hear each other on the LAN: through both ports, unless it is divided. */
  betweenBoxes(from: Box, to: Box, arrive: () => void): void;
  setNoise(noise: Noise): void;
  /** From now on a client and a box hear each other only where this says so; without it, all do. */
  divide(hears: ((client: number, box: BoxName) => boolean) | undefined): void;
}

export interface LinkSurroundings {
  readonly queue: EventQueue;
  readonly random: (name: string) => Random;
  readonly trace: Trace;
  readonly boxes: readonly Box[];
  readonly linksOf: (box: BoxName) => readonly LinkName[];
  readonly clients: ReadonlyMap<number, Client>;
  /** A box sends this to a client; it may get lost. @param asked the type of the message that it answers; undefined: the client has asked for something else since */
  readonly answerLeaves: (answer: ServerAnswer, box: Box, link: LinkName, asked: number | undefined) => void;
  /** The same for a Reconfigure. */
  readonly reconfigureLeaves: (answer: ServerAnswer, box: Box) => void;
}

const RELAY_ADDRESS = addressOf(0xfe80, 0xffff);
const BRANCH_ADDRESS = addressOf(0x2001, 1);
BRANCH_ADDRESS.set([0x20, 0x01, 0x0d, 0xb8, 0, 2]);

export function createClientLinks(surroundings: LinkSurroundings, initialNoise: Noise): ClientLinks {
  const { queue, trace, boxes, clients } = surroundings;
  const cuts = new Map<string, number>();
  const randoms = new Map(boxes.map((box) => [box, surroundings.random(`links of ${box.plan.name}`)]));
  /** Of its own: who sends no beacons lives as without them. */
  const randomBetweenBoxes = surroundings.random('LAN between boxes');
  /** The last message of each client. */
  const said = new Map<number, { readonly type: number; readonly transactionId: number }>();
  let noise = initialNoise;
  let hears: ((client: number, box: BoxName) => boolean) | undefined;

  const changeCuts = (name: string, change: 1 | -1): void => {
    cuts.set(name, (cuts.get(name) ?? 0) + change);
  };
  const cutName = (box: BoxName, link: LinkName, direction: Direction): string => `${box} ${link} ${direction}`;

  /** How often and when a packet arrives; not at all where it is lost. */
  const carry = (box: Box, client: Client, link: LinkName, direction: Direction, arrive: () => void): boolean => {
    const random = randoms.get(box);
    if (random === undefined) throw new Error('every box has links');
    const isLost = random.chance(noise.lossPermille);
    const delay = random.between(noise.delayMs.low, noise.delayMs.high);
    const again = random.chance(noise.duplicatePermille) ? random.between(noise.delayMs.low, 2 * noise.delayMs.high) : undefined;
    if (isLost || hears?.(client.number, box.plan.name) === false || (cuts.size > 0 && (cuts.get(cutName(box.plan.name, link, direction)) ?? 0) > 0)) return false;
    queue.after(delay, arrive);
    if (again !== undefined) queue.after(again, arrive);
    return true;
  };

  const leaves = (answer: ServerAnswer, box: Box, link: LinkName): void => {
    const last = said.get(numberOf(answer.client));
    surroundings.answerLeaves(answer, box, link, last?.transactionId === answer.transactionId ? last.type : undefined);
  };

  /** Whoever sends it: the box that it is from, or its partner. Through a port that leads elsewhere it reaches nobody. */
  const askClient = (answer: ServerAnswer, box: Box, link: LinkName, interfaceName: string): void => {
    const from = boxes.find(({ serverId }) => isSame(serverId, answer.server));
    if (from === box) surroundings.reconfigureLeaves(answer, box);
    const client = [...clients.values()].find(({ duid }) => isSame(duid, answer.client));
    if (client === undefined || (link === 'lan') !== (interfaceName === 'eth1')) return;
    const arrives = carry(box, client, link, 'from box', () => {
      if (client.isOn && client.link === link) client.receive(answer);
    });
    if (trace.isOn) trace.message(box.plan.name, 'clients', arrives ? 'arrives' : 'is lost', `RECONFIGURE for client ${String(client.number)}`);
  };

  return {
    fromClient(client, bytes) {
      const { link } = client;
      const [type = 0, ...transactionId] = bytes.subarray(0, 4);
      said.set(client.number, { type, transactionId: transactionId.reduce((number, octet) => (number << 8) | octet, 0) });
      const isDirect = link === 'lan';
      const datagram = {
        bytes: isDirect ? bytes : encodeRelayForward(BRANCH_ADDRESS, client.address, bytes),
        interfaceName: isDirect ? 'eth1' : 'uplink',
        source: isDirect ? client.address : RELAY_ADDRESS,
        sourcePort: isDirect ? 546 : 547,
        destination: isDirect ? 'multicast' : 'unicast',
      } as const;
      for (const box of boxes) {
        if (!surroundings.linksOf(box.plan.name).includes(link)) continue;
        const arrives = carry(box, client, link, 'to box', () => {
          box.run?.receive(datagram);
        });
        if (trace.isOn) trace.message('clients', box.plan.name, arrives ? 'arrives' : 'is lost', `client ${String(client.number)} ${messageTypeName(bytes[0] ?? 0)} on ${link}`);
      }
    },
    fromBox(box, interfaceName, destination, bytes) {
      const isDirect = bytes[0] !== MessageType.RELAY_REPL;
      const relayed = isDirect ? undefined : readRelayReply(bytes);
      const answer = readAnswer(relayed?.inner ?? bytes, box.plan.name, queue.nowMs);
      const link = isDirect ? 'lan' : 'branch';
      if (answer.type === MessageType.RECONFIGURE) {
        askClient(answer, box, link, interfaceName);
        return;
      }
      if (isSame(answer.server, box.serverId)) leaves(answer, box, link);
      if (isDirect !== (interfaceName === 'eth1')) throw new Error(`an answer for ${link} leaves through ${interfaceName}`);
      const client = clients.get(clientAt(relayed?.peer ?? destination));
      if (client === undefined) throw new Error('answers are for clients that there are');
      const arrives = carry(box, client, link, 'from box', () => {
        if (client.isOn && client.link === link) client.receive(answer);
      });
      if (trace.isOn) trace.message(box.plan.name, 'clients', arrives ? 'arrives' : 'is lost', `${messageTypeName(answer.type)} for client ${String(client.number)}${describe(answer)}`);
    },
    throughPartner(box, relayReply) {
      const { inner } = readRelayReply(relayReply);
      const isDirect = inner[0] !== MessageType.RELAY_REPL;
      const answer = readAnswer(isDirect ? inner : readRelayReply(inner).inner, box.plan.name, queue.nowMs);
      // What a box says by Reconfigure through its partner is looked at where the partner sends it.
      if (answer.type !== MessageType.RECONFIGURE) leaves(answer, box, isDirect ? 'lan' : 'branch');
    },
    cut(box, link, direction) {
      changeCuts(cutName(box, link, direction), 1);
    },
    mend(box, link, direction) {
      changeCuts(cutName(box, link, direction), -1);
    },
    betweenBoxes(from, to, arrive) {
      const isLost = randomBetweenBoxes.chance(noise.lossPermille);
      const delay = randomBetweenBoxes.between(noise.delayMs.low, noise.delayMs.high);
      const again = randomBetweenBoxes.chance(noise.duplicatePermille);
      const isCut = [cutName(from.plan.name, 'lan', 'from box'), cutName(to.plan.name, 'lan', 'to box')].some((name) => (cuts.get(name) ?? 0) > 0);
      if (isLost || isCut || hears !== undefined) return;
      queue.after(delay, arrive);
      if (again) queue.after(2 * delay, arrive);
    },
    setNoise(next) {
      noise = next;
    },
    divide(next) {
      hears = next;
    },
  };
}

function describe({ ias, status }: ServerAnswer): string {
  const parts = ias.map((ia) => {
    const leases = ia.leases.map((lease) => `${leaseName(lease)} for ${String(lease.valid)} s`).join(' and ');
    return `${ia.kind === 3 ? 'NA' : 'PD'} ${String(ia.iaid)} ${leases === '' ? `status ${String(ia.status)}` : leases}`;
  });
  return `: ${status === 0 ? '' : `status ${String(status)} `}${parts.join(', ')}`;
}

function addressOf(first: number, last: number): Address {
  const address = new Uint8Array(16) as Address;
  const view = new DataView(address.buffer);
  view.setUint16(0, first);
  view.setUint16(14, last);
  return address;
}

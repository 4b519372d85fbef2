/**
 * The management network between boxes: TCP connections that carry failover messages as octets, through the product's own
 * codec, framing and outgoing queue. What TCP promises holds: order, nothing lost unless the connection breaks. It may break
 * at any time, hang while the network is cut, and be half open after a loss of power.
 */
import { createOutgoingQueue } from '../../../src/net/partner/outgoing-queue.ts';
import type { OutgoingQueue } from '../../../src/net/partner/outgoing-queue.ts';
import type { UpdateOrReply } from '../../../src/net/partner/connection.ts';
import { FailoverMessageType, FrameReader, decodeFailoverMessage, describeFailoverMessage, describeWireError } from '../../../src/wire/index.ts';
import type { FailoverMessage } from '../../../src/wire/index.ts';
import type { Box, BoxRun } from '../box/running-box.ts';
import type { BoxName, Range } from '../schedule/schedule.ts';
import type { Trace } from '../trace/trace.ts';
import type { EventQueue } from './event-queue.ts';
import type { Random } from './random.ts';

/** One end of a connection. */
interface End {
  readonly run: BoxRun;
  readonly number: number;
  readonly queue: OutgoingQueue;
  readonly reader: FrameReader;
  peer: End | undefined;
  isOpen: boolean;
  /** Octets that were handed to the kernel and have not arrived. */
  inFlight: number;
  /** TCP keeps order: nothing arrives before what was sent earlier. */
  lastArrivalMs: number;
  /** Sent while the network was cut: TCP sends it again when it is mended. */
  readonly held: Uint8Array[];
}

export interface PartnerLinks {
  dial(run: BoxRun, relationship: string): void;
  send(run: BoxRun, connection: number, message: FailoverMessage): void;
  close(run: BoxRun, connection: number): void;
  /** The process is gone; without power its kernel says nothing to anybody. */
  runEnded(run: BoxRun, how: 'killed' | 'without power'): void;
  runStarted(run: BoxRun): void;
  /** Nothing passes from the one to the other any more. */
  cut(from: BoxName, to: BoxName): void;
  mend(from: BoxName, to: BoxName): void;
  /** Every connection between the two is reset. */
  reset(a: BoxName, b: BoxName): void;
  setDelay(delay: Range | undefined): void;
  /** Acknowledgements of updates get lost from now on, and nothing else does. */
  withholdAcknowledgements(): void;
  deliverAcknowledgements(): void;
  /** So many were withheld. */
  readonly withheld: number;
}

export interface PartnerLinkSurroundings {
  readonly queue: EventQueue;
  readonly random: Random;
  readonly trace: Trace;
  readonly boxNamed: (name: BoxName) => Box;
  /** What the boxes show each other; undefined: nothing. */
  readonly certificate: string | undefined;
  readonly isAcknowledgement: (message: FailoverMessage) => boolean;
  readonly delivered: (run: BoxRun, from: BoxName, message: FailoverMessage) => void;
}

const SOCKET_BUFFER_OCTETS = 131_072;
const DIAL_TIMEOUT_MS = 3_000;
/** A segment that was lost is sent again after this at the earliest. */
const RETRANSMISSION_MS: Range = { low: 200, high: 1_200 };
/** Three missed echoes, one a second. */
const SILENT_AFTER_MS = 3_000;
const ANSWERS_AFTER_MS = 600;
const USUAL_DELAY: Range = { low: 1, high: 2 };

export function createPartnerLinks(surroundings: PartnerLinkSurroundings): PartnerLinks {
  const { queue, random, trace, boxNamed } = surroundings;
  const ends = new Map<BoxRun, Map<number, End>>();
  const cuts = new Map<string, number>();
  const hosts = new Map<BoxName, boolean>();
  let delay = USUAL_DELAY;
  let lastConnection = 0;
  let withholds = false;

  const isCut = (from: BoxName, to: BoxName): boolean => (cuts.get(`${from}${to}`) ?? 0) > 0;
  const nameOf = (run: BoxRun): BoxName => run.box.plan.name;
  const hasPower = (name: BoxName): boolean => hosts.get(name) ?? false;
  const reaches = (a: BoxName, b: BoxName): boolean => !isCut(a, b) && !isCut(b, a) && hasPower(b);

  const open = (run: BoxRun): End => {
    const end: End = {
      run,
      number: ++lastConnection,
      queue: createOutgoingQueue(),
      reader: new FrameReader(),
      peer: undefined,
      isOpen: true,
      inFlight: 0,
      lastArrivalMs: 0,
      held: [],
    };
    const own = ends.get(run) ?? new Map<number, End>();
    ends.set(run, own);
    own.set(end.number, end);
    return end;
  };

  const closed = (end: End, reason: string): void => {
    if (!end.isOpen) return;
    end.isOpen = false;
    ends.get(end.run)?.delete(end.number);
    end.run.failover({ kind: 'closed', connection: end.number, reason });
  };

  /** A reset or an end reaches the other side, unless the network is cut. */
  const tellPeer = (end: End, reason: string): void => {
    const { peer } = end;
    if (peer === undefined) return;
    if (isCut(nameOf(end.run), nameOf(peer.run))) return;
    queue.at(Math.max(queue.nowMs + random.between(delay.low, delay.high), end.lastArrivalMs), () => {
      closed(peer, reason);
    });
  };

  const transmit = (end: End, bytes: Uint8Array, again: 'first time' | 'again'): void => {
    const { peer } = end;
    if (peer === undefined) return;
    if (isCut(nameOf(end.run), nameOf(peer.run)) || isCut(nameOf(peer.run), nameOf(end.run))) {
      end.held.push(bytes);
      return;
    }
    const wait = again === 'again' || random.chance(5) ? random.between(RETRANSMISSION_MS.low, RETRANSMISSION_MS.high) : 0;
    end.lastArrivalMs = Math.max(end.lastArrivalMs, queue.nowMs + wait + random.between(delay.low, delay.high));
    queue.at(end.lastArrivalMs, () => {
      arrive(end, peer, bytes);
    });
  };

  const arrive = (from: End, to: End, bytes: Uint8Array): void => {
    from.inFlight -= bytes.length;
    if (!to.isOpen) {
      // Nobody knows of this connection there: the kernel, if it runs, answers with a reset.
      if (hasPower(nameOf(to.run)) && from.isOpen) closed(from, 'reset by the partner');
      return;
    }
    to.run.read(() => {
      read(to, bytes);
    });
    flush(from);
  };

  const read = (end: End, bytes: Uint8Array): void => {
    const middle = random.chance(50) ? random.below(bytes.length) : bytes.length;
    for (const part of [bytes.subarray(0, middle), bytes.subarray(middle)]) {
      const together: UpdateOrReply[] = [];
      for (const frame of end.reader.push(part)) readFrame(end, frame, together);
      handUpdates(end, together);
    }
  };

  const isGone = (end: End): boolean => !end.isOpen;

  /** As in the product, updates and acknowledgements that come one behind the other are handed over together. */
  const handUpdates = (end: End, together: UpdateOrReply[]): void => {
    if (together.length === 0 || !end.isOpen) return;
    end.run.handle({ kind: 'updates', connection: end.number, messages: together.splice(0), receivedAt: end.run.appliance.epoch(end.run.now()) });
  };

  const readFrame = (end: End, frame: Uint8Array, together: UpdateOrReply[]): void => {
    if (!end.isOpen) return;
    const connection = end.number;
    const receivedAt = end.run.appliance.epoch(end.run.now());
    const decoded = decodeFailoverMessage(frame, receivedAt);
    if (decoded.error !== undefined) {
      handUpdates(end, together);
      if (isGone(end)) return;
      end.run.handle({ kind: 'malformed', connection, error: describeWireError(decoded.error) });
      return;
    }
    if (withholds && surroundings.isAcknowledgement(decoded)) {
      links.withheld++;
      return;
    }
    const isTogether = decoded.type === FailoverMessageType.BNDUPD || decoded.type === FailoverMessageType.BNDREPLY;
    if (!isTogether) handUpdates(end, together);
    if (isGone(end)) return;
    if (end.peer !== undefined) surroundings.delivered(end.run, nameOf(end.peer.run), decoded);
    if (isTogether) together.push(decoded);
    else end.run.handle({ kind: 'message', connection, message: decoded, receivedAt });
  };

  const flush = (end: End): void => {
    if (!end.isOpen) return;
    const waited = end.queue.length() > 0;
    while (end.inFlight < SOCKET_BUFFER_OCTETS) {
      const batch = end.queue.nextBatch(end.run.appliance.epoch(end.run.now()));
      if (batch === undefined) break;
      end.inFlight += batch.length;
      transmit(end, batch, 'first time');
    }
    if (waited && end.queue.length() === 0) end.run.failover({ kind: 'writable', connection: end.number });
  };

  const tellReach = (run: BoxRun): void => {
    for (const { relationship, partner } of run.partners) {
      queue.after(reaches(nameOf(run), partner) ? ANSWERS_AFTER_MS : SILENT_AFTER_MS, () => {
        const reach = reaches(nameOf(run), partner) ? 'answers' : 'silent';
        if (run.reach.get(relationship) === reach) return;
        run.reach.set(relationship, reach);
        run.failover({ kind: 'partnerHost', relationship, reach });
      });
    }
  };

  const tellReachAround = (name: BoxName): void => {
    for (const run of ends.keys()) if (nameOf(run) === name || run.partners.some(({ partner }) => partner === name)) tellReach(run);
  };

  const mendEnds = (): void => {
    for (const own of ends.values()) {
      for (const end of own.values()) for (const bytes of end.held.splice(0)) transmit(end, bytes, 'again');
    }
  };

  const links: { -readonly [Field in keyof PartnerLinks]: PartnerLinks[Field] } = {
    dial(run, relationship) {
      const partner = run.partners.find((other) => other.relationship === relationship)?.partner;
      if (partner === undefined) throw new Error(`nobody is configured as partner in ${relationship}`);
      const fail = (reason: string, afterMs: number): void => {
        queue.after(afterMs, () => {
          run.failover({ kind: 'dialFailed', relationship, reason });
        });
      };
      if (!reaches(nameOf(run), partner)) {
        fail('timed out', DIAL_TIMEOUT_MS);
        return;
      }
      queue.after(2 * random.between(delay.low, delay.high), () => {
        const listening = boxNamed(partner).run;
        if (listening === undefined) {
          fail('refused', 0);
          return;
        }
        const [near, far] = [open(run), open(listening)];
        near.peer = far;
        far.peer = near;
        const addresses = [boxNamed(partner).address, run.box.address] as const;
        run.failover({ kind: 'connected', connection: near.number, relationship, partnerAddress: addresses[0], certificate: surroundings.certificate });
        listening.failover({ kind: 'connected', connection: far.number, relationship: undefined, partnerAddress: addresses[1], certificate: surroundings.certificate });
      });
    },
    send(run, connection, message) {
      const end = ends.get(run)?.get(connection);
      if (end === undefined) return;
      if (trace.isOn && end.peer !== undefined) {
        trace.message(nameOf(run), nameOf(end.peer.run), isCut(nameOf(run), nameOf(end.peer.run)) ? 'is lost' : 'arrives', describeFailoverMessage(message));
      }
      if (!end.queue.put(message)) {
        // As in the product: the partner does not read. Not within the step that this is an effect of.
        queue.at(queue.nowMs, () => {
          if (!end.isOpen) return;
          closed(end, 'too much waits for a partner that does not read');
          tellPeer(end, 'reset by the partner');
        });
        return;
      }
      if (end.queue.length() === 1) queue.at(queue.nowMs, () => { flush(end); });
    },
    close(run, connection) {
      const end = ends.get(run)?.get(connection);
      if (end === undefined) return;
      end.queue.dropUpdates();
      flush(end);
      end.isOpen = false;
      ends.get(run)?.delete(connection);
      tellPeer(end, 'closed by the partner');
    },
    runEnded(run, how) {
      for (const end of ends.get(run)?.values() ?? []) {
        end.isOpen = false;
        if (how === 'killed') tellPeer(end, 'reset by the partner');
      }
      ends.delete(run);
      hosts.set(nameOf(run), how === 'killed');
      if (how === 'without power') tellReachAround(nameOf(run));
    },
    runStarted(run) {
      hosts.set(nameOf(run), true);
      ends.set(run, new Map());
      tellReachAround(nameOf(run));
    },
    cut(from, to) {
      cuts.set(`${from}${to}`, (cuts.get(`${from}${to}`) ?? 0) + 1);
      tellReachAround(from);
    },
    mend(from, to) {
      cuts.set(`${from}${to}`, (cuts.get(`${from}${to}`) ?? 0) - 1);
      tellReachAround(from);
      mendEnds();
    },
    reset(a, b) {
      for (const own of [...ends.values()]) {
        for (const end of [...own.values()]) {
          const names = [nameOf(end.run), end.peer === undefined ? undefined : nameOf(end.peer.run)];
          if (names.includes(a) && names.includes(b)) closed(end, 'reset');
        }
      }
    },
    setDelay(next) {
      delay = next ?? USUAL_DELAY;
    },
    withholdAcknowledgements() {
      withholds = true;
    },
    deliverAcknowledgements() {
      withholds = false;
    },
    withheld: 0,
  };
  return links;
}

/**
 * The box that stands by asks on each link of both as a client would (R-LH4): so it finds a partner that lives and hears, and whose
 * answers do not arrive, and servers that nobody knows of. The other way round it answers its partner's questions ahead of all that
 * waits, and asks nothing of stable storage for them: much to do is no dead link.
 */
import type { Failover, RelationshipView } from '../failover/index.ts';
import { PROBE_CLIENT, createServerProbe, isProbe, probeSolicit } from '../health/index.ts';
import type { InterfaceSignals, ServerProbe } from '../health/index.ts';
import type { ServerConfiguration } from '../server/index.ts';
import { MessageType, decodeDatagram, formatAddress, formatDuid, sameBytes } from '../wire/index.ts';
import type { Address, Duid, MonotonicMs } from '../wire/index.ts';
import type { Effect } from './effect.ts';
import type { ReceivedDatagram } from './event.ts';
import { createLastingAlarms } from './lasting-alarms.ts';

/** What comes in the second of a question; a box that has to read more of it may lose some unread. */
const CROWD_MIN = 1_000;
/** Who plays the partner makes this box answer so often and no more. */
const ANSWER_EVERY_MS = 100;
const ROGUES_MAX = 16;

export interface ServerProbes {
  configure(configuration: Pick<ServerConfiguration, 'links'>): void;
  /** A beacon of the partner came from there, where it belongs. */
  partnerAt(interfaceName: string, source: Address): void;
  /**
   * To be called for all that comes from clients.
   * @returns who says it; `partner`: it is to be answered now. `somebody`: in the words of a partner, whom nobody knows or who asks too often.
   */
  heard(datagram: ReceivedDatagram, now: MonotonicMs): 'client' | 'partner' | 'somebody';
  /** Somebody answered. */
  answered(interfaceName: string, source: Address, bytes: Uint8Array, now: MonotonicMs, effects: Effect[]): void;
  /** What was asked there could not be sent. */
  failed(interfaceName: string): void;
  look(interfaces: readonly InterfaceSignals[], now: MonotonicMs, effects: Effect[]): void;
  /** The partner does not answer there. */
  isUnanswered(link: string): boolean;
}

/** A port of this box on a link that a partner is on as well. */
interface ProbedPort {
  readonly link: string;
  readonly relationship: string;
  readonly probe: ServerProbe;
  transactionId: number;
  partner: Address | undefined;
  answeredAt: number;
}

export function createServerProbes(initial: Pick<ServerConfiguration, 'links'>, serverId: Duid, failover: Pick<Failover, 'relationship'>): ServerProbes {
  const ports = new Map<string, ProbedPort>();
  const rogues = createLastingAlarms(ROGUES_MAX);
  let heardInAll = 0;
  /** Of the last second. */
  let isCrowded = false;
  let countedAt = -Infinity;

  const configure = ({ links }: Pick<ServerConfiguration, 'links'>): void => {
    const wanted = links.flatMap(({ name: link, relationship, interfaces }) =>
      relationship === undefined ? [] : interfaces.map((port) => [port, { link, relationship }] as const),
    );
    const names = new Map(wanted);
    for (const [port, { link, relationship }] of ports) {
      const now = names.get(port);
      if (now?.link !== link || now.relationship !== relationship) ports.delete(port);
    }
    for (const [port, place] of wanted) {
      if (!ports.has(port)) ports.set(port, { ...place, probe: createServerProbe(), transactionId: 0, partner: undefined, answeredAt: -Infinity });
    }
  };

  const countCrowd = (now: MonotonicMs): void => {
    if (now - countedAt < 1_000) return;
    isCrowded = heardInAll >= CROWD_MIN;
    heardInAll = 0;
    countedAt = now;
  };

  const noteRogue = ({ link, relationship }: ProbedPort, source: Address, server: Duid, now: MonotonicMs, effects: Effect[]): void => {
    const describe = () =>
      ({
        severity: 'error',
        text: `${link}: another DHCPv6 server answers clients there: ${formatAddress(source)}, DUID ${formatDuid(server)}`,
        advice: 'Find that device and end its service: clients may get leases from it that lead nowhere. Switches can keep it from them (DHCPv6-Shield, RFC 7610).',
      }) as const;
    rogues.notice(`${relationship} ${link} rogue-server ${formatAddress(source)}`, describe, now, effects);
  };

  configure(initial);
  return {
    configure,
    partnerAt(interfaceName, source) {
      const port = ports.get(interfaceName);
      if (port !== undefined) port.partner = source;
    },
    heard({ interfaceName, source, bytes }, now) {
      heardInAll++;
      if (!isProbe(bytes)) return 'client';
      const port = ports.get(interfaceName);
      if (port?.partner === undefined || !sameBytes(port.partner, source) || now - port.answeredAt < ANSWER_EVERY_MS) return 'somebody';
      port.answeredAt = now;
      return 'partner';
    },
    answered(interfaceName, source, bytes, now, effects) {
      const port = ports.get(interfaceName);
      const decoded = decodeDatagram(bytes, 0);
      if (port === undefined || decoded.error !== undefined) return;
      const { type, transactionId, clientId, serverId: server } = decoded.message;
      if (type !== MessageType.ADVERTISE || transactionId !== port.transactionId || server === undefined) return;
      if (clientId === undefined || !sameBytes(clientId, PROBE_CLIENT) || sameBytes(server, serverId)) return;
      const partnerId = failover.relationship(port.relationship)?.partnerServerId;
      if (partnerId === undefined) return;
      if (sameBytes(server, partnerId)) port.probe.answered();
      else noteRogue(port, source, server, now, effects);
    },
    failed(interfaceName) {
      ports.get(interfaceName)?.probe.forget();
    },
    look(interfaces, now, effects) {
      countCrowd(now);
      rogues.look(now, effects);
      for (const [interfaceName, port] of ports) {
        const view = failover.relationship(port.relationship);
        const isReady = interfaces.some(({ name, hasCarrier, address }) => name === interfaceName && hasCarrier && address === 'ready');
        const beacons = isReady && view !== undefined && standsBy(view) ? view.beacons : undefined;
        if (beacons === undefined) {
          port.probe.forget();
        } else if (port.probe.look({ aliveAt: beacons.aliveAt, isCrowded }, now)) {
          port.transactionId = (port.transactionId + 1) & 0xff_ffff;
          effects.push({ kind: 'probe', interfaceName, bytes: probeSolicit(port.transactionId) });
        }
      }
    },
    isUnanswered: (link) => [...ports.values()].some((port) => port.link === link && port.probe.isUnanswered),
  };
}

/** This box leaves new clients to its partner, or some of them, and that has said that it is there and answers them. */
function standsBy({ responsiveness: { answers, share }, partnerAnswersSolicits }: RelationshipView): boolean {
  return partnerAnswersSolicits && (share !== undefined || !answers(MessageType.SOLICIT, false));
}

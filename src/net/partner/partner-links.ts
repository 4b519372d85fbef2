/**
 * The connections between partners. The primary of a relationship dials when the core says so, the secondary listens on its
 * management address; what comes becomes events, and what the core says goes out. No rule of failover is here.
 *
 * No event comes while a function of `PartnerLinks` runs: all come when the event loop reads the sockets, or after that.
 */
import type { Socket } from 'node:net';
import type { BoxIdentity, Pairing } from '../../identity/index.ts';
import { formatFingerprint } from '../../identity/index.ts';
import { formatAddress, isLinkLocal } from '../../wire/index.ts';
import type { EpochSeconds, FailoverMessage } from '../../wire/index.ts';
import type { InterfaceState } from '../interfaces/state.ts';
import { createConnectionCounters } from './connection.ts';
import type { ConnectionCounters } from './connection.ts';
import { dial } from './dial.ts';
import { hostOf } from './endpoint-address.ts';
import type { ManagementPort } from './endpoint-address.ts';
import { createIncoming } from './incoming.ts';
import { keepListening } from './listener.ts';
import type { Listener } from './listener.ts';
import { createOpenLinks } from './open-links.ts';
import type { LinkOwner, PartnerEvent } from './open-links.ts';
import { admits, relationshipsFrom } from './relationship.ts';
import type { PartnerRelationship } from './relationship.ts';
import { createTroubles } from '../troubles.ts';
import type { Report } from '../troubles.ts';
import { PARTNER_TROUBLES } from './trouble.ts';
import type { PartnerTrouble } from './trouble.ts';

export interface PartnerLinksOptions {
  readonly onEvent: (event: PartnerEvent) => void;
  /** One line in plain words for the operator. */
  readonly onReport: Report;
  /** A box calls, or answers, that was the partner of this relationship before the operator took another one. */
  readonly onFormerPartner: (relationship: string) => void;
  /** What messages are stamped with (RFC 8156 section 5.2): the clock that the appliance works by. */
  readonly clock: () => EpochSeconds;
}

export interface PartnerLinksConfiguration {
  readonly management: ManagementPort;
  /** Undefined only where every relationship is insecure. */
  readonly identity: BoxIdentity | undefined;
  readonly relationships: readonly PartnerRelationship[];
  /** Of those relationships whose partner is not in the configuration; it is found out at the first contact. */
  readonly pairings: ReadonlyMap<string, Pairing>;
}

export type PartnerCounters = Readonly<Record<PartnerTrouble, number>> & Readonly<ConnectionCounters>;

export interface PartnerLinks {
  /** Replaces the configuration; connections that it does not allow any more are closed. */
  configure(configuration: PartnerLinksConfiguration): void;
  /** What the interface watcher tells: where the management interface was replaced it is listened on again. */
  follow(interfaces: ReadonlyMap<string, InterfaceState>): void;
  /** One attempt; `connected` or `dialFailed` follows. While one is under way there is no second. */
  dial(relationship: string): void;
  /** Queues a message; nothing happens where the connection has ended. */
  send(connection: number, message: FailoverMessage): void;
  /** Sends what is queued, but for updates, then closes. No event of this connection follows. */
  close(connection: number): void;
  /** A secret that only the two ends of a connection know, for the purpose that the label names; undefined without TLS. */
  secretOf(connection: number, label: string): Uint8Array | undefined;
  counters(): PartnerCounters;
  /** The end: resolves when the last words of all connections are sent, or could not be within two seconds. */
  stop(): Promise<void>;
}

/** Nothing is configured at first. */
export function createPartnerLinks({ onEvent, onReport, onFormerPartner, clock }: PartnerLinksOptions): PartnerLinks {
  const troubles = createTroubles(PARTNER_TROUBLES, onReport, () => performance.now());
  const counters = createConnectionCounters();
  const links = createOpenLinks(onEvent, clock, counters, troubles);
  /** Attempts that are under way, by relationship; to give one up. */
  const dials = new Map<string, () => void>();
  let configuration: PartnerLinksConfiguration | undefined;
  let incoming: ((socket: Socket) => void) | undefined;
  let listeners: readonly Listener[] = [];
  let listeningAt = '';
  let ifindex: number | undefined;

  const relationshipNamed = (name: string): PartnerRelationship | undefined =>
    configuration?.relationships.find((relationship) => relationship.name === name);

  const isWanted = ({ relationship, source, certificate }: LinkOwner): boolean => {
    const { relationships = [] } = configuration ?? {};
    const owners =
      relationship === undefined
        ? relationshipsFrom(relationships, source)
        : relationships.filter(({ name, role }) => name === relationship && role === 'primary');
    return owners.some((owner) => admits(owner, certificate) && formatAddress(owner.partnerAddress) === source);
  };

  /** Sockets that are accepted, with the certificates and addresses of the configuration as it is then. */
  const receive = ({ identity, relationships, pairings }: PartnerLinksConfiguration): ((socket: Socket) => void) =>
    createIncoming({
      identity,
      pairings,
      relationshipsFrom: (source) => relationshipsFrom(relationships, source),
      troubles,
      onFormerPartner,
      onPartner(socket, owner) {
        if (isWanted(owner)) links.open(socket, owner, undefined, '');
        else socket.destroy();
      },
      onPlain(socket, owner, identified) {
        links.open(socket, owner, { identified }, '');
      },
    });

  const listen = (place: ListeningPlace): void => {
    stopListening();
    const { host, ports } = place;
    const onSocket = (socket: Socket): void => incoming?.(socket);
    listeners = ports.map((port) => keepListening(host, port, onSocket, troubles, onReport));
  };

  const stopListening = (): void => {
    for (const listener of listeners) listener.close();
    listeners = [];
  };

  const dialNow = (name: string): void => {
    if (dials.has(name)) return;
    const relationship = relationshipNamed(name);
    const { management, identity, pairings } = configuration ?? {};
    if (relationship?.role !== 'primary' || management === undefined) {
      setImmediate(onEvent, { kind: 'dialFailed', relationship: name, reason: 'this box dials in no such relationship' });
      return;
    }
    const { partnerAddress, partnerName } = relationship;
    const pairing = pairings?.get(name);
    if (pairing?.status.stage === 'no-key' || pairing?.status.stage === 'damaged') {
      setImmediate(onEvent, { kind: 'dialFailed', relationship: name, reason: 'this box is not paired, and has nothing to be paired with' });
      return;
    }
    const giveUp = dial({
      relationship,
      management,
      identity,
      pairing,
      onEnd(result) {
        dials.delete(name);
        if ('isPairingStep' in result) {
          dialNow(name);
          return;
        }
        if ('socket' in result) {
          const owner = {
            relationship: name,
            partnerAddress,
            source: formatAddress(partnerAddress),
            certificate: result.certificate,
          };
          links.open(result.socket, owner, undefined, advice(identity));
          return;
        }
        if (result.trouble === 'formerPartner') onFormerPartner(name);
        if (result.trouble !== undefined) {
          troubles.note(result.trouble, `the connection to "${partnerName}" (${formatAddress(partnerAddress)}) was closed: ${result.error}`);
        }
        onEvent({ kind: 'dialFailed', relationship: name, reason: result.error });
      },
    });
    dials.set(name, giveUp);
  };

  return {
    configure(next) {
      const before = configuration;
      configuration = next;
      for (const [name, giveUp] of dials) {
        // It is its own doing that the partner is known by this certificate.
        if (before !== undefined && isPinAlone(name, before, next)) continue;
        giveUp();
        dials.delete(name);
        setImmediate(onEvent, { kind: 'dialFailed', relationship: name, reason: 'the configuration has changed' });
      }
      links.keepOnly(isWanted);
      incoming = receive(next);
      const place = listeningPlace(next);
      const where = [place.host, ...place.ports].join(' ');
      if (where !== listeningAt) listen(place);
      listeningAt = where;
    },
    follow(interfaces) {
      if (configuration === undefined) return;
      const { address, interfaceName } = configuration.management;
      const before = ifindex;
      ifindex = interfaces.get(interfaceName)?.ifindex;
      // A socket with a link-local address belongs to the interface that was.
      if (isLinkLocal(address) && before !== undefined && ifindex !== undefined && before !== ifindex) listen(listeningPlace(configuration));
      else for (const listener of listeners) listener.retryNow();
    },
    dial: dialNow,
    send(connection, message) {
      links.send(connection, message);
    },
    close(connection) {
      links.close(connection);
    },
    secretOf: (connection, label) => links.secretOf(connection, label),
    counters: () => ({ ...troubles.counts, ...counters }),
    async stop() {
      stopListening();
      for (const giveUp of dials.values()) giveUp();
      dials.clear();
      await links.stop();
    },
  };
}

/** Whether nothing is new of this relationship but the certificate that its partner is known by. */
function isPinAlone(name: string, before: PartnerLinksConfiguration, now: PartnerLinksConfiguration): boolean {
  const [was, is] = [before, now].map(({ relationships }) => relationships.find((relationship) => relationship.name === name));
  if (was === undefined || is === undefined || is.partnerCertificate === undefined) return false;
  const { management, identity } = now;
  return (
    was.partnerCertificate !== is.partnerCertificate && was.role === is.role && was.port === is.port && was.insecure === is.insecure &&
    formatAddress(was.partnerAddress) === formatAddress(is.partnerAddress) &&
    before.identity === identity &&
    before.management.interfaceName === management.interfaceName &&
    formatAddress(before.management.address) === formatAddress(management.address)
  );
}

interface ListeningPlace {
  readonly host: string;
  readonly ports: readonly number[];
}

function listeningPlace({ management, relationships }: PartnerLinksConfiguration): ListeningPlace {
  const ports = relationships.filter(({ role }) => role === 'secondary').map(({ port }) => port);
  return { host: hostOf(management.address, management.interfaceName), ports: [...new Set(ports)] };
}

/** TLS 1.3 lets the primary believe that all is well before the secondary has looked at its certificate. */
function advice(identity: BoxIdentity | undefined): string {
  if (identity === undefined) return ' before it said anything: it may want TLS, see its log';
  const fingerprint = formatFingerprint(identity.certificate.fingerprint);
  return ` before it said anything: it may not know this box's certificate (SHA-256 ${fingerprint}), see its log`;
}

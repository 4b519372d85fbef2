/**
 * Connections that came in and have not said yet which relationship they are for (RFC 8156 sections 6.1, 6.2). The endpoint
 * is found by the partner's address, the name in its CONNECT, and that this box is the secondary; over TLS its certificate
 * has to be the partner's of that relationship, too.
 */
import { FailoverMessageType, FailoverStatusCode, failoverMessageTypeName, formatAddress, monotonicMs } from '../wire/index.ts';
import type { Address, ConnectMessage, FailoverMessage, FailoverStatus, MonotonicMs } from '../wire/index.ts';
import type { RelationshipConfiguration } from './configuration.ts';
import type { FailoverEffect } from './effect.ts';
import { connectRefusal } from './handshake.ts';
import type { TransactionIds } from './transaction-ids.ts';

/** For all partners together; the oldest goes when one more comes. */
const RECEPTIONS_MAX = 32;
const WAIT_MS = 10_000;

interface Reception {
  readonly address: Address;
  readonly certificate: string | undefined;
  readonly until: MonotonicMs;
}

export interface Receptions {
  /** Counts for connections from now on. */
  configure(relationships: readonly RelationshipConfiguration[]): void;
  connected(connection: number, address: Address, certificate: string | undefined, now: MonotonicMs): void;
  has(connection: number): boolean;
  /** @returns whose connection it is; undefined when it is not taken, which was said and done then */
  heard(connection: number, message: FailoverMessage): RelationshipConfiguration | undefined;
  malformed(connection: number, error: string): void;
  closed(connection: number): void;
  /** Closes those that said nothing for too long. */
  timePassed(now: MonotonicMs): void;
  nextDueAt(): number;
}

export function createReceptions(
  relationships: readonly RelationshipConfiguration[],
  transactionIds: TransactionIds,
  emit: (effect: FailoverEffect) => void,
): Receptions {
  const waiting = new Map<number, Reception>();
  let asSecondary = relationships.filter(isSecondary);
  const isFrom = (address: Address) => (relationship: RelationshipConfiguration) =>
    isSameAddress(relationship.partnerAddress, address);

  const close = (connection: number, why: string): void => {
    waiting.delete(connection);
    emit({ kind: 'log', severity: 'warning', text: `a connection was closed: ${why}` });
    emit({ kind: 'close', connection });
  };

  const refuse = (connection: number, to: ConnectMessage, status: FailoverStatus): void => {
    emit({ kind: 'send', connection, message: connectRefusal(to, status, []) });
    close(connection, status.text);
  };

  const disconnect = (connection: number, status: FailoverStatus): void => {
    const transactionId = transactionIds.next();
    emit({ kind: 'send', connection, message: { type: FailoverMessageType.DISCONNECT, transactionId, status } });
    close(connection, status.text);
  };

  return {
    configure(next) {
      asSecondary = next.filter(isSecondary);
    },
    connected(connection, address, certificate, now) {
      if (!asSecondary.some(isFrom(address))) {
        close(connection, `${formatAddress(address)} is the primary of no relationship of this box`);
        return;
      }
      if (waiting.size >= RECEPTIONS_MAX) {
        for (const oldest of waiting.keys()) {
          close(oldest, 'too many connections say nothing');
          break;
        }
      }
      waiting.set(connection, { address, certificate, until: monotonicMs(now + WAIT_MS) });
    },
    has: (connection) => waiting.has(connection),
    heard(connection, message) {
      const reception = waiting.get(connection);
      if (reception === undefined) return undefined;
      const { address, certificate } = reception;
      if (message.type !== FailoverMessageType.CONNECT) {
        const text = `${failoverMessageTypeName(message.type)} came before CONNECT`;
        disconnect(connection, { code: FailoverStatusCode.UnspecFail, text });
        return undefined;
      }
      const found = named(asSecondary.filter(isFrom(address)), message.relationshipName);
      if (typeof found === 'string') {
        refuse(connection, message, { code: FailoverStatusCode.ConfigurationConflict, text: found });
        return undefined;
      }
      if (!found.insecure && (certificate === undefined || certificate !== found.partnerCertificate)) {
        close(connection, `${formatAddress(address)} proved to be somebody, but not the partner of ${found.name}`);
        return undefined;
      }
      waiting.delete(connection);
      return found;
    },
    malformed(connection, error) {
      disconnect(connection, { code: FailoverStatusCode.UnspecFail, text: error });
    },
    closed: (connection) => void waiting.delete(connection),
    timePassed(now) {
      for (const [connection, { until }] of waiting) {
        if (until <= now) close(connection, 'it said nothing');
      }
    },
    nextDueAt() {
      for (const { until } of waiting.values()) return until;
      return Infinity;
    },
  };
}

/** The relationship of that name; a name is only needed where there are several. @returns why there is none */
function named(
  candidates: readonly RelationshipConfiguration[],
  name: string | undefined,
): RelationshipConfiguration | string {
  if (name !== undefined) {
    return candidates.find((candidate) => candidate.name === name) ?? `there is no relationship "${name}" between the two boxes`;
  }
  const [only, ...others] = candidates;
  if (only === undefined || others.length > 0) return 'the CONNECT names no relationship, and there are several';
  return only;
}

function isSameAddress(a: Address, b: Address): boolean {
  return a.every((octet, i) => octet === b[i]);
}

function isSecondary({ role }: RelationshipConfiguration): boolean {
  return role === 'secondary';
}

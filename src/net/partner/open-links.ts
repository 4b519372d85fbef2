/** The connections that are set up, by the numbers that the core knows them by. */
import type { Socket } from 'node:net';
import type { FailoverEvent } from '../../failover/index.ts';
import { FailoverMessageType, FailoverStatusCode } from '../../wire/index.ts';
import type { Address, EpochSeconds, FailoverMessage } from '../../wire/index.ts';
import { openConnection } from './connection.ts';
import type { ConnectionCounters, PartnerConnection } from './connection.ts';
import { QUEUE_MAX } from './outgoing-queue.ts';
import { sharedSecret } from '../tls/secure.ts';
import type { PartnerTroubles } from './trouble.ts';

/** An old connection that hangs, one that takes its place, and some to spare. */
const PER_PARTNER_MAX = 4;
const NO_CONNECT = 'its first message is no CONNECT';

export type PartnerEvent = Extract<
  FailoverEvent,
  { readonly kind: 'connected' | 'message' | 'updates' | 'malformed' | 'closed' | 'dialFailed' | 'writable' }
>;

/** Whose connection it is. */
export interface LinkOwner {
  /** Where this box dialled; undefined where the partner did. */
  readonly relationship: string | undefined;
  readonly partnerAddress: Address;
  /** The address as text. */
  readonly source: string;
  /** Undefined over plain TCP. */
  readonly certificate: string | undefined;
}

/** Over plain TCP the first message has to show that the partner speaks, and that it wants no TLS. */
export interface PlainStart {
  readonly identified: () => void;
}

export interface OpenLinks {
  /**
   * @param start where the partner has not shown yet who it is: `connected` waits for its CONNECT
   * @param adviceAfterSilence is added to the reason where the connection ends without a word from the partner
   */
  open(socket: Socket, owner: LinkOwner, start: PlainStart | undefined, adviceAfterSilence: string): void;
  send(connection: number, message: FailoverMessage): void;
  close(connection: number): void;
  /** A secret that only the two ends of the connection know; undefined where there is none. */
  secretOf(connection: number, label: string): Uint8Array | undefined;
  /** Closes those that are not wanted any more; `closed` follows. */
  keepOnly(isWanted: (owner: LinkOwner) => boolean): void;
  /** Closes all; resolves when their last words are sent, or could not be. */
  stop(): Promise<void>;
}

interface OpenLink {
  readonly owner: LinkOwner;
  readonly socket: Socket;
  readonly connection: PartnerConnection;
}

export function createOpenLinks(
  onEvent: (event: PartnerEvent) => void,
  clock: () => EpochSeconds,
  counters: ConnectionCounters,
  troubles: PartnerTroubles,
): OpenLinks {
  const links = new Map<number, OpenLink>();
  const ending = new Set<Promise<void>>();
  let lastNumber = 0;

  const finish = (connection: PartnerConnection): void => {
    const end = new Promise<void>((resolve) => connection.finish(resolve)).then(() => {
      ending.delete(end);
    });
    ending.add(end);
  };

  const makeRoom = (owner: LinkOwner): void => {
    const others = [...links.values()].filter(
      (link) => link.owner.source === owner.source && link.owner.certificate === owner.certificate,
    );
    if (others.length < PER_PARTNER_MAX) return;
    troubles.note('tooMany', `${owner.source} has ${others.length + 1} connections open; the oldest is closed`);
    others[0]?.connection.abort('newer connections of the partner took its place');
  };

  const open: OpenLinks['open'] = (socket, owner, start, adviceAfterSilence) => {
    const number = ++lastNumber;
    let isHeard = false;
    let isConnected = false;

    const connected = (): void => {
      isConnected = true;
      makeRoom(owner);
      links.set(number, { owner, socket, connection });
      const { relationship, partnerAddress, certificate } = owner;
      onEvent({ kind: 'connected', connection: number, relationship, partnerAddress, certificate });
    };

    /** @returns false where it is no start */
    const mayStart = (type: FailoverMessageType, transactionId: number): boolean => {
      if (type === FailoverMessageType.CONNECT) return true;
      if (type === FailoverMessageType.STARTTLS) {
        troubles.note('tlsRefused', `${owner.source} asks for TLS, which this box refuses: it is set to "insecure" and its partner is not`);
        const text = 'this box is set to insecure';
        const status = { code: FailoverStatusCode.TLSConnectionRefused, text };
        connection.send({ type: FailoverMessageType.REPLY, transactionId, status });
        finish(connection);
        return false;
      }
      refuse(NO_CONNECT);
      return false;
    };

    const refuse = (why: string): void => {
      troubles.note('badStart', `a connection from ${owner.source} was closed: ${why}`);
      connection.abort(why);
    };

    const connection = openConnection(socket, clock, counters, {
      onMessage(message, receivedAt) {
        isHeard = true;
        if (!isConnected) {
          if (!mayStart(message.type, message.transactionId)) return;
          start?.identified();
          connected();
        }
        onEvent({ kind: 'message', connection: number, message, receivedAt });
      },
      onUpdates(messages, receivedAt) {
        isHeard = true;
        if (isConnected) onEvent({ kind: 'updates', connection: number, messages, receivedAt });
        else refuse(NO_CONNECT);
      },
      onMalformed(error) {
        if (isConnected) onEvent({ kind: 'malformed', connection: number, error });
        else refuse(`its first message is none of the failover protocol: ${error}`);
      },
      onDrained() {
        if (isConnected) onEvent({ kind: 'writable', connection: number });
      },
      onClosed(reason) {
        if (!isConnected) return;
        links.delete(number);
        onEvent({ kind: 'closed', connection: number, reason: isHeard ? reason : `${reason}${adviceAfterSilence}` });
      },
    });
    if (start === undefined) connected();
  };

  return {
    open,
    send(number, message) {
      const link = links.get(number);
      if (link === undefined || link.connection.send(message)) return;
      const reason = `${QUEUE_MAX} messages wait for a partner that does not read`;
      troubles.note('notReading', `the connection to ${link.owner.source} was closed: ${reason}`);
      link.connection.abort(reason);
    },
    close(number) {
      const link = links.get(number);
      if (link === undefined) return;
      links.delete(number);
      finish(link.connection);
    },
    secretOf(number, label) {
      const link = links.get(number);
      return link === undefined ? undefined : sharedSecret(link.socket, label);
    },
    keepOnly(isWanted) {
      for (const { owner, connection } of links.values()) {
        if (!isWanted(owner)) connection.abort('the configuration does not allow it any more');
      }
    },
    async stop() {
      for (const { connection } of links.values()) finish(connection);
      links.clear();
      await Promise.all(ending);
    },
  };
}

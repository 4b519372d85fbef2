/**
 * What a secondary does with a connection until it knows whose it is (RFC 8156 sections 6.1 and 10, RFC 7653 section 9.1).
 * Nothing of it reaches the core before that.
 */
import type { Socket } from 'node:net';
import type { BoxIdentity, Pairing } from '../../identity/index.ts';
import {
  decodeFailoverMessage,
  encodeFailoverMessage,
  epochSeconds,
  failoverMessageTypeName,
  FailoverMessageType,
} from '../../wire/index.ts';
import { answerPairing } from './answer-pairing.ts';
import { sourceOf } from './endpoint-address.ts';
import { readExactFrame } from '../tls/exact-frame.ts';
import { handshakeCost } from '../tls/handshake-cost.ts';
import { createHandshakes } from '../tls/handshakes.ts';
import { markOf } from './mark.ts';
import { createNewcomers } from './newcomers.ts';
import type { GivenUp } from './newcomers.ts';
import type { LinkOwner } from './open-links.ts';
import { PAIRING_PROTOCOL } from './pairing-message.ts';
import { PAIRING_REFUSED } from './pairing-text.ts';
import { admits } from './relationship.ts';
import type { PartnerRelationship } from './relationship.ts';
import { createTlsAcceptor } from '../tls/secure.ts';
import type { NotSecured, SecuredSocket, TlsAcceptor } from '../tls/secure.ts';
import { describeTlsFailure } from './socket-error.ts';
import type { PartnerTrouble, PartnerTroubles } from './trouble.ts';
import { describeFormerPartner, describeStranger } from './wrong-certificate.ts';

/** STARTTLS and its REPLY carry no time (RFC 7653 section 6.1). */
const NO_TIME = epochSeconds(0);

export interface IncomingOptions {
  /** Undefined where all relationships are insecure. */
  readonly identity: BoxIdentity | undefined;
  /** The relationships in which a box at this address dials. */
  readonly relationshipsFrom: (source: string) => readonly PartnerRelationship[];
  /** Of those relationships whose partner is not in the configuration. */
  readonly pairings: ReadonlyMap<string, Pairing>;
  readonly troubles: PartnerTroubles;
  /** A box is there that was the partner of this relationship before the operator took another one. */
  readonly onFormerPartner: (relationship: string) => void;
  /** It is the partner: its certificate shows that. */
  readonly onPartner: (socket: Socket, owner: LinkOwner) => void;
  /**
   * Plain TCP from the partner's address; what comes first is to show that it is the partner.
   * @param identified to be called then
   */
  readonly onPlain: (socket: Socket, owner: LinkOwner, identified: () => void) => void;
}

/** @returns takes a paused socket that was just accepted */
export function createIncoming(options: IncomingOptions): (socket: Socket) => void {
  const { identity, pairings, troubles } = options;
  const newcomers = createNewcomers();
  const acceptor: TlsAcceptor | undefined = identity === undefined ? undefined : createTlsAcceptor(identity, pairings.size > 0 ? PAIRING_PROTOCOL : undefined);
  const handshakes = createHandshakes(identity === undefined ? 0 : handshakeCost(identity));

  const isMarked = (transactionId: number, port: number | undefined, partners: readonly PartnerRelationship[]): boolean =>
    partners.some(({ name, partnerCertificate }) =>
      [partnerCertificate, pairings.get(name)?.status.nextPin].some(
        (shown) =>
          shown !== undefined &&
          identity !== undefined &&
          port !== undefined &&
          transactionId === markOf(shown, identity.certificate.fingerprint, port),
      ),
    );

  return (socket) => {
    socket.on('error', () => socket.destroy());
    const source = sourceOf(socket.remoteAddress);
    // It has gone already.
    if (source === undefined) {
      socket.destroy();
      return;
    }
    const partners = options.relationshipsFrom(source);
    const [first] = partners;
    const who = `a connection from ${source} port ${socket.remotePort}`;

    const refuse = (kind: PartnerTrouble, why: string): void => {
      troubles.note(kind, `${who} was closed: ${why}`);
      socket.destroy();
    };

    if (first === undefined) {
      refuse('stranger', 'no partner has this address');
      return;
    }
    const owner = { relationship: undefined, partnerAddress: first.partnerAddress, source };
    const giveUp = (why: GivenUp): void => {
      refuse(
        why,
        why === 'tooSlow'
          ? 'it did not show in time who it is'
          : 'too many connections from there have not shown who they are',
      );
    };
    let leave = newcomers.admit(source, giveUp);
    const identified = (): void => {
      leave();
    };
    socket.once('close', identified);
    if (partners.every(({ insecure }) => insecure) || acceptor === undefined) {
      options.onPlain(socket, { ...owner, certificate: undefined }, identified);
      return;
    }

    readExactFrame(socket, (frame) => {
      const start = 'error' in frame ? frame : startTlsIn(frame);
      if ('error' in start) {
        refuse('badStart', start.error);
        return;
      }
      const { transactionId } = start;
      const marked = isMarked(transactionId, socket.remotePort, partners);
      if (marked) {
        // A crowd without the mark can't push it out.
        leave();
        leave = newcomers.admit(`${source} with the mark`, giveUp);
      }
      const isOver = handshakes.wait(source, marked, () => {
        // Without a status it lets TLS begin.
        socket.write(encodeFailoverMessage({ type: FailoverMessageType.REPLY, transactionId }, NO_TIME));
        acceptor.secure(socket, (result) => {
          isOver();
          secured(result);
        });
      });
      socket.once('close', isOver);
    });

    const secured = (result: SecuredSocket | NotSecured): void => {
      if ('error' in result) {
        refuse('tlsFailed', describeTlsFailure(result.error));
        return;
      }
      const { certificate } = result;
      const rotated = certificate === undefined || result.protocol === PAIRING_PROTOCOL ? undefined : partners.find(({ name }) => pairings.get(name)?.status.nextPin === certificate.fingerprint);
      if (rotated !== undefined && certificate !== undefined) {
        // The one that it shows from now on; known by it there is a new configuration, and this connection is a part of that.
        void pairings.get(rotated.name)?.useNext(certificate.fingerprint).then(() => {
          identified();
          options.onPartner(result.socket, { ...owner, certificate: certificate.fingerprint });
        });
        return;
      }
      if (result.protocol === PAIRING_PROTOCOL && identity !== undefined) {
        answerPairing(result, {
          ownCertificate: identity.certificate.fingerprint,
          pairingOf: (name) => (partners.some((partner) => partner.name === name) ? pairings.get(name) : undefined),
          onRefused(name, why) {
            troubles.note('pairingFailed', `${who} was closed (relationship ${printable(name)}): ${PAIRING_REFUSED[why]}`);
          },
          onNonsense(error) {
            refuse('pairingFailed', error);
          },
        });
        return;
      }
      if (certificate === undefined || !partners.some((partner) => admits(partner, certificate.fingerprint))) {
        const left = partners.find(({ name }) => certificate !== undefined && pairings.get(name)?.wasPartner(certificate.fingerprint) === true);
        if (left !== undefined && certificate !== undefined) {
          options.onFormerPartner(left.name);
          refuse('formerPartner', describeFormerPartner(certificate, left));
        } else refuse('wrongCertificate', describeStranger(certificate, partners));
        return;
      }
      identified();
      options.onPartner(result.socket, { ...owner, certificate: certificate.fingerprint });
    };
  };
}

/** A stranger may call a relationship what it likes. */
function printable(name: string): string {
  return name.replaceAll(/[^ -~]/g, '?').slice(0, 32);
}

function startTlsIn(frame: Uint8Array): { readonly transactionId: number } | { readonly error: string } {
  const message = decodeFailoverMessage(frame, NO_TIME);
  if (message.error !== undefined) return { error: 'its first message is none of the failover protocol' };
  if (message.type === FailoverMessageType.STARTTLS) return { transactionId: message.transactionId };
  const name = failoverMessageTypeName(message.type);
  return {
    error:
      message.type === FailoverMessageType.CONNECT
        ? 'it did not ask for TLS: the partner is set to "insecure", and this box is not'
        : `it began with ${name} instead of STARTTLS`,
  };
}

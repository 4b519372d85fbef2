/** The primary opens the connection (RFC 8156 section 6.1) and asks for TLS on it (RFC 7653 section 8.2). */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { BoxIdentity, Pairing } from '../../identity/index.ts';
import { decodeFailoverMessage, encodeFailoverMessage, epochSeconds, FailoverMessageType, StatusCode } from '../../wire/index.ts';
import { askForPairing } from './ask-for-pairing.ts';
import { hostOf } from './endpoint-address.ts';
import type { ManagementPort } from './endpoint-address.ts';
import { readExactFrame } from '../tls/exact-frame.ts';
import { markOf } from './mark.ts';
import type { PartnerRelationship } from './relationship.ts';
import { PAIRING_PROTOCOL } from './pairing-message.ts';
import { describeSocketError, describeTlsFailure } from './socket-error.ts';
import { secureAsClient } from '../tls/secure.ts';
import type { NotSecured, SecuredSocket } from '../tls/secure.ts';
import type { PartnerTrouble } from './trouble.ts';
import { describeFormerPartner, describeStranger } from './wrong-certificate.ts';

/** The kernel has asked twice or three times by then. */
const CONNECT_PATIENCE_MS = 3_000;
/** For STARTTLS and the handshake. */
const SECURE_PATIENCE_MS = 10_000;
/** STARTTLS and its REPLY carry no time (RFC 7653 section 6.1). */
const NO_TIME = epochSeconds(0);

export interface DialledSocket {
  readonly socket: Socket;
  /** SHA-256 of the partner's certificate; undefined over plain TCP. */
  readonly certificate: string | undefined;
}

export interface DialOptions {
  readonly relationship: PartnerRelationship;
  readonly management: ManagementPort;
  /** Undefined where all relationships are insecure. */
  readonly identity: BoxIdentity | undefined;
  /** Undefined where the partner's certificate is in the configuration, or there is none. */
  readonly pairing: Pairing | undefined;
  /** Called once, never before `dial` returns, unless it is given up: the socket, or why there is none. */
  readonly onEnd: (result: DialledSocket | PairingStep | DialFailure) => void;
}

/** This connection was there for the pairing, which has come further; the next one may be another step, or the last. */
export interface PairingStep {
  readonly isPairingStep: true;
}

export interface DialFailure {
  /** Why, as a sentence without a full stop. */
  readonly error: string;
  /** To be counted and told, beyond what becomes of it in the core; undefined where the partner is just not there. */
  readonly trouble?: PartnerTrouble;
}

/** @returns gives up; `onEnd` is not called any more */
export function dial({ relationship, management, identity, pairing, onEnd }: DialOptions): () => void {
  let over = false;
  const isForPairing = pairing !== undefined && pairing.status.stage !== 'paired';
  const socket = connect({
    host: hostOf(relationship.partnerAddress, management.interfaceName),
    port: relationship.port,
    localAddress: hostOf(management.address, management.interfaceName),
  });
  /** What is being waited for. */
  let step = 'for the partner to answer';

  const end = (result: DialledSocket | PairingStep | DialFailure): void => {
    if (over) return;
    over = true;
    clearTimeout(patience);
    if (!('socket' in result)) socket.destroy();
    onEnd(result);
  };
  const wait = (milliseconds: number): NodeJS.Timeout =>
    setTimeout(() => {
      end({ error: `waited ${step} for ${milliseconds / 1_000} s in vain` });
    }, milliseconds);
  let patience = wait(CONNECT_PATIENCE_MS);

  socket.on('error', (error) => {
    end({ error: describeSocketError(error) });
  });
  socket.on('close', () => {
    end({ error: `the partner closed the connection while this box waited ${step}` });
  });
  socket.once('connect', () => {
    if (relationship.insecure) {
      end({ socket, certificate: undefined });
      return;
    }
    clearTimeout(patience);
    patience = wait(SECURE_PATIENCE_MS);
    step = 'for the answer to STARTTLS';
    const transactionId = markOf(identity?.certificate.fingerprint ?? '', relationship.partnerCertificate ?? '', socket.localPort ?? 0);
    socket.write(encodeFailoverMessage({ type: FailoverMessageType.STARTTLS, transactionId }, NO_TIME));
    readExactFrame(socket, (frame) => {
      const refusal = 'error' in frame ? `the partner does not speak the failover protocol: ${frame.error}` : refusalIn(frame, transactionId);
      if (refusal !== undefined || identity === undefined) {
        end({ error: refusal ?? 'this box has no certificate' });
        return;
      }
      step = 'for the end of the TLS handshake';
      secureAsClient(socket, identity, isForPairing ? PAIRING_PROTOCOL : undefined, isForPairing ? pair : check);
    });
  });

  const check = (result: SecuredSocket | NotSecured): void => {
    if ('error' in result) {
      end({ error: describeTlsFailure(result.error) });
      return;
    }
    const { certificate } = result;
    if (certificate?.fingerprint === relationship.partnerCertificate && certificate !== undefined) {
      end({ socket: result.socket, certificate: certificate.fingerprint });
      return;
    }
    if (certificate !== undefined && pairing !== undefined && pairing.status.nextPin === certificate.fingerprint) {
      // This attempt outlives the change of the pin.
      void pairing.useNext(certificate.fingerprint).then(() => {
        end({ socket: result.socket, certificate: certificate.fingerprint });
      });
      return;
    }
    if (certificate !== undefined && pairing?.wasPartner(certificate.fingerprint) === true) {
      end({ error: describeFormerPartner(certificate, relationship), trouble: 'formerPartner' });
      return;
    }
    end({ error: describeStranger(certificate, [relationship]), trouble: 'wrongCertificate' });
  };

  const pair = (result: SecuredSocket | NotSecured): void => {
    if ('error' in result) {
      end({ error: describeTlsFailure(result.error) });
      return;
    }
    const { certificate } = result;
    const pin = pairing?.status.pin;
    const error = result.protocol === PAIRING_PROTOCOL ? undefined : 'it does not want to be paired: both boxes need the same provisioning file, with the pairing key';
    if (error !== undefined || pairing === undefined || identity === undefined) {
      end({ error: error ?? 'this box has no certificate', trouble: 'pairingFailed' });
      return;
    }
    if (pin !== undefined && pin !== certificate?.fingerprint) {
      end({ error: describeStranger(certificate, [{ ...relationship, partnerCertificate: pin }]), trouble: 'wrongCertificate' });
      return;
    }
    step = 'for the partner to be paired';
    askForPairing(result, pairing, identity.certificate.fingerprint, (failure) => {
      end(failure === undefined ? { isPairingStep: true } : { error: failure, trouble: 'pairingFailed' });
    });
  };

  return () => {
    over = true;
    clearTimeout(patience);
    socket.destroy();
  };
}

/** Undefined where the frame is a REPLY that lets TLS begin. */
function refusalIn(frame: Uint8Array, transactionId: number): string | undefined {
  const reply = decodeFailoverMessage(frame, NO_TIME);
  if (reply.error !== undefined || reply.type !== FailoverMessageType.REPLY || reply.transactionId !== transactionId) {
    return 'the partner did not answer STARTTLS with a REPLY';
  }
  const { status } = reply;
  if (status === undefined || status.code === StatusCode.Success) return undefined;
  return 'the partner refuses TLS: it is set to "insecure", and this box is not';
}

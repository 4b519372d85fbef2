/** The secondary's side of a connection that is there for pairing: one request, one answer. */
import type { Pairing, PairingRefusal } from '../../identity/index.ts';
import { readExactFrame } from '../tls/exact-frame.ts';
import { decodePairingRequest, encodePairingAnswer } from './pairing-message.ts';
import type { PairingAnswer, PairingRequest } from './pairing-message.ts';
import { exporterOf } from '../tls/secure.ts';
import type { SecuredSocket } from '../tls/secure.ts';

export interface AnswerOptions {
  /** SHA-256 of this box's certificate. */
  readonly ownCertificate: string;
  /** Of a relationship that may be paired with a box at this address. */
  readonly pairingOf: (relationship: string) => Pairing | undefined;
  /** It was told why not. */
  readonly onRefused: (relationship: string, why: PairingRefusal) => void;
  /** What came is nothing that can be answered, or the connection is gone. @param error a sentence without a full stop */
  readonly onNonsense: (error: string) => void;
}

export function answerPairing({ socket, certificate }: SecuredSocket, options: AnswerOptions): void {
  const exporter = exporterOf(socket);
  if (certificate === undefined || exporter === undefined) {
    options.onNonsense('it wants to be paired and showed no certificate');
    return;
  }
  const { fingerprint } = certificate;
  const session = { exporter, primaryCertificate: fingerprint, secondaryCertificate: options.ownCertificate };

  const answerTo = async (request: PairingRequest): Promise<PairingAnswer> => {
    const pairing = options.pairingOf(request.relationship);
    if (pairing === undefined) return refused('no-relationship');
    if (request.kind === 'pinned') {
      const why = await pairing.confirm(fingerprint);
      return why === undefined ? { kind: 'pinned' } : refused(why);
    }
    const why = await pairing.admit(session, request.proof);
    if (why !== undefined) return refused(why);
    const proof = pairing.prove(session);
    return proof === undefined ? refused('used-key') : { kind: 'proof', proof };
  };

  readExactFrame(socket, (frame) => {
    const request = 'error' in frame ? undefined : decodePairingRequest(frame);
    if (request === undefined) {
      options.onNonsense('it wants to be paired, and what it said is no request for that');
      return;
    }
    void answerTo(request).then((answer) => {
      if (answer.kind === 'refused') options.onRefused(request.relationship, answer.why);
      if (socket.destroyed) return;
      socket.write(encodePairingAnswer(answer));
      // Where all is well the other side closes, when it has done its part.
      if (answer.kind === 'refused') socket.end();
    });
  });
}

function refused(why: PairingRefusal): PairingAnswer {
  return { kind: 'refused', why };
}

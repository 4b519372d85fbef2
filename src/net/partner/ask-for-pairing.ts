/** The primary's side of a connection that is there for pairing: what it asks for is the next step of the pairing. */
import type { Pairing } from '../../identity/index.ts';
import { readExactFrame } from '../tls/exact-frame.ts';
import { decodePairingAnswer, encodePairingRequest } from './pairing-message.ts';
import type { PairingAnswer, PairingRequest } from './pairing-message.ts';
import { PAIRING_REFUSED, PAIRING_REFUSED_THERE } from './pairing-text.ts';
import { exporterOf } from '../tls/secure.ts';
import type { SecuredSocket } from '../tls/secure.ts';

/**
 * @param secured a half-paired box has seen to it that the certificate is the pinned one
 * @param ownCertificate SHA-256 of this box's certificate
 * @param onEnd called once, unless the connection ends first: undefined where the pairing has come a step further, or why
 *   it has not, as a sentence without a full stop
 */
export function askForPairing(
  { socket, certificate }: SecuredSocket,
  pairing: Pairing,
  ownCertificate: string,
  onEnd: (error: string | undefined) => void,
): void {
  const exporter = exporterOf(socket);
  if (certificate === undefined || exporter === undefined) {
    onEnd('it showed no certificate');
    return;
  }
  const session = { exporter, primaryCertificate: ownCertificate, secondaryCertificate: certificate.fingerprint };
  const request = requestOf(pairing, () => pairing.prove(session));
  if (request === undefined) {
    onEnd('the pairing key of this box has been used, or is not in its provisioning file');
    return;
  }

  const take = async (answer: PairingAnswer | undefined): Promise<string | undefined> => {
    if (answer?.kind === 'refused') return `it refuses to be paired: ${PAIRING_REFUSED_THERE[answer.why]}`;
    if (answer?.kind !== request.kind) return 'its answer to the request for pairing makes no sense';
    const refusal = answer.kind === 'proof' ? await pairing.admit(session, answer.proof) : await pairing.confirm(certificate.fingerprint);
    return refusal === undefined ? undefined : PAIRING_REFUSED[refusal];
  };

  readExactFrame(socket, (frame) => {
    void take('error' in frame ? undefined : decodePairingAnswer(frame)).then(onEnd);
  });
  socket.write(encodePairingRequest(request));
}

function requestOf(pairing: Pairing, prove: () => Uint8Array | undefined): PairingRequest | undefined {
  const { relationship, status } = pairing;
  if (status.stage === 'half-paired') return { kind: 'pinned', relationship };
  const proof = prove();
  return proof === undefined ? undefined : { kind: 'proof', relationship, proof };
}

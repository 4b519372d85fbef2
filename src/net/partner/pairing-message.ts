/**
 * What two boxes say to each other before they know each other. It is no part of RFC 8156 and never on the same connection: a
 * box that wants to be paired says so in the TLS handshake (ALPN, RFC 7301), and the connection carries one request and one
 * answer. So a partner with a configured certificate sees nothing of it, and one that knows no ALPN does not answer to it.
 *
 * A message is framed as all others are (RFC 5460 section 5.1): 2 octets of size, 1 of its kind, the content.
 */
import { PAIRING_REFUSALS, PROOF_OCTETS } from '../../identity/index.ts';
import type { PairingRefusal } from '../../identity/index.ts';

export const PAIRING_PROTOCOL = 'twinlease-pairing/1';

const PROOF = 1;
const PROOF_ANSWER = 2;
const PINNED = 3;
const PINNED_ANSWER = 4;
const REFUSED = 5;

export type PairingRequest =
  /** "I have the key": this is the first contact, or the answer to it was lost. */
  | { readonly kind: 'proof'; readonly relationship: string; readonly proof: Uint8Array }
  /** "I have pinned your certificate, durably." */
  | { readonly kind: 'pinned'; readonly relationship: string };

export type PairingAnswer =
  /** "So have I, and yours is pinned, durably." */
  | { readonly kind: 'proof'; readonly proof: Uint8Array }
  /** "So have I yours, and the key is used up." */
  | { readonly kind: 'pinned' }
  | { readonly kind: 'refused'; readonly why: PairingRefusal };

/** @returns the message with its size in front */
export function encodePairingRequest(request: PairingRequest): Uint8Array {
  const name = Buffer.from(request.relationship);
  const named = [Uint8Array.of(name.length), name];
  return request.kind === 'proof' ? framed(PROOF, ...named, request.proof) : framed(PINNED, ...named);
}

/** @param frame without its size @returns undefined where it is none */
export function decodePairingRequest(frame: Uint8Array): PairingRequest | undefined {
  const [kind, nameLength = 0] = frame;
  const end = 2 + nameLength;
  if (frame.length < end) return undefined;
  const relationship = Buffer.from(frame.subarray(2, end)).toString();
  const rest = frame.subarray(end);
  if (kind === PROOF && rest.length === PROOF_OCTETS) return { kind: 'proof', relationship, proof: rest };
  return kind === PINNED && rest.length === 0 ? { kind: 'pinned', relationship } : undefined;
}

/** @returns the message with its size in front */
export function encodePairingAnswer(answer: PairingAnswer): Uint8Array {
  switch (answer.kind) {
    case 'proof':
      return framed(PROOF_ANSWER, answer.proof);
    case 'pinned':
      return framed(PINNED_ANSWER);
    case 'refused':
      return framed(REFUSED, Uint8Array.of(PAIRING_REFUSALS.indexOf(answer.why) + 1));
  }
}

/** @param frame without its size @returns undefined where it is none */
export function decodePairingAnswer(frame: Uint8Array): PairingAnswer | undefined {
  const [kind, number = 0] = frame;
  const content = frame.subarray(1);
  if (kind === PROOF_ANSWER && content.length === PROOF_OCTETS) return { kind: 'proof', proof: content };
  if (kind === PINNED_ANSWER && content.length === 0) return { kind: 'pinned' };
  const why = kind === REFUSED && content.length === 1 ? PAIRING_REFUSALS[number - 1] : undefined;
  return why === undefined ? undefined : { kind: 'refused', why };
}

function framed(kind: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const size = 1 + parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Uint8Array.of(size >> 8, size & 0xff, kind), ...parts]);
}

/** How the extensions that carry clients' messages between two boxes are laid out, and what each says of its links. */
import { type Duid, formatDuid, toDuid } from '../duid.ts';
import { u8, u32, view } from '../octets.ts';
import { concatBytes, type Shape } from '../options/codec.ts';
import { unsignedListShape } from '../options/integers.ts';
import { decodeText, encodeText, quoteText } from '../text.ts';
import type { EpochSeconds } from '../units.ts';
import { failure } from '../wire-error.ts';
import type { LinkHealth, RelayAcknowledgement, RelayedOctets } from './extension.ts';
import { readWhole, wholeOctets } from './whole-number.ts';

const NUMBER_LENGTH = 4;
const ACKNOWLEDGEMENT_LENGTH = NUMBER_LENGTH + 1;
/** Verdict (1), evidence (4), since (8), received (4), sent (4); the name of the link to the end. */
const HEALTH_LENGTH = 21;

export const linkHealth: Shape<LinkHealth> = {
  decode(data) {
    if (data.length <= HEALTH_LENGTH) return failure('bad-option-length', 0);
    const since = readWhole(data, 5);
    const link = decodeText(view(data, HEALTH_LENGTH, data.length));
    if (since === undefined || since < 0) return failure('bad-option-value', 5);
    if (link === undefined) return failure('bad-option-value', HEALTH_LENGTH);
    return {
      value: { link, verdict: u8(data, 0), evidence: u32(data, 1), since: since as EpochSeconds, received: u32(data, 13), sent: u32(data, 17) },
    };
  },
  encode: ({ link, verdict, evidence, since, received, sent }) =>
    concatBytes([
      Uint8Array.of(verdict),
      unsignedListShape(4).encode([evidence]),
      wholeOctets(since),
      unsignedListShape(4).encode([received, sent]),
      encodeText(link),
    ]),
  print: ({ link, verdict, evidence, since, received, sent }) =>
    `${quoteText(link)} verdict ${verdict} evidence ${evidence.toString(16)} since ${since} received ${received} sent ${sent}`,
};

/** Number (4), and the message to the end. */
export const relayedMessage: Shape<RelayedOctets> = {
  decode: (data) =>
    data.length <= NUMBER_LENGTH
      ? failure('bad-option-length', 0)
      : { value: { number: u32(data, 0), message: view(data, NUMBER_LENGTH, data.length) } },
  encode: ({ number, message }) => concatBytes([unsignedListShape(4).encode([number]), message]),
  print: ({ number, message }) => `${number} (${message.length} octets)`,
};

/** Number (4), outcome (1). */
export const relayAcknowledgement: Shape<RelayAcknowledgement> = {
  decode: (data) =>
    data.length === ACKNOWLEDGEMENT_LENGTH
      ? { value: { number: u32(data, 0), outcome: u8(data, NUMBER_LENGTH) } }
      : failure('bad-option-length', 0),
  encode: ({ number, outcome }) => concatBytes([unsignedListShape(4).encode([number]), Uint8Array.of(outcome)]),
  print: ({ number, outcome }) => `${number} outcome ${outcome}`,
};

/** A copy: it is kept as long as the connection, and a view would keep all that came with it. */
export const serverId: Shape<Duid> = {
  decode(data) {
    const value = toDuid(data.slice());
    return value === undefined ? failure('bad-option-length', 0) : { value };
  },
  encode: (value) => value,
  print: formatDuid,
};

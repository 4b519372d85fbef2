/**
 * What was wrong with bytes from outside. A malformed message is an error value, never an exception.
 * The codes are stable: counters and logs are named after them.
 */
export type WireErrorCode =
  /** The message ends before its fixed header does (RFC 9915 8, 9). */
  | 'truncated-header'
  /** More than 65535 octets. */
  | 'message-too-long'
  /** The layout of a message of this type is not known, so it can't be read (RFC 9915 16, RFC 7283 3). */
  | 'unknown-message-type'
  /** A Relay-reply came to a server, or stood inside a Relay-forward (RFC 9915 16.14). */
  | 'relay-reply'
  /** A Relay-forward without a Relay Message option (RFC 9915 9.1). */
  | 'relay-without-message'
  /** More levels of Relay-forward than allowed (RFC 9915 19.1.2). */
  | 'relay-too-deep'
  /** An option's header or data reaches past the end of what holds it (RFC 9915 21.1). */
  | 'option-overrun'
  /** A known option has a length that its definition does not allow. */
  | 'bad-option-length'
  /** A prefix length over 128 (RFC 9915 21.22). */
  | 'bad-prefix-length'
  /** A second one of an option that may stand there once, in a message that such a mistake spoils (RFC 8156). */
  | 'repeated-option'
  /** An option without which the message says nothing is not there (RFC 8156 6.3, 7.5.3). */
  | 'missing-option'
  /** A value inside a known option is not what its definition allows. */
  | 'bad-option-value'
  /** A domain name that is compressed, cut off, too long, or without its final zero label (RFC 9915 10). */
  | 'bad-domain-name';

export interface WireError {
  readonly code: WireErrorCode;
  /** Where in the bytes that were given to the decoder. */
  readonly offset: number;
  /** The option at fault, if it is about one. */
  readonly option: number | undefined;
}

/** The error side of a result; the other side has no `error`. */
export interface Failure {
  readonly error: WireError;
}

/** A result of decoding: `result.error === undefined` tells the sides apart. */
export type Decoded<T> = (T & { readonly error?: undefined }) | Failure;

export function failure(code: WireErrorCode, offset: number, option?: number): Failure {
  return { error: { code, offset, option } };
}

/** One line for a log: "bad-option-length at octet 14 (option 3)". */
export function describeWireError(error: WireError): string {
  const where = `${error.code} at octet ${error.offset}`;
  return error.option === undefined ? where : `${where} (option ${error.option})`;
}

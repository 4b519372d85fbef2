import { isOptionLengthAllowed } from '../option-length.ts';
import { type Decoded, type Failure, failure } from '../wire-error.ts';

/** A decoded value, or why there is none; the offset of an error counts from the start of the option's data. */
export type DecodedValue<Value> = Decoded<{ readonly value: Value }>;

/** How the data of an option is laid out; many options share one. */
export interface Shape<Value> {
  decode(data: Uint8Array): DecodedValue<Value>;
  /** The value must be one that `decode` could give. */
  encode(value: Value): Uint8Array;
  /** For people. A container puts what is inside it on further lines, each indented by two spaces. */
  print(value: Value): string;
}

/** An option: its code, its name without "OPTION_", and its shape. */
export interface OptionCodec<Value> extends Shape<Value> {
  readonly code: number;
  readonly name: string;
}

/** Gives a shape its code and name; lengths that the option's definition does not allow are refused first. */
export function option<Value>(code: number, name: string, shape: Shape<Value>): OptionCodec<Value> {
  return {
    code,
    name,
    decode: (data) =>
      isOptionLengthAllowed(code, data.length) ? ofOption(code, shape.decode(data)) : failure('bad-option-length', 0, code),
    encode: (value) => shape.encode(value),
    print: (value) => shape.print(value),
  };
}

/** The result, with an error that names this option unless it names one inside it. */
function ofOption<Value>(code: number, decoded: DecodedValue<Value>): DecodedValue<Value> {
  if (decoded.error === undefined || decoded.error.option !== undefined) return decoded;
  return failure(decoded.error.code, decoded.error.offset, code);
}

/** The same error, seen from bytes that begin `by` octets earlier. */
export function shifted(failed: Failure, by: number): Failure {
  const { code, offset, option: about } = failed.error;
  return failure(code, offset + by, about);
}

/** The octets of several parts, one after the other. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

import { ADDRESS_LENGTH, type Address } from './address.ts';
import type { ClientMessage } from './client-message.ts';
import { u32, view } from './octets.ts';
import { OptionCode } from './option-code.ts';
import type { Seconds } from './units.ts';

/** The IA Address option (RFC 9915 21.6) of an ADDR-REG-INFORM, which is in no IA. All octets are views into the datagram. */
export interface RegisteredAddress {
  readonly address: Address;
  readonly preferredLifetime: Seconds;
  readonly validLifetime: Seconds;
  /** The option's data as it came: the answer has to have the same (RFC 9686 4.3). */
  readonly data: Uint8Array;
}

/** The address that a host registers; undefined where the message does not have exactly one (RFC 9686 4.2). */
export function registeredAddress({ options }: ClientMessage): RegisteredAddress | undefined {
  const index = options.indexOf(OptionCode.IAADDR);
  if (index < 0) return undefined;
  for (let i = index + 1; i < options.count; i++) if (options.code(i) === OptionCode.IAADDR) return undefined;
  const { bytes } = options;
  const start = options.start(index);
  const lifetimes = start + ADDRESS_LENGTH;
  return {
    address: view(bytes, start, lifetimes) as Address,
    preferredLifetime: u32(bytes, lifetimes) as Seconds,
    validLifetime: u32(bytes, lifetimes + 4) as Seconds,
    data: options.value(index),
  };
}

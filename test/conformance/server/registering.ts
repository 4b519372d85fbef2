/** What a host says of an address that it gave itself (RFC 9686). */
import { MessageType, OptionCode, seconds } from '../../../src/wire/index.ts';
import type { Duid, PlainMessage, PlainOption } from '../../../src/wire/index.ts';
import { PROVISIONING, address } from './box.ts';
import type { Delivery } from './box.ts';
import { message } from './client.ts';

/** Hosts on the link `lan`, and no others, may register. */
export const REGISTERING = PROVISIONING.replace('  lan:\n', '  lan:\n    address-registration: true\n');

export interface Informed {
  readonly client?: Duid | undefined;
  readonly transactionId?: number;
  readonly valid?: number;
  readonly preferred?: number;
  /** Besides. */
  readonly options?: readonly PlainOption[];
}

export function iaAddress(text: string, valid: number, preferred = valid): PlainOption {
  return { code: OptionCode.IAADDR, value: { address: address(text), preferred: seconds(preferred), valid: seconds(valid), options: [] } };
}

export function inform(text: string, { valid = 1_000, preferred, options = [], ...parts }: Informed = {}): PlainMessage {
  return message(MessageType.ADDR_REG_INFORM, [iaAddress(text, valid, preferred), ...options], parts);
}

/** It comes from the address itself. */
export function from(text: string): Delivery {
  return { source: address(text) };
}

import { BindingStatus, LeaseKind, type Binding } from '../../../src/lease/index.ts';
import { epochSeconds, iaid, seconds, type Address, type Duid } from '../../../src/wire/index.ts';

/** 2001:db8:1::, and the number in its low 32 bits. */
export function addressOf(number: number): Address {
  const address = new Uint8Array(16);
  address.set([0x20, 0x01, 0x0d, 0xb8, 0, 1]);
  new DataView(address.buffer).setUint32(12, number);
  return address as Address;
}

/** An active address lease that is different for each number. */
export function bindingOf(number: number, changes: Partial<Binding> = {}): Binding {
  const duid = new Uint8Array([0, 3, 0, 1, 2, 0, number >>> 24, number >>> 16, number >>> 8, number]) as Duid;
  return {
    address: addressOf(number),
    prefixLength: 128,
    kind: LeaseKind.IA_NA,
    status: BindingStatus.ACTIVE,
    duid,
    iaid: iaid(number ^ 0x55aa55aa),
    preferredLifetime: seconds(3600),
    validLifetime: seconds(7200),
    clientLastTransactionTime: epochSeconds(1_790_000_000 + number),
    startTimeOfState: epochSeconds(1_790_000_000),
    stateExpirationTime: epochSeconds(1_790_007_200 + number),
    partnerLifetime: epochSeconds(0),
    ackedPartnerLifetime: epochSeconds(0),
    expirationTime: epochSeconds(0),
    partnerRawCltTime: epochSeconds(0),
    updateNeeded: false,
    timescale: 0,
    revision: 1,
    ...changes,
  };
}

/** The bindings of the numbers `[from, to)`. */
export function bindingsOf(from: number, to: number, changes: Partial<Binding> = {}): Binding[] {
  return Array.from({ length: to - from }, (_, i) => bindingOf(from + i, changes));
}

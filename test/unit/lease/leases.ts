/** Makes what the tests of the lease room need. */
import assert from 'node:assert/strict';
import { type Binding, BindingStatus, LeaseKind, type LeaseName } from '../../../src/lease/index.ts';
import {
  type Address,
  type Duid,
  type EpochSeconds,
  type Iaid,
  epochSeconds,
  iaid,
  parseAddress,
  parsePrefix,
  seconds,
} from '../../../src/wire/index.ts';

export const KEY = { k0: 0x01234567, k1: 0x89abcdef };
export const SECRET = { k0: 0x5ec0de01, k1: 0x5ec0de02 };
export const NOW: EpochSeconds = epochSeconds(1_800_000_000);

export function address(text: string): Address {
  const parsed = parseAddress(text);
  assert.ok(parsed, text);
  return parsed;
}

/** "2001:db8::/56" or, for an address, "2001:db8::1". */
export function name(text: string): LeaseName {
  if (!text.includes('/')) return { address: address(text), prefixLength: 128 };
  const prefix = parsePrefix(text);
  assert.ok(prefix, text);
  return { address: prefix.address, prefixLength: prefix.length };
}

/** The DUID of client number `n`, of 14 octets like a DUID-LLT's unless another length is asked for. */
export function duid(n: number, length = 14): Duid {
  const octets = new Uint8Array(length);
  octets[1] = 1;
  new DataView(octets.buffer).setUint32(length - 4, n);
  return octets as Duid;
}

export function iaidOf(n: number): Iaid {
  return iaid(n);
}

/** An ACTIVE lease of client 1, with what differs. */
export function binding(text: string, differing: Partial<Binding> = {}): Binding {
  const { address: octets, prefixLength } = name(text);
  return {
    address: octets,
    prefixLength,
    kind: prefixLength === 128 ? LeaseKind.IA_NA : LeaseKind.IA_PD,
    status: BindingStatus.ACTIVE,
    duid: duid(1),
    iaid: iaid(1),
    preferredLifetime: seconds(3_600),
    validLifetime: seconds(7_200),
    clientLastTransactionTime: NOW,
    startTimeOfState: NOW,
    expirationTime: epochSeconds(NOW + 7_200),
    timescale: 0,
    revision: 1,
    linkLayerAddress: undefined,
    relay: undefined,
    ...differing,
  };
}

import type { Binding } from '../lease/index.ts';
import { checkBinding } from './binding-check.ts';
import type { LeaseName } from './key.ts';
import { encodeRecord, SCHEMA_VERSION } from './record.ts';

/**
 * The record of a lease: schema version, revision, timescale, kind, status, DUID, IAID, preferred and valid lifetime,
 * client-last-transaction-time, start-time-of-state, state-expiration-time; then, only if known, the client's link-layer
 * address and the relay chain. The lease itself is named by the key alone.
 */
const ITEMS_MIN = 12;
const ITEMS_MAX = 14;

/** The value that stands for a binding under `key`; valid until the next record is encoded. */
export function encodeBinding(key: Uint8Array, binding: Binding, revision: number): Uint8Array {
  const { linkLayerAddress, relay } = binding;
  const items: unknown[] = [
    SCHEMA_VERSION,
    revision,
    binding.timescale,
    binding.kind,
    binding.status,
    binding.duid,
    binding.iaid,
    binding.preferredLifetime,
    binding.validLifetime,
    binding.clientLastTransactionTime,
    binding.startTimeOfState,
    binding.stateExpirationTime,
  ];
  if (relay !== undefined) items.push(linkLayerAddress ?? null, relay);
  else if (linkLayerAddress !== undefined) items.push(linkLayerAddress);
  return encodeRecord(key, items);
}

/** Reads a record of the current schema version, without its check. A string says what is wrong with it. */
export function decodeBinding({ address, prefixLength }: LeaseName, items: readonly unknown[]): Binding | string {
  if (items.length < ITEMS_MIN || items.length > ITEMS_MAX) return `it has ${items.length} items`;
  const linkLayerAddress = items[12] ?? undefined;
  const relay = items[13];
  return checkBinding({
    address,
    prefixLength,
    revision: items[1],
    timescale: items[2],
    kind: items[3],
    status: items[4],
    duid: copyOctets(items[5]),
    iaid: items[6],
    preferredLifetime: items[7],
    validLifetime: items[8],
    clientLastTransactionTime: items[9],
    startTimeOfState: items[10],
    stateExpirationTime: items[11],
    linkLayerAddress: copyOctets(linkLayerAddress),
    relay: copyOctets(relay),
  });
}

/** Octets of a decoded record are views; a binding keeps its own. */
function copyOctets(value: unknown): unknown {
  return value instanceof Uint8Array ? new Uint8Array(value) : value;
}

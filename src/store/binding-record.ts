import type { Binding } from '../lease/index.ts';
import { checkBinding } from './binding-check.ts';
import type { LeaseName } from './key.ts';
import { encodeRecord, SCHEMA_VERSION } from './record.ts';

/**
 * The record of a lease: schema version, revision, timescale, kind, status, DUID, IAID, preferred and valid lifetime,
 * client-last-transaction-time, start-time-of-state, state-expiration-time; then, if there is any, which of the rarer
 * fields follow, and those. The lease itself is named by the key alone.
 */
const USUAL_ITEMS = 12;

/** The bits that say which of the rarer fields are there, in the order of the fields; what is 0 or not known is not there. */
const Rare = {
  LINK_LAYER_ADDRESS: 0x01,
  ACKED_PARTNER_LIFETIME: 0x02,
  EXPIRATION_TIME: 0x04,
  PARTNER_RAW_CLT_TIME: 0x08,
  PARTNER_LIFETIME: 0x10,
  /** Has no field: the bit says it all. */
  UPDATE_NEEDED: 0x20,
  CLIENT_ADDRESS: 0x40,
  RELAY: 0x80,
  RECONFIGURE_DATA: 0x100,
  RELAY_AGENT: 0x200,
  DNS: 0x400,
} as const;
const RARE_ALL = 0x7ff;

/** The value that stands for a binding under `key`; valid until the next record is encoded. */
export function encodeBinding(key: Uint8Array, binding: Binding, revision: number): Uint8Array {
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
  const rare = rareFieldsOf(binding);
  if (rare !== 0) {
    items.push(rare);
    if ((rare & Rare.LINK_LAYER_ADDRESS) !== 0) items.push(binding.linkLayerAddress);
    if ((rare & Rare.ACKED_PARTNER_LIFETIME) !== 0) items.push(binding.ackedPartnerLifetime);
    if ((rare & Rare.EXPIRATION_TIME) !== 0) items.push(binding.expirationTime);
    if ((rare & Rare.PARTNER_RAW_CLT_TIME) !== 0) items.push(binding.partnerRawCltTime);
    if ((rare & Rare.PARTNER_LIFETIME) !== 0) items.push(binding.partnerLifetime);
    if ((rare & Rare.CLIENT_ADDRESS) !== 0) items.push(binding.clientAddress);
    if ((rare & Rare.RELAY) !== 0) items.push(binding.relay);
    if ((rare & Rare.RECONFIGURE_DATA) !== 0) items.push(binding.reconfigureData);
    if ((rare & Rare.RELAY_AGENT) !== 0) items.push(binding.relayAgent);
    if ((rare & Rare.DNS) !== 0) items.push(binding.dns);
  }
  return encodeRecord(key, items);
}

function rareFieldsOf(binding: Binding): number {
  let rare = 0;
  if (binding.linkLayerAddress !== undefined) rare |= Rare.LINK_LAYER_ADDRESS;
  if (binding.ackedPartnerLifetime !== 0) rare |= Rare.ACKED_PARTNER_LIFETIME;
  if (binding.expirationTime !== 0) rare |= Rare.EXPIRATION_TIME;
  if (binding.partnerRawCltTime !== 0) rare |= Rare.PARTNER_RAW_CLT_TIME;
  if (binding.partnerLifetime !== 0) rare |= Rare.PARTNER_LIFETIME;
  if (binding.updateNeeded) rare |= Rare.UPDATE_NEEDED;
  if (binding.clientAddress !== undefined) rare |= Rare.CLIENT_ADDRESS;
  if (binding.relay !== undefined) rare |= Rare.RELAY;
  if (binding.reconfigureData !== undefined) rare |= Rare.RECONFIGURE_DATA;
  if (binding.relayAgent !== undefined) rare |= Rare.RELAY_AGENT;
  if (binding.dns !== undefined) rare |= Rare.DNS;
  return rare;
}

/**
 * Reads a record of the current schema version, without its check. A string says what is wrong with it. Octets of the binding are
 * copies, or borrowed: those of the items.
 */
export function decodeBinding({ address, prefixLength }: LeaseName, items: readonly unknown[], octets: 'copied' | 'borrowed'): Binding | string {
  if (items.length < USUAL_ITEMS) return `it has ${items.length} items`;
  const rare = items[USUAL_ITEMS] ?? 0;
  if (!isRareFields(rare)) return 'which fields it has is not known';
  const own = octets === 'copied' ? copyOctets : borrow;
  let next = USUAL_ITEMS + 1;
  const take = (bit: number): unknown => ((rare & bit) === 0 ? undefined : own(items[next++]));
  const binding = checkBinding({
    address,
    prefixLength,
    revision: items[1],
    timescale: items[2],
    kind: items[3],
    status: items[4],
    duid: own(items[5]),
    iaid: items[6],
    preferredLifetime: items[7],
    validLifetime: items[8],
    clientLastTransactionTime: items[9],
    startTimeOfState: items[10],
    stateExpirationTime: items[11],
    updateNeeded: (rare & Rare.UPDATE_NEEDED) !== 0,
    // In the order of their bits.
    linkLayerAddress: take(Rare.LINK_LAYER_ADDRESS),
    ackedPartnerLifetime: take(Rare.ACKED_PARTNER_LIFETIME) ?? 0,
    expirationTime: take(Rare.EXPIRATION_TIME) ?? 0,
    partnerRawCltTime: take(Rare.PARTNER_RAW_CLT_TIME) ?? 0,
    partnerLifetime: take(Rare.PARTNER_LIFETIME) ?? 0,
    clientAddress: take(Rare.CLIENT_ADDRESS),
    relay: take(Rare.RELAY),
    reconfigureData: take(Rare.RECONFIGURE_DATA),
    relayAgent: take(Rare.RELAY_AGENT),
    dns: take(Rare.DNS),
  });
  return items.length === (rare === 0 ? USUAL_ITEMS : next) ? binding : `it has ${items.length} items`;
}

/** The fields of a record of schema version 1, without the version, as those of version 2: what followed the usual ones has a bit now. */
export function upgradeBindingFrom1(fields: readonly unknown[]): readonly unknown[] {
  const [linkLayerAddress, relay, ...unknown] = fields.slice(USUAL_ITEMS - 1);
  const rare = (linkLayerAddress ? Rare.LINK_LAYER_ADDRESS : 0) | (relay ? Rare.RELAY : 0);
  const present = [linkLayerAddress, relay].filter(Boolean);
  const usual = fields.slice(0, USUAL_ITEMS - 1);
  return rare === 0 && unknown.length === 0 ? usual : [...usual, rare, ...present, ...unknown];
}

function isRareFields(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && (value & RARE_ALL) === value;
}

function borrow(value: unknown): unknown {
  return value;
}

/** Octets of a decoded record are views; a binding keeps its own. */
function copyOctets(value: unknown): unknown {
  return value instanceof Uint8Array ? new Uint8Array(value) : value;
}

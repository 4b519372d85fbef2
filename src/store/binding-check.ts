import { BindingStatus, LeaseKind, decodeLeaseDns, type Binding } from '../lease/index.ts';
import { ADDRESS_LENGTH, DUID_LENGTH_MAX, DUID_LENGTH_MIN, hasHostBits, type Address } from '../wire/index.ts';

/** Every field of a binding, as something outside of the program says it. */
export type BindingFields = { readonly [name in keyof Binding]: unknown };

const STATUS_MAX = Math.max(...Object.values(BindingStatus));
const LINK_LAYER_ADDRESS_MAX = 2 + 64;
const OPTION_MAX = 65_535;
/** One a start, if it comes to the worst; the table of leases counts from 1. */
const TIMESCALE_MAX = 0xffff_fffe;

/** Takes these fields for a binding if they can be one; else says which of them is wrong, and what is allowed. */
export function checkBinding(fields: BindingFields): Binding | string {
  return problemOf(fields) ?? (fields as Binding);
}

function problemOf(fields: BindingFields): string | undefined {
  const { address, prefixLength, kind } = fields;
  if (!isOctets(address, ADDRESS_LENGTH, ADDRESS_LENGTH)) return 'address: must be 16 octets';
  if (!isWhole(prefixLength, 128)) return 'prefixLength: must be 0 to 128';
  if (kind !== LeaseKind.IA_NA && kind !== LeaseKind.IA_PD && kind !== LeaseKind.REGISTERED) return 'kind: must be IA_NA, IA_PD or REGISTERED';
  if (kind !== LeaseKind.IA_PD && prefixLength !== 128) return 'prefixLength: must be 128 for an address';
  if (hasHostBits(address as Address, prefixLength)) return 'address: must be zero behind the prefix length';
  if (!isWhole(fields.status, STATUS_MAX) || fields.status === 0) return `status: must be 1 to ${STATUS_MAX}`;
  if (!isOctets(fields.duid, 0, DUID_LENGTH_MAX) || (fields.duid.length > 0 && fields.duid.length < DUID_LENGTH_MIN)) {
    return `duid: must be ${DUID_LENGTH_MIN} to ${DUID_LENGTH_MAX} octets, or none`;
  }
  return problemOfNumbers(fields) ?? problemOfOptionalFields(fields);
}

function problemOfNumbers(fields: BindingFields): string | undefined {
  if (!isWhole32(fields.iaid)) return 'iaid: must be a 32-bit number';
  if (!isWhole32(fields.preferredLifetime)) return 'preferredLifetime: must be seconds, at most 4294967295';
  if (!isWhole32(fields.validLifetime)) return 'validLifetime: must be seconds, at most 4294967295';
  if (!isWhole32(fields.clientLastTransactionTime)) return 'clientLastTransactionTime: must be seconds since 1970, in 32 bits';
  if (!isWhole32(fields.startTimeOfState)) return 'startTimeOfState: must be seconds since 1970, in 32 bits';
  if (!isWhole32(fields.stateExpirationTime)) return 'stateExpirationTime: must be seconds since 1970, in 32 bits';
  if (!isWhole32(fields.partnerLifetime)) return 'partnerLifetime: must be seconds since 1970, in 32 bits';
  if (!isWhole32(fields.ackedPartnerLifetime)) return 'ackedPartnerLifetime: must be seconds since 1970, in 32 bits';
  if (!isWhole32(fields.expirationTime)) return 'expirationTime: must be seconds since 1970, in 32 bits';
  if (!isWhole32(fields.partnerRawCltTime)) return 'partnerRawCltTime: must be seconds since 1970, in 32 bits';
  if (typeof fields.updateNeeded !== 'boolean') return 'updateNeeded: must be true or false';
  if (!isWhole(fields.timescale, TIMESCALE_MAX)) return `timescale: must be 0 to ${TIMESCALE_MAX}`;
  if (!isWhole(fields.revision, Number.MAX_SAFE_INTEGER)) return 'revision: must be a whole number of at most 53 bits';
  return undefined;
}

function problemOfOptionalFields(fields: BindingFields): string | undefined {
  const { linkLayerAddress, relay, relayAgent, reconfigureData, clientAddress, dns } = fields;
  if (linkLayerAddress !== undefined && !isOctets(linkLayerAddress, 2, LINK_LAYER_ADDRESS_MAX)) {
    return `linkLayerAddress: must be 2 to ${LINK_LAYER_ADDRESS_MAX} octets`;
  }
  if (relay !== undefined && !isOctets(relay, 1, OPTION_MAX)) return `relay: must be 1 to ${OPTION_MAX} octets`;
  if (relayAgent !== undefined && !isOctets(relayAgent, ADDRESS_LENGTH, ADDRESS_LENGTH)) return 'relayAgent: must be 16 octets';
  if (relayAgent !== undefined && relay === undefined) return 'relayAgent: must not be there without relay';
  if (reconfigureData !== undefined && !isOctets(reconfigureData, 1, OPTION_MAX)) return `reconfigureData: must be 1 to ${OPTION_MAX} octets`;
  if (clientAddress !== undefined && !isOctets(clientAddress, ADDRESS_LENGTH, ADDRESS_LENGTH)) return 'clientAddress: must be 16 octets';
  if (dns !== undefined && !(dns instanceof Uint8Array && decodeLeaseDns(dns) !== undefined)) return 'dns: must be flags and names in wire form';
  return undefined;
}

function isOctets(value: unknown, shortest: number, longest: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length >= shortest && value.length <= longest;
}

function isWhole32(value: unknown): value is number {
  return typeof value === 'number' && value >>> 0 === value;
}

function isWhole(value: unknown, largest: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= largest;
}

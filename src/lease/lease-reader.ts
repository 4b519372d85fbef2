import type { Address, Duid, EpochSeconds, Iaid, Seconds } from '../wire/index.ts';
import type { BindingStatus, LeaseKind } from './binding.ts';
import type { RenewalTimes } from './lifetimes.ts';

/** The fields of a lease by its slot number. A slot that holds no lease has no meaningful fields. */
export interface LeaseReader {
  /** A copy. */
  address(slot: number): Address;
  /** Writes the 16 octets of the address. */
  copyAddress(slot: number, into: Uint8Array, start: number): void;
  prefixLength(slot: number): number;
  kind(slot: number): LeaseKind;
  status(slot: number): BindingStatus;
  /** A copy of the last client's DUID; of length 0 when there never was a client. */
  duid(slot: number): Duid;
  /** Of the last client's, in octets, without a copy; 0: there never was a client. */
  duidLength(slot: number): number;
  /** Whether these octets are the DUID of the last client. */
  isClient(slot: number, bytes: Uint8Array, start: number, length: number): boolean;
  iaid(slot: number): Iaid;
  preferredLifetime(slot: number): Seconds;
  validLifetime(slot: number): Seconds;
  /** T1 and T2 as the client was told them with these lifetimes; where that is not known, as they are by themselves (`renewalTimes`). */
  renewal(slot: number): RenewalTimes;
  clientLastTransactionTime(slot: number): EpochSeconds;
  startTimeOfState(slot: number): EpochSeconds;
  stateExpirationTime(slot: number): EpochSeconds;
  /**
   * Until when the client may hold an ACTIVE lease. That is its state-expiration-time; but where the partner talked to the
   * client last it may have extended the lease since, up to what it announced as its partner-lifetime (RFC 8156 4.4, 7.3).
   */
  heldUntil(slot: number): EpochSeconds;
  partnerLifetime(slot: number): EpochSeconds;
  ackedPartnerLifetime(slot: number): EpochSeconds;
  expirationTime(slot: number): EpochSeconds;
  partnerRawCltTime(slot: number): EpochSeconds;
  updateNeeded(slot: number): boolean;
  /** Whether its times are known in the present timescale, and no upper bounds (R-ST2). */
  isExact(slot: number): boolean;
  revision(slot: number): number;
  /** Revision of the commit that the lease waits for, 0 when it is not locked. */
  lock(slot: number): number;
  /** Whether no other client may have it from any box: it is not free, or not yet durably so. */
  isTaken(slot: number): boolean;
  /** Number of the pool that the lease is an element of, or NO_POOL. */
  pool(slot: number): number;
  linkLayerAddress(slot: number): Uint8Array | undefined;
  relay(slot: number): Uint8Array | undefined;
  relayAgent(slot: number): Uint8Array | undefined;
  /** See `reconfigureKeyOf`. */
  reconfigureData(slot: number): Uint8Array | undefined;
  /** The leases that have any of that. */
  keyedSlots(): Iterable<number>;
  clientAddress(slot: number): Uint8Array | undefined;
  /** See `LeaseDns`. */
  dns(slot: number): Uint8Array | undefined;
  /** The leases that have any of that. */
  namedSlots(): Iterable<number>;
}

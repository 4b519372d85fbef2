/** What leases are called in the DNS. It is decided above; the rules for messages obey it, and keep it with the lease. */
import type { Address, Duid } from '../wire/index.ts';

export interface ClientNames {
  /**
   * The names of a lease of an address (`LeaseDns`); undefined: it has none.
   * @param asked the data of the client's Client FQDN option (RFC 4704 section 4); undefined: it sent none
   * @param before the names that the lease has, of the same client
   */
  namesOf(link: string, asked: Uint8Array | undefined, address: Address, before: Uint8Array | undefined): Uint8Array | undefined;
  /** The lease of this client has other names than before. */
  replaced(address: Address, client: Duid, before: Uint8Array, now: Uint8Array | undefined): void;
  /** The data of the Client FQDN option that tells the client; undefined: there is nothing to tell. */
  answered(names: Uint8Array): Uint8Array | undefined;
}

import type { Duid } from '../wire/index.ts';
import type { Sha256 } from './configuration.ts';

/** Identifier type code: the DUID (RFC 4701 section 3.3). */
const FROM_DUID = [0x00, 0x02] as const;
/** Digest type code: SHA-256 (RFC 4701 section 3.4). */
const SHA_256 = 0x01;

/**
 * The data of the DHCID record that says whose a name is (RFC 4701 section 3.5): the same whatever server, box or client writes it.
 * @param name in wire form with small letters
 */
export function dhcidData(sha256: Sha256, duid: Duid, name: Uint8Array): Uint8Array {
  return Uint8Array.of(...FROM_DUID, SHA_256, ...sha256(Uint8Array.of(...duid, ...name)));
}

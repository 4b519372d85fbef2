import type { LoadedConfiguration } from '../configuration/loaded-configuration.ts';
import type { Partners, PartnerTrust } from './partner-certificates.ts';

export const NOBODY: Partners = { identity: undefined, relationships: [], pairings: new Map() };

/** A box by itself does without the memory that TLS and certificates take. */
export async function partnersOf(
  { appliance }: LoadedConfiguration,
  trust: PartnerTrust | undefined,
): Promise<Partners | { readonly error: string }> {
  // A set of relationships that is another one than at the start is refused anyway.
  if (appliance.relationships.length === 0 || trust === undefined) return NOBODY;
  return await trust.read(appliance);
}

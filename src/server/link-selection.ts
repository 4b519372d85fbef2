/**
 * Which link a client is on (RFC 9915 section 13.1): the receiving interface for a message that came
 * directly, what the relay agents said for one that was relayed.
 */
import { OptionCode, formatHex, isUnspecified, firstAddress } from '../wire/index.ts';
import type { Address, RelayLevel } from '../wire/index.ts';
import type { CompiledLink } from './compiled-link.ts';

export interface LinkSelection {
  /** @param interfaceName where the datagram came in @param levels outermost first, none for a direct message */
  select(interfaceName: string, levels: readonly RelayLevel[]): CompiledLink | undefined;
  named(link: string): CompiledLink | undefined;
}

export function linkSelection(links: readonly CompiledLink[]): LinkSelection {
  const byInterface = new Map<string, CompiledLink>();
  const byInterfaceId = new Map<string, CompiledLink>();
  const byRemoteId = new Map<string, CompiledLink>();
  for (const link of links) {
    for (const name of link.configuration.interfaces) byInterface.set(name, link);
    for (const id of link.configuration.relayInterfaceIds) byInterfaceId.set(formatHex(id), link);
    for (const { enterprise, id } of link.configuration.relayRemoteIds) {
      byRemoteId.set(remoteIdKey(enterprise, id), link);
    }
  }
  const byPrefix = prefixMatch(links);

  return {
    named: (name) => links.find(({ configuration }) => configuration.name === name),
    select(interfaceName, levels) {
      if (byInterfaceId.size > 0 || byRemoteId.size > 0) {
        const named = nearestNamed(levels);
        if (named !== undefined) return named;
      }
      const linkAddress = nearestLinkAddress(levels);
      // Nobody relayed it, or lightweight relay agents did (RFC 6221): they leave every link-address zero, and sit on the link itself.
      return linkAddress === undefined ? byInterface.get(interfaceName) : byPrefix(linkAddress);
    },
  };

  /** What the operator wrote down for a relay's port stands before the address that the relay chose. */
  function nearestNamed(levels: readonly RelayLevel[]): CompiledLink | undefined {
    for (let i = levels.length - 1; i >= 0; i--) {
      const { options } = levels[i] as RelayLevel;
      const interfaceId = options.indexOf(OptionCode.INTERFACE_ID);
      if (interfaceId >= 0) {
        const link = byInterfaceId.get(formatHex(options.value(interfaceId)));
        if (link !== undefined) return link;
      }
      const remoteId = options.indexOf(OptionCode.REMOTE_ID);
      if (remoteId >= 0) {
        const value = options.value(remoteId);
        const enterprise = new DataView(value.buffer, value.byteOffset, value.length).getUint32(0);
        const link = byRemoteId.get(remoteIdKey(enterprise, value.subarray(4)));
        if (link !== undefined) return link;
      }
    }
    return undefined;
  }
}

function remoteIdKey(enterprise: number, id: Uint8Array): string {
  return `${enterprise} ${formatHex(id)}`;
}

/** The link-address nearest to the client that is not zero (section 13.1). */
function nearestLinkAddress(levels: readonly RelayLevel[]): Address | undefined {
  return levels.findLast(({ linkAddress }) => !isUnspecified(linkAddress))?.linkAddress;
}

/** One map look-up for each distinct prefix length in the configuration, however many links there are. Their prefixes do not overlap. */
function prefixMatch(links: readonly CompiledLink[]): (address: Address) => CompiledLink | undefined {
  const byLength = new Map<number, Map<string, CompiledLink>>();
  for (const link of links) {
    for (const { address, length } of link.configuration.prefixes) {
      const sameLength = byLength.get(length) ?? new Map<string, CompiledLink>();
      sameLength.set(formatHex(address), link);
      byLength.set(length, sameLength);
    }
  }
  return (address) => {
    for (const [length, sameLength] of byLength) {
      const link = sameLength.get(formatHex(firstAddress(address, length)));
      if (link !== undefined) return link;
    }
    return undefined;
  };
}

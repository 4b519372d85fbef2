/** What is known of a client, for tests of classes: from a message of it, or from a lease that it holds. */
import { OptionCode, RadiusAttributeType, decodeRelayHeaders, isLinkLocal, optionCodec } from '../../wire/index.ts';
import type { Address, ClientMessage, Duid, RelayLevel, RemoteId, VendorClass } from '../../wire/index.ts';
import { architecturesOf } from '../boot-file.ts';
import { addressOctets, derivedLinkLayerAddress, linkLayerAddressOf, reportedLinkLayerAddress } from '../client-link-layer-address.ts';
import type { Query } from '../query.ts';
import { radiusValues } from '../radius-values.ts';

/** Each is a list of all that there is; undefined: nobody knows. What is malformed counts as not there. */
export interface Evidence {
  vendorClasses(): readonly VendorClass[] | undefined;
  userClasses(): readonly Uint8Array[] | undefined;
  architectures(): readonly number[] | undefined;
  duids(): readonly Uint8Array[];
  /** Without the hardware type. */
  linkLayerAddresses(): readonly Uint8Array[] | undefined;
  remoteIds(): readonly RemoteId[] | undefined;
  subscriberIds(): readonly Uint8Array[] | undefined;
  interfaceIds(): readonly Uint8Array[] | undefined;
  /** Stateful-IPv6-Address-Pool and Delegated-IPv6-Prefix-Pool (RFC 6911). */
  radiusAddressPools(): readonly Uint8Array[] | undefined;
  radiusPrefixPools(): readonly Uint8Array[] | undefined;
}

/** More than any client has; an option without items counts as one. */
const ITEMS_MAX = 32;

/** What a message says. */
export function evidenceOfMessage(query: Pick<Query, 'message' | 'levels' | 'source'>): Evidence {
  return new MessageEvidence(query);
}

/** What a lease keeps of its client. */
export interface LeaseEvidence {
  readonly duid: Duid;
  /** Hardware type and address as a relay agent told them. */
  readonly linkLayerAddress: Uint8Array | undefined;
  /** The Relay-forward headers up to the client's message; undefined: it was heard directly. */
  readonly relay: Uint8Array | undefined;
  /** The link-local address that it was heard from, where that is kept. */
  readonly clientAddress: Address | undefined;
}

/** What a lease tells: nothing of the options that its client sends. */
export function evidenceOfLease({ duid, linkLayerAddress, relay, clientAddress }: LeaseEvidence): Evidence {
  const levels = relay === undefined ? [] : decodeRelayHeaders(relay);
  const relayed = levels === undefined ? NO_LEVELS_KNOWN : new RelayedEvidence(levels);
  const nearest = levels?.at(-1)?.peerAddress ?? clientAddress;
  const known = linkLayerAddress ?? (nearest === undefined ? undefined : linkLayerAddressOf(nearest));
  return {
    remoteIds: () => relayed.remoteIds(),
    subscriberIds: () => relayed.subscriberIds(),
    interfaceIds: () => relayed.interfaceIds(),
    radiusAddressPools: () => relayed.radiusAddressPools(),
    radiusPrefixPools: () => relayed.radiusPrefixPools(),
    duids: () => [duid],
    architectures: () => undefined,
    userClasses: () => undefined,
    vendorClasses: () => undefined,
    linkLayerAddresses() {
      if (known !== undefined) return [addressOctets(known)];
      return nearest !== undefined && isLinkLocal(nearest) ? [] : undefined;
    },
  };
}

/** What is known of a client by its DUID alone. */
export function evidenceOfDuid(duid: Duid): Evidence {
  const unknown = (): undefined => undefined;
  return {
    ...NO_LEVELS_KNOWN,
    duids: () => [duid],
    architectures: unknown,
    userClasses: unknown,
    vendorClasses: unknown,
    linkLayerAddresses: unknown,
  };
}

type RelayEvidence = Pick<Evidence, 'remoteIds' | 'subscriberIds' | 'interfaceIds' | 'radiusAddressPools' | 'radiusPrefixPools'>;

const NO_LEVELS_KNOWN: RelayEvidence = {
  remoteIds: () => undefined,
  subscriberIds: () => undefined,
  interfaceIds: () => undefined,
  radiusAddressPools: () => undefined,
  radiusPrefixPools: () => undefined,
};

/**
 * Of all relay agents: which of them puts an identifier into the message is the operator's affair. Decoded when it is first asked for, as
 * many classes may ask for the same. A class, as one is made for each message: functions of its own would take longer than most tests.
 */
class RelayedEvidence implements RelayEvidence {
  readonly #levels: readonly RelayLevel[];
  #remoteIds: readonly RemoteId[] | undefined;
  #subscriberIds: readonly Uint8Array[] | undefined;
  #interfaceIds: readonly Uint8Array[] | undefined;
  #radiusAddressPools: readonly Uint8Array[] | undefined;
  #radiusPrefixPools: readonly Uint8Array[] | undefined;

  constructor(levels: readonly RelayLevel[]) {
    this.#levels = levels;
  }

  remoteIds(): readonly RemoteId[] {
    return (this.#remoteIds ??= valuesIn(this.#levels, OptionCode.REMOTE_ID).flatMap((data) => {
      const decoded = optionCodec(OptionCode.REMOTE_ID).decode(data);
      return decoded.error === undefined ? [decoded.value] : [];
    }));
  }

  subscriberIds(): readonly Uint8Array[] {
    return (this.#subscriberIds ??= valuesIn(this.#levels, OptionCode.SUBSCRIBER_ID));
  }

  interfaceIds(): readonly Uint8Array[] {
    return (this.#interfaceIds ??= valuesIn(this.#levels, OptionCode.INTERFACE_ID));
  }

  radiusAddressPools(): readonly Uint8Array[] {
    return (this.#radiusAddressPools ??= radiusValues(this.#levels, RadiusAttributeType.STATEFUL_IPV6_ADDRESS_POOL));
  }

  radiusPrefixPools(): readonly Uint8Array[] {
    return (this.#radiusPrefixPools ??= radiusValues(this.#levels, RadiusAttributeType.DELEGATED_IPV6_PREFIX_POOL));
  }
}

class MessageEvidence extends RelayedEvidence implements Evidence {
  readonly #query: Pick<Query, 'message' | 'levels' | 'source'>;
  #vendorClasses: readonly VendorClass[] | undefined;
  #userClasses: readonly Uint8Array[] | undefined;
  #architectures: readonly number[] | undefined;
  #linkLayerAddresses: readonly Uint8Array[] | undefined;

  constructor(query: Pick<Query, 'message' | 'levels' | 'source'>) {
    super(query.levels);
    this.#query = query;
  }

  duids(): readonly Uint8Array[] {
    const { clientId } = this.#query.message;
    return clientId === undefined ? [] : [clientId];
  }

  architectures(): readonly number[] {
    return (this.#architectures ??= architecturesOf(this.#query.message));
  }

  userClasses(): readonly Uint8Array[] {
    return (this.#userClasses ??= userClassesIn(this.#query.message));
  }

  vendorClasses(): readonly VendorClass[] {
    return (this.#vendorClasses ??= vendorClassesIn(this.#query.message));
  }

  linkLayerAddresses(): readonly Uint8Array[] {
    return (this.#linkLayerAddresses ??= linkLayerAddressesOf(this.#query));
  }
}

function userClassesIn({ options }: ClientMessage): readonly Uint8Array[] {
  const index = options.indexOf(OptionCode.USER_CLASS);
  const decoded = index < 0 ? undefined : optionCodec(OptionCode.USER_CLASS).decode(options.value(index));
  return decoded === undefined || decoded.error !== undefined ? [] : decoded.value.slice(0, ITEMS_MAX);
}

function vendorClassesIn({ options }: ClientMessage): readonly VendorClass[] {
  const found: VendorClass[] = [];
  let left = ITEMS_MAX;
  for (let i = 0; i < options.count && left > 0; i++) {
    if (options.code(i) !== OptionCode.VENDOR_CLASS) continue;
    const decoded = optionCodec(OptionCode.VENDOR_CLASS).decode(options.value(i));
    if (decoded.error !== undefined) continue;
    const items = decoded.value.items.slice(0, left);
    found.push({ enterprise: decoded.value.enterprise, items });
    left -= Math.max(1, items.length);
  }
  return found;
}

function linkLayerAddressesOf(query: Pick<Query, 'levels' | 'source'>): readonly Uint8Array[] {
  const found = reportedLinkLayerAddress(query) ?? derivedLinkLayerAddress(query);
  return found === undefined ? [] : [addressOctets(found)];
}

function valuesIn(levels: readonly RelayLevel[], code: number): readonly Uint8Array[] {
  return levels.flatMap(({ options }) => {
    const index = options.indexOf(code);
    return index < 0 ? [] : [options.value(index)];
  });
}

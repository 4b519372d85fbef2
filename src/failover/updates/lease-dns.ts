/** The names of a lease as the partner is told of them, and as it tells (RFC 8156 sections 5.5.3, 7.4 and 9.2; F-GAP-14: beside CLIENT_FQDN). */
import { FqdnBit, LeaseDnsBit, decodeLeaseDns, encodeLeaseDns, withDnsBits } from '../../lease/index.ts';
import { type ClientFqdn, type LeaseUpdate, decodeDnsFlags, decodeDomainNames, dnsFlagBits, encodeDomainNames, isWholeName, sameBytes, withSmallLetters } from '../../wire/index.ts';

type ToldNames = Pick<LeaseUpdate, 'clientFqdn' | 'dnsRemoval'>;

const NO_NAMES: ToldNames = {};

/** The bits that are this box's own stay here. */
const TOLD_BITS = LeaseDnsBit.FORWARD_UP_TO_DATE | LeaseDnsBit.REVERSE_UP_TO_DATE | LeaseDnsBit.SYNTHESIZED | LeaseDnsBit.USING_REQUESTED;
const FQDN_BITS = FqdnBit.S | FqdnBit.O | FqdnBit.N;

export function toldNames(dns: Uint8Array | undefined): ToldNames {
  const names = dns === undefined ? undefined : decodeLeaseDns(dns);
  if (names === undefined) return NO_NAMES;
  const { bits, fqdnFlags, name, wanted } = names;
  const decoded = decodeDomainNames(name);
  return {
    clientFqdn: { flags: fqdnFlags, name: wanted },
    dnsRemoval: {
      hostName: decoded.error === undefined ? decoded.value[0] : undefined,
      flags: decodeDnsFlags(bits),
    },
  };
}

/** What is kept of that; undefined: the partner says nothing of names, or none that is whole. */
export function heardNames({ clientFqdn, dnsRemoval }: ToldNames): Uint8Array | undefined {
  const wanted = clientFqdn === undefined ? undefined : wholeName(clientFqdn.name);
  const entered = dnsRemoval?.hostName === undefined ? undefined : wholeName(encodeDomainNames([dnsRemoval.hostName]));
  const name = entered ?? wanted;
  if (name === undefined) return undefined;
  return encodeLeaseDns({ bits: dnsRemoval?.flags === undefined ? 0 : dnsFlagBits(dnsRemoval.flags), fqdnFlags: flagsOf(clientFqdn), name, wanted: wanted ?? name });
}

function wholeName(octets: Uint8Array): Uint8Array | undefined {
  // A root has nothing that could be entered.
  return octets.length > 1 && isWholeName(octets) ? withSmallLetters(octets) : undefined;
}

function flagsOf(fqdn: ClientFqdn | undefined): number {
  return (fqdn?.flags ?? FqdnBit.S) & FQDN_BITS;
}

/**
 * What comes of the names that this box has of a lease and those that the partner tells (RFC 8156 section 9.2: the receiver compares, and
 * updates its notion of the status). `isOwnNewer`: the own record counts where they differ.
 */
export function mergedNames(own: Uint8Array | undefined, told: Uint8Array | undefined, isOwnNewer: boolean): Uint8Array | undefined {
  if (own === undefined || told === undefined) return own ?? told;
  const [mine, theirs] = [decodeLeaseDns(own), decodeLeaseDns(told)];
  if (mine === undefined || theirs === undefined) return mine === undefined ? told : own;
  if (!sameBytes(mine.name, theirs.name)) return isOwnNewer ? own : told;
  const bits = mine.bits | (theirs.bits & TOLD_BITS);
  return encodeLeaseDns({ ...(isOwnNewer ? mine : theirs), bits });
}

/**
 * The same, of a lease that the partner ended: it deals with the DNS (RFC 8156 section 9.4). Of one that it extended (`isLeased`) while this box took
 * it for ended, what is not added yet stays this box's to add (section 9.3): the partner, which did not give it, does not.
 */
export function partnersNames(dns: Uint8Array | undefined, isLeased: boolean): Uint8Array | undefined {
  return dns === undefined ? undefined : withDnsBits(dns, 0, isLeased ? LeaseDnsBit.REMOVE : LeaseDnsBit.OWN | LeaseDnsBit.REMOVE);
}

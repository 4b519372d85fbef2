/**
 * The requests by which a name is added or removed, one after the other (RFC 4703 section 5): each knows from the answer to one whether
 * there is another.
 */
import { DnsType, Rcode, addRecord, deleteName, deleteRecord, deleteRrset, nameInUse, nameNotInUse, noRrset, reverseName, rrsetIs } from '../wire/index.ts';
import type { Address, DnsUpdate, Seconds } from '../wire/index.ts';

/**
 * - `again`: the request to be sent is another one now.
 * - `done`: the zone is as it is to be.
 * - `taken`: the name is somebody else's.
 * - `refused`: the server can't, or won't.
 */
export type Verdict = 'again' | 'done' | 'taken' | 'refused';

export interface Transaction {
  request(): DnsUpdate;
  /** What the answer to that request with this RCODE means. */
  answered(rcode: number): Verdict;
}

/** The two requests of an add could alternate for ever, while somebody else adds and removes the name (RFC 4703 section 5.3). */
const ATTEMPTS_MAX = 6;

interface Reverse {
  readonly zone: Uint8Array;
  readonly name: Uint8Array;
  readonly address: Address;
}

interface Forward extends Reverse {
  /** Of the client, for this name. */
  readonly dhcid: Uint8Array;
}

/** AAAA and DHCID (RFC 4703 section 5.3). Other addresses of the same client stay. */
export function addForward({ zone, name, address, dhcid }: Forward, ttl: Seconds): Transaction {
  const aaaa = addRecord(name, DnsType.AAAA, ttl, address);
  let mayBeInUse = false;
  let attempts = 0;
  return {
    request: () =>
      mayBeInUse
        ? { zone, prerequisites: [nameInUse(name), rrsetIs(name, DnsType.DHCID, dhcid)], changes: [aaaa] }
        : { zone, prerequisites: [nameNotInUse(name)], changes: [aaaa, addRecord(name, DnsType.DHCID, ttl, dhcid)] },
    answered(rcode) {
      if (rcode === Rcode.NOERROR) return 'done';
      attempts += 1;
      const next = mayBeInUse ? Rcode.NXDOMAIN : Rcode.YXDOMAIN;
      if (rcode === next) {
        mayBeInUse = !mayBeInUse;
        return attempts < ATTEMPTS_MAX ? 'again' : 'taken';
      }
      return mayBeInUse && rcode === Rcode.NXRRSET ? 'taken' : 'refused';
    },
  };
}

/** The AAAA, then all that is left of the name if no address is (RFC 4703 section 5.5). */
export function removeForward({ zone, name, address, dhcid }: Forward): Transaction {
  const isOurs = rrsetIs(name, DnsType.DHCID, dhcid);
  let isAddressGone = false;
  return {
    request: () =>
      isAddressGone
        ? { zone, prerequisites: [isOurs, noRrset(name, DnsType.A), noRrset(name, DnsType.AAAA)], changes: [deleteName(name)] }
        : { zone, prerequisites: [isOurs], changes: [deleteRecord(name, DnsType.AAAA, address)] },
    answered(rcode) {
      if (rcode === Rcode.NOERROR && !isAddressGone) {
        isAddressGone = true;
        return 'again';
      }
      // That it is not so, or not this client's: nothing may be removed (any more).
      return rcode === Rcode.NOERROR || isAbsence(rcode) || (isAddressGone && rcode === Rcode.YXRRSET) ? 'done' : 'refused';
    },
  };
}

/** RFC 4703 section 5.4: an address has one client at a time. */
export function addReverse({ zone, name, address }: Reverse, ttl: Seconds): Transaction {
  const owner = reverseName(address);
  return {
    request: () => ({ zone, prerequisites: [], changes: [deleteRrset(owner, DnsType.PTR), addRecord(owner, DnsType.PTR, ttl, name)] }),
    answered: (rcode) => (rcode === Rcode.NOERROR ? 'done' : 'refused'),
  };
}

/** Only the PTR to this name: by now there may be another (RFC 4703 section 5.5). */
export function removeReverse({ zone, name, address }: Reverse): Transaction {
  const owner = reverseName(address);
  return {
    request: () => ({ zone, prerequisites: [rrsetIs(owner, DnsType.PTR, name)], changes: [deleteName(owner)] }),
    answered: (rcode) => (rcode === Rcode.NOERROR || isAbsence(rcode) ? 'done' : 'refused'),
  };
}

function isAbsence(rcode: number): boolean {
  return rcode === Rcode.NXRRSET || rcode === Rcode.NXDOMAIN;
}

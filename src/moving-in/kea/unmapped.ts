/** Keys of Kea that nothing is made of: why, and what to do instead. */
import type { Findings } from '../findings.ts';
import type { Section } from './section.ts';

interface Reason {
  readonly why: string;
  /** Left out: nobody misses it. */
  readonly instead?: string;
}

const OF_ITS_OWN: Reason = { why: 'Twinlease has its own ways of running, logging and keeping leases' };
const MAC_SOURCES: Reason = { why: 'a link-layer address is known from the relay (RFC 6939), or from the DUID that was made of it' };
const MODES: Reason = { why: 'a reservation holds on its link, in and out of pools' };
const NAME: Reason = { why: 'a client is called what it says itself', instead: 'have the client say its name, or add it to the zone by hand' };
const DNS_DETAIL: Reason = { why: 'it is how DNS updates are made, which "dhcp-ddns" turns on' };
const CLASSES: Reason = { why: 'what puts a client into a class is what it says, not its reservation', instead: 'give the reservation the options of the class, or name its DUID in the class' };
const CACHE: Reason = { why: 'every Renew extends the lease' };
const DATABASE: Reason = { why: 'the configuration is in a database, not in this file', instead: 'have Kea write it with config-write, and import that file' };

const REASONS: Readonly<Record<string, Reason>> = {
  loggers: OF_ITS_OWN,
  'control-socket': OF_ITS_OWN,
  'control-sockets': OF_ITS_OWN,
  'expired-leases-processing': OF_ITS_OWN,
  'multi-threading': OF_ITS_OWN,
  'dhcp-queue-control': OF_ITS_OWN,
  'sanity-checks': OF_ITS_OWN,
  'data-directory': OF_ITS_OWN,
  'server-tag': OF_ITS_OWN,
  'parked-packet-limit': OF_ITS_OWN,
  'store-extended-info': OF_ITS_OWN,
  'statistic-default-sample-count': OF_ITS_OWN,
  'statistic-default-sample-age': OF_ITS_OWN,
  compatibility: OF_ITS_OWN,
  allocator: OF_ITS_OWN,
  'pd-allocator': OF_ITS_OWN,
  'mac-sources': MAC_SOURCES,
  'host-reservation-identifiers': MAC_SOURCES,
  'reservation-mode': MODES,
  'reservations-global': MODES,
  'reservations-in-subnet': MODES,
  'reservations-out-of-pool': MODES,
  'reservations-lookup-first': MODES,
  'early-global-reservations-lookup': MODES,
  'ip-reservations-unique': MODES,
  'cache-threshold': CACHE,
  'cache-max-age': CACHE,
  'client-classes': CLASSES,
  hostname: NAME,
  'hostname-char-set': DNS_DETAIL,
  'hostname-char-replacement': DNS_DETAIL,
  'config-control': DATABASE,
  'hosts-database': { why: 'reservations are in a database, not in this file', instead: 'write them into "reservations" of the link, or have Kea write them with its host commands' },
  'hosts-databases': { why: 'reservations are in a database, not in this file', instead: 'write them into "reservations" of the link, or have Kea write them with its host commands' },
};

/** Says of every key that nobody has read what became of it. */
export function listRest(section: Section, what: string, findings: Findings): void {
  for (const { key, place } of section.rest()) {
    const reason = REASONS[key] ?? (key.startsWith('ddns-') ? DNS_DETAIL : undefined);
    const name = `${what === '' ? '' : `${what}: `}${key}`;
    if (reason === undefined) findings.leftOut(place, name, 'this key is not known to the importer', 'look whether clients depend on it');
    else if (reason.instead === undefined) findings.notNeeded(place, name, reason.why);
    else findings.leftOut(place, name, reason.why, reason.instead);
  }
}

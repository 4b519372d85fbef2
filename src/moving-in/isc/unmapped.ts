/** Statements of `dhcpd6.conf` that nothing is made of: why, and what to do instead. */
import type { Findings } from '../findings.ts';
import type { Statement } from './statements.ts';

interface Reason {
  readonly why: string;
  /** Left out: nobody misses it. */
  readonly instead?: string;
}

const OF_ITS_OWN: Reason = { why: 'Twinlease has its own ways of running, logging and keeping leases' };
const DHCPV4: Reason = { why: 'it is of DHCPv4' };
const DNS: Reason = { why: 'DNS updates are not taken over', instead: 'say them under "dns-updates", of the file and of the link' };
const DNS_DETAIL: Reason = { why: 'it is how DNS updates are made, which "ddns-update-style" turns on' };
const CLASSES: Reason = { why: 'client classes and conditions are not taken over', instead: 'say them under "classes", and which pools are for them' };
const BOUNDS: Reason = { why: 'a client gets the one lifetime that is configured, whatever it asks for' };

const REASONS: Readonly<Record<string, Reason>> = {
  authoritative: OF_ITS_OWN,
  not: OF_ITS_OWN,
  'log-facility': OF_ITS_OWN,
  'local-port': OF_ITS_OWN,
  'omapi-port': OF_ITS_OWN,
  'omapi-key': OF_ITS_OWN,
  'dhcpv6-pid-file-name': OF_ITS_OWN,
  'db-time-format': OF_ITS_OWN,
  'authoring-byte-order': OF_ITS_OWN,
  'delayed-ack': OF_ITS_OWN,
  'lease-file-name': DHCPV4,
  subnet: DHCPV4,
  'fixed-address': DHCPV4,
  'max-lease-time': BOUNDS,
  'min-lease-time': BOUNDS,
  zone: DNS,
  key: DNS,
  'do-forward-updates': DNS_DETAIL,
  'update-static-leases': DNS_DETAIL,
  'update-optimization': DNS_DETAIL,
  'update-conflict-detection': DNS_DETAIL,
  class: CLASSES,
  subclass: CLASSES,
  if: CLASSES,
  elsif: CLASSES,
  else: CLASSES,
  switch: CLASSES,
  on: CLASSES,
  allow: CLASSES,
  deny: CLASSES,
  ignore: CLASSES,
  failover: { why: 'ISC has no failover for DHCPv6', instead: 'add a second box and a relationship: README, "Two boxes, one service"' },
};

export function listStatement({ words, place }: Statement, what: string, findings: Findings): void {
  const keyword = words[0]?.text ?? '';
  const isOff = /^(none|off|false)$/.test(words.at(-1)?.text ?? '');
  const reason = keyword === 'ddns-update-style' && !isOff ? DNS : (REASONS[keyword] ?? (keyword.startsWith('ddns-') ? DNS_DETAIL : undefined));
  const said = words.map(({ text }) => text).join(' ').replace(/[^\x20-\x7e]/g, '?').slice(0, 60);
  const name = what === '' ? said : `${what}: ${said}`;
  if (reason === undefined) findings.leftOut(place, name, 'this statement is not known to the importer', 'look whether clients depend on it');
  else if (reason.instead === undefined) findings.notNeeded(place, name, reason.why);
  else findings.leftOut(place, name, reason.why, reason.instead);
}

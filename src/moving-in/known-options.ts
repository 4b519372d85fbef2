/** The options that Kea and ISC know by name, beside how their values are made (the documents stand in `src/config/known-options.ts`). */
import type { OptionDefinition } from './options.ts';

interface KnownOption extends OptionDefinition {
  readonly kea: string;
  readonly isc: string;
}

const KNOWN: readonly KnownOption[] = [
  { code: 7, type: 'uint8', kea: 'preference', isc: 'preference' },
  { code: 12, type: 'address-list', kea: 'unicast', isc: 'unicast' },
  { code: 17, type: 'uint32', kea: 'vendor-opts', isc: 'vendor-opts' },
  { code: 21, type: 'domain-list', kea: 'sip-server-dns', isc: 'sip-servers-names' },
  { code: 22, type: 'address-list', kea: 'sip-server-addr', isc: 'sip-servers-addresses' },
  { code: 23, type: 'address-list', kea: 'dns-servers', isc: 'name-servers' },
  { code: 24, type: 'domain-list', kea: 'domain-search', isc: 'domain-search' },
  { code: 27, type: 'address-list', kea: 'nis-servers', isc: 'nis-servers' },
  { code: 28, type: 'address-list', kea: 'nisp-servers', isc: 'nisp-servers' },
  { code: 29, type: 'domain-list', kea: 'nis-domain-name', isc: 'nis-domain-name' },
  { code: 30, type: 'domain-list', kea: 'nisp-domain-name', isc: 'nisp-domain-name' },
  { code: 31, type: 'address-list', kea: 'sntp-servers', isc: 'sntp-servers' },
  { code: 32, type: 'uint32', kea: 'information-refresh-time', isc: 'info-refresh-time' },
  { code: 33, type: 'domain-list', kea: 'bcmcs-server-dns', isc: 'bcms-server-d' },
  { code: 34, type: 'address-list', kea: 'bcmcs-server-addr', isc: 'bcms-server-a' },
  { code: 40, type: 'address-list', kea: 'pana-agent', isc: 'pana-agent' },
  { code: 41, type: 'string', kea: 'new-posix-timezone', isc: 'new-posix-timezone' },
  { code: 42, type: 'string', kea: 'new-tzdb-timezone', isc: 'new-tzdb-timezone' },
  { code: 51, type: 'domain-list', kea: 'v6-lost', isc: 'v6-lost' },
  { code: 52, type: 'address-list', kea: 'capwap-ac-v6', isc: 'capwap-ac-v6' },
  { code: 57, type: 'domain-list', kea: 'v6-access-domain', isc: 'v6-access-domain' },
  { code: 58, type: 'domain-list', kea: 'sip-ua-cs-list', isc: 'sip-ua-cs-list' },
  { code: 59, type: 'string', kea: 'bootfile-url', isc: 'bootfile-url' },
  { code: 60, type: 'tuples', kea: 'bootfile-param', isc: 'bootfile-param' },
  { code: 64, type: 'domain-list', kea: 'aftr-name', isc: 'aftr-name' },
  { code: 65, type: 'domain-list', kea: 'erp-local-domain-name', isc: 'erp-local-domain-name' },
  { code: 82, type: 'uint32', kea: 'sol-max-rt', isc: 'solmax-rt' },
  { code: 83, type: 'uint32', kea: 'inf-max-rt', isc: 'inf-max-rt' },
  { code: 103, type: 'string', kea: 'v6-captive-portal', isc: 'v6-captive-portal' },
];

export type NamedIn = 'kea' | 'isc';

export function definitionByName(server: NamedIn, name: string): OptionDefinition | undefined {
  return KNOWN.find((option) => option[server] === name);
}

export function definitionByCode(code: number): OptionDefinition | undefined {
  return KNOWN.find((option) => option.code === code);
}

/** What stands in the DNS is what the boxes have leased, where nothing is due any more (RFC 8156 section 9, RFC 4703). */
import { nameText } from '../../../src/dns/index.ts';
import { BindingStatus, LeaseDnsBit, LeaseKind, NO_SLOT, decodeLeaseDns, isFree } from '../../../src/lease/index.ts';
import { formatAddress } from '../../../src/wire/index.ts';
import type { BoxRun } from '../box/running-box.ts';
import type { DnsServer } from '../world/dns-server.ts';
import { Violation } from './violation.ts';

export interface NamesChecked {
  /** Leases of which the DNS was found to have the name. */
  found: number;
  /** Free addresses of which it was found to have none. */
  removed: number;
}

/** @throws Violation `names-differ`; what is due, or may be on its way to the partner, may still be done */
export function checkNames(runs: readonly BoxRun[], { zones }: DnsServer, checked: NamesChecked): void {
  const fail = (what: string): never => {
    throw new Violation('names-differ', what);
  };
  // What is left of others keeps its name from a lease: that is tried again for hours.
  if (runs.some(({ appliance }) => (appliance.dnsReport()?.taken.length ?? 0) > 0)) return;
  for (const { appliance, box } of runs) {
    const due = appliance.dnsReport()?.due ?? 0;
    if (due > 0) fail(`${box.plan.name} has something to do in the DNS for ${String(due)} addresses`);
  }
  const records = new Set(zones.records('AAAA'));
  const named = new Set([...records].map((record) => record.split(' ').at(-1)));
  for (const run of runs) {
    const { appliance, box } = run;
    const { records: table } = appliance.leases;
    const slots: number[] = [];
    appliance.leases.slotsFrom(NO_SLOT, Infinity, (slot) => table.kind(slot) === LeaseKind.IA_NA, slots);
    for (const slot of slots) {
      const address = formatAddress(table.address(slot));
      const dns = table.dns(slot);
      const names = dns && decodeLeaseDns(dns);
      if (isFree(table.status(slot))) {
        if (named.has(address)) fail(`the DNS has a name of ${address}, which is free on ${box.plan.name}`);
        checked.removed += 1;
      } else if (table.status(slot) === BindingStatus.ACTIVE && names !== undefined) {
        const record = `${nameText(names.name)} AAAA ${address}`;
        if ((names.bits & LeaseDnsBit.FORWARD_UP_TO_DATE) === 0) fail(`${box.plan.name} does not know ${record} to be in the DNS`);
        if (!records.has(record)) fail(`${box.plan.name} has leased what the DNS does not have: ${record}`);
        checked.found += 1;
      }
    }
  }
}

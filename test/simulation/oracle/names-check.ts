/** What stands in the DNS is what the boxes have leased, where nothing is due any more (RFC 8156 section 9, RFC 4703). */
import { nameText } from '../../../src/dns/index.ts';
import { BindingStatus, LeaseDnsBit, NO_SLOT, decodeLeaseDns } from '../../../src/lease/index.ts';
import { formatAddress } from '../../../src/wire/index.ts';
import type { BoxRun } from '../box/running-box.ts';
import type { DnsServer } from '../world/dns-server.ts';
import { Violation } from './violation.ts';

export interface NamesChecked {
  /** Leases of which the DNS was found to have the name. */
  found: number;
}

/**
 * @param keptAll no box lost anything that it knew of names: then nothing stands there that is no lease
 * @throws Violation `names-differ`; what is due, or may be on its way to the partner, may still be done
 */
export function checkNames(runs: readonly BoxRun[], { zones }: DnsServer, keptAll: boolean, checked: NamesChecked): void {
  const fail = (what: string): never => {
    throw new Violation('names-differ', what);
  };
  // What is left of others keeps its name from a lease: that is tried again for hours.
  if (!keptAll && runs.some(({ appliance }) => (appliance.dnsReport()?.taken.length ?? 0) > 0)) return;
  for (const { appliance, box } of runs) {
    const due = appliance.dnsReport()?.due ?? 0;
    if (due > 0) fail(`${box.plan.name} has something to do in the DNS for ${String(due)} addresses`);
  }
  const records = new Set(zones.records());
  const leased = new Set<string>();
  for (const { appliance, box } of runs) {
    const { leases } = appliance;
    const slots: number[] = [];
    leases.slotsFrom(NO_SLOT, Infinity, (slot) => leases.records.dns(slot) !== undefined, slots);
    for (const slot of slots) {
      const dns = leases.records.dns(slot);
      const names = dns && decodeLeaseDns(dns);
      if (names === undefined) continue;
      const record = `${nameText(names.name)} AAAA ${formatAddress(leases.records.address(slot))}`;
      // What ended stays until it is free.
      leased.add(record);
      if (leases.records.status(slot) !== BindingStatus.ACTIVE) continue;
      if ((names.bits & LeaseDnsBit.FORWARD_UP_TO_DATE) === 0) fail(`${box.plan.name} does not know ${record} to be in the DNS`);
      if (!records.has(record)) fail(`${box.plan.name} has leased what the DNS does not have: ${record}`);
      checked.found += 1;
    }
  }
  if (!keptAll) return;
  for (const record of zones.records('AAAA')) if (!leased.has(record)) fail(`the DNS has what nobody has leased: ${record}`);
}

/** Leases as an operator reads them. */
import { nameText } from '../dns/index.ts';
import { BindingStatus, LeaseDnsBit, LeaseKind, NEVER, decodeLeaseDns, reconfigureKeyOf } from '../lease/index.ts';
import type { LeaseTable } from '../lease/index.ts';
import { addressOctets } from '../server/index.ts';
import { formatAddress, formatDuid, formatHex } from '../wire/index.ts';
import { isoTime } from './iso-time.ts';
import type { LeaseReport } from './protocol.ts';

const STATUS_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(BindingStatus).map(([name, status]) => [status, name]),
);

const KIND_NAMES: Readonly<Record<LeaseKind, LeaseReport['kind']>> = { [LeaseKind.IA_NA]: 'IA_NA', [LeaseKind.REGISTERED]: 'REGISTERED', [LeaseKind.IA_PD]: 'IA_PD' };

export function statusName(status: BindingStatus): string {
  return STATUS_NAMES.get(status) ?? String(status);
}

/** @param link name of the link that the lease is on, if any has it now */
export function reportLease(table: LeaseTable, slot: number, link: string | undefined): LeaseReport {
  const binding = table.read(slot);
  const address = formatAddress(binding.address);
  return {
    lease: binding.kind === LeaseKind.IA_PD ? `${address}/${String(binding.prefixLength)}` : address,
    kind: KIND_NAMES[binding.kind],
    // Nobody leased it.
    status: binding.kind === LeaseKind.REGISTERED && binding.status === BindingStatus.ACTIVE ? 'REGISTERED' : statusName(binding.status),
    link,
    duid: formatDuid(binding.duid),
    iaid: binding.iaid,
    expires: binding.stateExpirationTime === NEVER ? undefined : isoTime(binding.stateExpirationTime),
    lastHeard: isoTime(binding.clientLastTransactionTime),
    linkLayerAddress: binding.linkLayerAddress === undefined ? undefined : formatHex(addressOctets(binding.linkLayerAddress)),
    dns: reportNames(binding.dns),
    acceptsReconfigure: binding.status === BindingStatus.ACTIVE && reconfigureKeyOf(binding.reconfigureData) !== undefined ? true : undefined,
    pending: table.records.lock(slot) !== 0,
  };
}

function reportNames(dns: Uint8Array | undefined): LeaseReport['dns'] {
  const names = dns && decodeLeaseDns(dns);
  if (names === undefined) return undefined;
  return {
    name: nameText(names.name),
    forward: (names.bits & LeaseDnsBit.FORWARD_UP_TO_DATE) !== 0,
    reverse: (names.bits & LeaseDnsBit.REVERSE_UP_TO_DATE) !== 0,
  };
}

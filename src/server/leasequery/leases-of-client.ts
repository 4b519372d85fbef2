/** One client on one link, as OPTION_CLIENT_DATA has it (RFC 5007 sections 4.1.2.2 and 4.4.2). */
import { BindingStatus, LeaseKind, decodeLeaseDns, remainingLifetime, slotsOfClient } from '../../lease/index.ts';
import type { LeaseReader, LeaseTable } from '../../lease/index.ts';
import { INFINITY_SECONDS, LeasequeryOptionCode, OptionCode, compareBytes, epochSeconds, seconds, toRelayData, withoutOptions } from '../../wire/index.ts';
import type { Duid, EpochSeconds, QueriedClient, QueriedLease, RelayData, Seconds } from '../../wire/index.ts';
import type { Link } from '../configuration.ts';

/** More leases of one client than a message can hold (RFC 5460 section 5.1) are not told. */
const LEASES_MAX = 1_900;

/** The leases, and where each is. */
export interface QueriedLeases {
  readonly table: LeaseTable;
  /** Undefined where no link has it now. */
  readonly linkOf: (slot: number) => Link | undefined;
  /** Codes of options that nobody is told (RFC 5007 section 4.4.2). */
  readonly sensitive: ReadonlySet<number>;
  /** Somebody has confirmed what time it is; no lease ends before (R-ST2). */
  readonly isClockTrusted: () => boolean;
}

/** Every lease whose last client this is, by link; those of no link are left out. */
export function leasesByLink({ table, linkOf }: Pick<QueriedLeases, 'table' | 'linkOf'>, client: Duid): ReadonlyMap<Link, readonly number[]> {
  const found = new Map<Link, number[]>();
  for (const slot of slotsOfClient(table, client)) {
    const link = linkOf(slot);
    if (link === undefined) continue;
    const known = found.get(link);
    if (known === undefined) found.set(link, [slot]);
    else known.push(slot);
  }
  return found;
}

/** What is told of a client, from its leases. */
type Told = Pick<QueriedLeases, 'table' | 'sensitive' | 'isClockTrusted'>;

/** All leases whose last client is that of this lease, on the link that it is on; undefined where no link has it now. */
export function leasesBeside({ table, linkOf }: Pick<QueriedLeases, 'table' | 'linkOf'>, slot: number): readonly number[] | undefined {
  const link = linkOf(slot);
  return link && slotsOfClient(table, table.records.duid(slot)).filter((other) => linkOf(other) === link);
}

/** What stable storage does not have yet is not told. */
export function isAnyLocked({ records }: LeaseTable, slots: readonly number[]): boolean {
  return slots.some((slot) => records.lock(slot) !== 0);
}

/** @returns what is left of a lease that a client has; undefined where it has it no more */
function leftOf({ table: { records }, isClockTrusted }: Told, slot: number, now: EpochSeconds): Pick<QueriedLease, 'preferredLifetime' | 'validLifetime'> | undefined {
  if (records.status(slot) !== BindingStatus.ACTIVE) return undefined;
  // The partner may have promised more than it has told by now.
  const told = remainingLifetime(records.stateExpirationTime(slot), now);
  const held = told > 0 ? told : remainingLifetime(records.heldUntil(slot), now);
  // It is kept though it may have run out: nobody knows for how long.
  const validLifetime = held > 0 || isClockTrusted() ? held : records.validLifetime(slot);
  if (validLifetime === 0) return undefined;
  const preferred = records.preferredLifetime(slot);
  const left = preferred === INFINITY_SECONDS ? preferred : remainingLifetime(epochSeconds(lastHeard(records, slot, now) + preferred), now);
  return { preferredLifetime: seconds(Math.min(left, validLifetime)), validLifetime };
}

const NOTHING_LEFT = { preferredLifetime: seconds(0), validLifetime: seconds(0) };

/** When either box of a pair last communicated with the client about this lease. */
function lastHeard(records: LeaseReader, slot: number, now: EpochSeconds): EpochSeconds {
  return epochSeconds(Math.min(now, Math.max(records.clientLastTransactionTime(slot), records.partnerRawCltTime(slot))));
}

/**
 * @param slots of one client on one link
 * @param requested what is to be said besides, by option code
 * @param isNews whether it is said, too, that the client has a lease no more, with lifetimes of 0; undefined: of none
 * @returns undefined where there is nothing to say
 */
export function queriedClient(
  told: Told,
  slots: readonly number[],
  requested: ReadonlySet<number>,
  now: EpochSeconds,
  isNews?: (slot: number) => boolean,
): QueriedClient | undefined {
  const { records } = told.table;
  const leases: QueriedLease[] = [];
  const latestFirst = [...slots].sort((a, b) => Number(records.isExact(b)) - Number(records.isExact(a)) || lastHeard(records, b, now) - lastHeard(records, a, now));
  const toldSlots = new Set<number>();
  for (const slot of latestFirst) {
    const left = leftOf(told, slot, now) ?? (isNews?.(slot) === true ? NOTHING_LEFT : undefined);
    if (left === undefined || leases.length >= LEASES_MAX) continue;
    const prefixLength = records.kind(slot) === LeaseKind.IA_NA ? undefined : records.prefixLength(slot);
    leases.push({ address: records.address(slot), prefixLength, ...left });
    toldSlots.add(slot);
  }
  leases.sort(inOrder);
  const [latest] = latestFirst;
  if (latest === undefined || leases.length === 0) return undefined;
  return {
    clientId: records.duid(latest),
    leases,
    cltTime: sinceThen(lastHeard(records, latest, now), now),
    // The way by which it was heard last: none where that was directly (RFC 5007 section 4.1.2.4).
    relay: requested.has(LeasequeryOptionCode.LQ_RELAY_DATA) ? relayOf(told, latest) : undefined,
    options: optionsOf(records, latestFirst.filter((slot) => toldSlots.has(slot)), requested),
  };
}

/** Addresses before prefixes: the order in which they came to be differs between the boxes of a pair. */
function inOrder(a: QueriedLease, b: QueriedLease): number {
  return (a.prefixLength ?? 0) - (b.prefixLength ?? 0) || compareBytes(a.address, b.address);
}

function sinceThen(then: EpochSeconds, now: EpochSeconds): Seconds {
  return seconds(Math.max(0, now - then));
}

/** Undefined where it is not all there (RFC 5007 section 4.1.2.4), or may not be told: what is sensitive is so in there, too. */
function relayOf({ table: { records }, sensitive }: Told, slot: number): RelayData | undefined {
  const [chain, agent] = [records.relay(slot), records.relayAgent(slot)];
  const relay = chain === undefined || agent === undefined ? undefined : toRelayData(chain, agent);
  return relay && withoutOptions(relay, sensitive);
}

/** What a binding holds of its client; of several the one that was heard of last. */
function optionsOf(records: LeaseReader, slots: readonly number[], requested: ReadonlySet<number>): QueriedClient['options'] {
  return KEPT.flatMap(([code, kept]) => {
    if (!requested.has(code)) return [];
    for (const slot of slots) {
      const data = kept(records, slot);
      if (data !== undefined) return [{ code, data }];
    }
    return [];
  });
}

const KEPT: readonly (readonly [code: number, kept: (records: LeaseReader, slot: number) => Uint8Array | undefined])[] = [
  // It is kept as RFC 6939 section 4 has it: type and address.
  [OptionCode.CLIENT_LINKLAYER_ADDR, (records, slot) => records.linkLayerAddress(slot)],
  [OptionCode.CLIENT_FQDN, (records, slot) => fqdnOf(records.dns(slot))],
];

/** As the client was answered (RFC 4704 section 4). */
function fqdnOf(dns: Uint8Array | undefined): Uint8Array | undefined {
  const names = dns && decodeLeaseDns(dns);
  return names && Uint8Array.of(names.fqdnFlags, ...names.name);
}

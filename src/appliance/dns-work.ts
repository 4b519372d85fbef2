/**
 * DNS updates inside the appliance: what leases are called, what commits take along, and when what is due may be done. What is sent to a DNS
 * server speaks of durable leases alone, and no client waits for it. See `src/dns`.
 */
import { DnsUpdates, answeredFqdn, namesOf, namingOn } from '../dns/index.ts';
import type { DnsConfiguration, DnsEffect, DnsOutcome, DnsRemovals, DnsReport, Sha256 } from '../dns/index.ts';
import { EndpointState } from '../failover/index.ts';
import type { Failover } from '../failover/index.ts';
import { BindingStatus, DNS_UP_TO_DATE, LeaseDnsBit, NO_SLOT, decodeLeaseDns, hasDnsBits, isFree, toBeRemoved, withDnsBits } from '../lease/index.ts';
import type { Binding, LeaseTable } from '../lease/index.ts';
import { linkFinder } from '../server/index.ts';
import type { ClientNames, ServerConfiguration } from '../server/index.ts';
import { epochSeconds, sameBytes } from '../wire/index.ts';
import type { MonotonicMs, Now } from '../wire/index.ts';
import type { Commits, NamesInCommits } from './commits.ts';
import type { Effect } from './effect.ts';

/** What DNS updates begin with. */
export interface DnsStart {
  /** Undefined: no zone is updated, and what is due waits until one is. */
  readonly configuration: DnsConfiguration | undefined;
  /** What stable storage has. */
  readonly removals: readonly DnsRemovals[];
  readonly sha256: Sha256;
}

export interface DnsWork extends NamesInCommits {
  readonly names: ClientNames;
  configure(configuration: DnsConfiguration | undefined, server: Pick<ServerConfiguration, 'links'>, effects: Effect[]): void;
  answered(id: number, outcome: DnsOutcome, now: Now, effects: Effect[]): void;
  /** Failover changes a lease to this. The partner may not know what this box called it, and then removes nothing (RFC 8156 section 9.4). */
  replacedBy(binding: Binding): void;
  /** Does what is due. */
  look(commits: Commits, now: Now, effects: Effect[]): void;
  wakeAt(): MonotonicMs;
  report(): DnsReport;
}

/** RFC 8156 9.3 and 9.4. In other states a box does not know yet what its partner did. */
const AUTHORITY = new Map<number, 'all' | 'adds'>([
  [EndpointState.NORMAL, 'all'],
  [EndpointState.PARTNER_DOWN, 'all'],
  [EndpointState.COMMUNICATIONS_INTERRUPTED, 'adds'],
]);

const WARN_AGAIN_MS = 3_600_000;

export function createDnsWork(start: DnsStart, table: LeaseTable, server: Pick<ServerConfiguration, 'links'>, failover: () => Failover): DnsWork {
  const { records } = table;
  let { configuration } = start;
  let linkOf = linkFinder(table, server.links);
  /** There are leases with names, and no zone is updated. */
  let isToldOfNames = false;
  let warnedAt = -Infinity;
  /** By relationship, as it was when it was last looked. */
  const states = new Map<string, number>();

  const relationshipOf = (slot: number): string | undefined => (table.isShared(slot) ? linkOf(slot)?.relationship : undefined);

  const updates = new DnsUpdates({
    ...start,
    table,
    situation: (slot) => {
      if (slot === NO_SLOT) return { authority: 'all', naming: undefined };
      const link = linkOf(slot);
      const naming = link === undefined || configuration === undefined ? undefined : namingOn(configuration, link.name);
      const relationship = table.isShared(slot) ? link?.relationship : undefined;
      if (relationship === undefined) return { authority: 'all', naming };
      return { authority: AUTHORITY.get(states.get(relationship) ?? 0) ?? 'nothing', naming };
    },
  });

  const namedIn = (relationship: string): readonly number[] => [...records.namedSlots()].filter((slot) => relationshipOf(slot) === relationship);

  /** It is this box's to add from now on. @param cleared bits of what is known to be there */
  const own = (slot: number, dns: Uint8Array, cleared = 0): void => {
    table.setDns(slot, withDnsBits(dns, LeaseDnsBit.OWN, cleared));
    if (records.lock(slot) === 0) updates.look(slot);
  };

  /**
   * From now on this box does what its partner was doing (RFC 8156 sections 9.3 and 9.4): adds what is not known to be there, and removes what
   * may not be removed yet. What is done twice so harms nobody.
   */
  const takeOver = (relationship: string, commits: Commits): void => {
    for (const slot of namedIn(relationship)) {
      const dns = records.dns(slot);
      if (dns === undefined) continue;
      const status = records.status(slot);
      if (status === BindingStatus.ACTIVE && !hasDnsBits(dns, DNS_UP_TO_DATE)) {
        own(slot, dns);
      } else if (isFree(status) && records.lock(slot) === 0) {
        table.setDns(slot, toBeRemoved(dns));
        commits.ride([slot]);
      }
    }
  };

  /**
   * Both served while each took the other for down, and removed what it did not know to be the other's: what has a name is added once more, by
   * one of them, whoever gave it.
   */
  const addAnew = (relationship: string): void => {
    for (const slot of namedIn(relationship)) {
      const dns = records.dns(slot);
      if (dns !== undefined && records.status(slot) === BindingStatus.ACTIVE) own(slot, dns, DNS_UP_TO_DATE);
    }
  };

  const followStates = (commits: Commits): void => {
    let isChanged = false;
    for (const { name, state, role } of failover().relationships) {
      const before = states.get(name);
      if (before === state) continue;
      states.set(name, state);
      isChanged = true;
      if (state === EndpointState.PARTNER_DOWN) takeOver(name, commits);
      if (state === EndpointState.NORMAL && before === EndpointState.CONFLICT_DONE && role === 'primary') addAnew(name);
    }
    if (isChanged) updates.authorityChanged();
  };

  /** RFC 8156 9: a partner that updates the DNS is no error, but somebody should know. */
  const warn = (now: Now, effects: Effect[]): void => {
    isToldOfNames = false;
    if (now.monotonic - warnedAt < WARN_AGAIN_MS) return;
    warnedAt = now.monotonic;
    const text = 'the partner enters leases into the DNS, and this box has no "dns-updates" in its provisioning file: what it ends itself stays there';
    effects.push({ kind: 'log', severity: 'warning', text });
  };

  const settle = (commits: Commits, now: Now): void => {
    // One that waits for a commit goes with that.
    const settled = updates.takeSettled().filter((slot) => records.lock(slot) === 0);
    if (settled.length === 0) return;
    for (const slot of settled) if (table.isShared(slot)) table.noteForPartner(slot, epochSeconds(0));
    commits.add(settled, undefined, 'dns', now.monotonic);
  };

  return {
    names: {
      namesOf: (link, asked, address, before) => (configuration === undefined ? before : namesOf(configuration, link, asked, address, before)),
      answered: answeredFqdn,
      replaced(address, client, before, now) {
        if (isRenamed(before, now)) updates.remove(address, client, before);
      },
    },
    changed(slot) {
      const dns = records.dns(slot);
      isToldOfNames ||= dns !== undefined && configuration === undefined;
      if (dns === undefined || !hasDnsBits(dns, LeaseDnsBit.REMOVE)) return;
      updates.remove(records.address(slot), records.duid(slot), dns);
      table.setDns(slot, undefined);
    },
    isDue: () => updates.removals.isChanged,
    begin: () => updates.removals.beginCommit(),
    replacedBy({ address, prefixLength, duid, dns }) {
      const slot = table.find(address, 0, prefixLength);
      const before = slot === NO_SLOT || isFree(records.status(slot)) ? undefined : records.dns(slot);
      if (before === undefined) return;
      const client = records.duid(slot);
      if (!sameBytes(client, duid) || isRenamed(before, dns)) updates.remove(address, client, before);
    },
    committed(slots) {
      for (const slot of slots) updates.look(slot);
      for (const { address, names } of updates.removals.committed()) if (names.length > 0) updates.lookAt(address);
    },
    failed() {
      updates.removals.failed();
    },
    configure(next, { links }, effects) {
      configuration = next;
      linkOf = linkFinder(table, links);
      effects.push(...updates.configure(next).map(toEffect));
    },
    answered(id, outcome, now, effects) {
      effects.push(...updates.answered(id, outcome, now.monotonic).map(toEffect));
    },
    look(commits, now, effects) {
      followStates(commits);
      if (isToldOfNames) warn(now, effects);
      effects.push(...updates.step(now.monotonic).map(toEffect));
      settle(commits, now);
    },
    wakeAt: () => updates.wakeAt,
    report: () => updates.report(),
  };
}

function isRenamed(before: Uint8Array, now: Uint8Array | undefined): boolean {
  const [old, next] = [decodeLeaseDns(before), now && decodeLeaseDns(now)];
  return old !== undefined && (next === undefined || !sameBytes(old.name, next.name));
}

function toEffect(effect: DnsEffect): Effect {
  if (effect.kind !== 'dnsTrouble') return effect;
  const { zone, reason } = effect;
  return {
    kind: 'alarm',
    id: `dns ${zone}`,
    raised: reason !== undefined,
    severity: 'warning',
    text: reason === undefined ? `the zone ${zone} is updated again` : `the zone ${zone} can't be updated: ${reason}; clients are served meanwhile, and what is due in the DNS is kept`,
    advice: 'Look after the DNS server and its key; "twinlease show dns" says what is due.',
  };
}

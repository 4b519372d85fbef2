import { FIRST_SEED_WITHOUT_BATTERIES, FIRST_SEED_WITH_ALL, FIRST_SEED_WITH_LOAD_BALANCING, FIRST_SEED_WITH_MORE_LOAD_BALANCING, FIRST_SEED_WITH_RECONFIGURE } from '../schedule/seed-ranges.ts';

/**
 * Protocol bugs, planted on purpose: each is a change of one place in the product's text, made while the module is loaded by a
 * test process and nowhere else. The simulation has to find every one of them.
 */
export interface Bug {
  readonly name: string;
  /** Under src/. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** It is hunted from this seed on, where the schedules begin that have what it needs. */
  readonly from?: number;
}

export const BUGS: readonly Bug[] = [
  {
    name: 'no MCLT limit',
    file: 'lease/partner-lifetimes.ts',
    find: 'return Math.min(desired, Math.max(0, ackedPartnerLifetime - now) + mclt) as Seconds;',
    replace: 'return desired;',
  },
  {
    name: 'partner-lifetime counts as acknowledged when it is sent',
    file: 'lease/partner-lifetimes.ts',
    find: 'Math.max(0, ackedPartnerLifetime - now) + mclt)',
    replace: 'Math.max(0, ackedPartnerLifetime - now) + 2 * mclt)',
  },
  {
    name: 'Reply before sync',
    file: 'appliance/client-messages.ts',
    find: "commits.add(answered.changed, heldFor(datagram, message.type, send), 'client', now.monotonic);\n    else if (send !== undefined)",
    replace: "commits.add(answered.changed, undefined, 'client', now.monotonic);\n    if (send !== undefined)",
  },
  {
    name: 'Reply to a retransmission before sync',
    file: 'server/server.ts',
    find: "if (isClientLocked(clientContext)) return { kind: 'locked' };",
    replace: "if (isClientLocked(clientContext)) { clientContext.query = { ...clientContext.query, storage: { writable: false, lost: false } }; }",
  },
  {
    name: 'BNDREPLY before sync',
    file: 'appliance/partners.ts',
    find: '        change(effect);\n',
    replace: '        change({ ...effect, then: [] });\n        carryOut(effect.then, effects);\n',
  },
  {
    name: 'Reply in spite of a failed commit',
    file: 'appliance/index.ts',
    find: 'dropHeld(group.held, event.reason);',
    replace: 'for (const { effect } of group.held) effects.push(effect);',
  },
  {
    name: 'a Reply that waited long is sent as it is',
    file: 'appliance/index.ts',
    find: 'const isLate = now.monotonic - since > HELD_MAX_MS;',
    replace: 'const isLate = now.monotonic < since;',
  },
  {
    name: 'a failed commit is not undone in memory',
    file: 'appliance/commits.ts',
    find: 'if (binding === undefined) table.remove(slot);\n        else table.put(times.found(binding));',
    replace: '',
  },
  {
    name: 'wrong parity',
    file: 'lease/pool.ts',
    find: "isAddresses ? new ElementSpace(definition, 'odd') : this.space",
    replace: "isAddresses ? new ElementSpace(definition, 'even') : this.space",
  },
  {
    name: 'RECOVER-WAIT skipped',
    file: 'failover/state-table.ts',
    find: "on: ['updates-done'], next: RECOVER_WAIT, again: true,",
    replace: "on: ['updates-done'], next: RECOVER_DONE, again: true,",
  },
  {
    name: 'reallocation without an ack',
    file: 'lease/lease-end.ts',
    find: 'table.isShared(slot) ? toBeTold(ended) : freed(ended, now, revision)',
    replace: 'table.isShared(slot) ? freedToOwner(ended, now, revision) : freed(ended, now, revision)',
  },
  {
    name: 'an unreadable record skipped',
    file: 'appliance/storage-state.ts',
    find: 'lost.map((lease) => holdBack(table, lease))',
    replace: '[]',
  },
  {
    name: 'a lease ends before its time',
    file: 'appliance/expiry.ts',
    find: 'table.takeExpired(epochSeconds(now.epoch - GRACE_SECONDS),',
    replace: 'table.takeExpired(epochSeconds(now.epoch + 20),',
  },
  {
    name: 'answers in RECOVER',
    file: 'failover/responsiveness.ts',
    find: '[EndpointState.RECOVER]: both(UNRESPONSIVE)',
    replace: '[EndpointState.RECOVER]: both(RESPONSIVE)',
  },
  {
    name: 'answers in POTENTIAL-CONFLICT',
    file: 'failover/responsiveness.ts',
    find: '[EndpointState.POTENTIAL_CONFLICT]: both(UNRESPONSIVE)',
    replace: '[EndpointState.POTENTIAL_CONFLICT]: both(RESPONSIVE)',
  },
  {
    name: 'the secondary answers Solicit in NORMAL',
    file: 'failover/responsiveness.ts',
    find: 'secondary: RENEW_RESPONSIVE }',
    replace: 'secondary: RESPONSIVE_ALONE }',
  },
  {
    name: 'Rapid Commit where both answer',
    file: 'failover/responsiveness.ts',
    find: 'const RESPONSIVE: Responsiveness = {\n  name: \'responsive\',\n  answers: () => true,\n  newLeases: true,\n  alone: false,',
    replace: 'const RESPONSIVE: Responsiveness = {\n  name: \'responsive\',\n  answers: () => true,\n  newLeases: true,\n  alone: true,',
  },
  {
    name: 'PARTNER-DOWN uses the partner\'s prefixes at once',
    file: 'failover/endpoint-debts.ts',
    find: 'epochSeconds(entry + mclt + LAST_REPLY_MARGIN)',
    replace: 'epochSeconds(0)',
  },
  {
    name: 'PARTNER-DOWN frees what the partner may have promised',
    file: 'lease/partner-lifetimes.ts',
    find: 'return saturatedExpirationTime(latest as EpochSeconds, mclt);',
    replace: 'return saturatedExpirationTime(promised.clientExpirationTime, 0 as Seconds);',
  },
  {
    name: 'no conflict where both served as if alone',
    file: 'failover/state-table.ts',
    find: "  { from: [COMMUNICATIONS_INTERRUPTED], on: ['partner-state'],\n    partner: [PARTNER_DOWN, POTENTIAL_CONFLICT, CONFLICT_DONE, RESOLUTION_INTERRUPTED], next: POTENTIAL_CONFLICT, again: true,",
    replace: "  { from: [COMMUNICATIONS_INTERRUPTED], on: ['partner-state'],\n    partner: [PARTNER_DOWN, POTENTIAL_CONFLICT, CONFLICT_DONE, RESOLUTION_INTERRUPTED], next: SAME,",
  },
  {
    name: 'an ack clears a newer change',
    file: 'failover/updates/acknowledge.ts',
    find: 'if (records.revision(slot) === told.revision && !isChanging(state, slot)) {',
    replace: 'if (!isChanging(state, slot)) {',
  },
  {
    name: 'a stale update shortens a lease (F-GAP-12)',
    file: 'failover/updates/stored-binding.ts',
    find: 'stateExpirationTime: laterOf(end, update.stateExpirationTime),',
    replace: 'stateExpirationTime: update.stateExpirationTime,',
  },
  {
    name: 'the partner\'s promise is not kept (expiration-time)',
    file: 'failover/updates/stored-binding.ts',
    find: 'expirationTime: laterOf(own.expirationTime, update.partnerLifetime),',
    replace: 'expirationTime: own.expirationTime,',
  },
  {
    name: 'every update is believed',
    file: 'failover/updates/conflict.ts',
    find: 'if (slot === NO_SLOT) return 0;\n',
    replace: 'if (slot >= NO_SLOT) return 0;\n',
  },
  {
    name: 'UPDREQ is answered with nothing',
    file: 'failover/updates/scans.ts',
    find: "scope.has(slot) && (scan.extent === 'everything' || table.records.updateNeeded(slot))",
    replace: 'scan.transactionId === undefined && scope.has(slot) && table.records.updateNeeded(slot)',
  },
  {
    name: 'UPDREQ instead of UPDREQALL after a loss',
    file: 'failover/endpoint-machine.ts',
    find: "record.current.updateAllNeeded || record.current.restNeeded || isForgotten ? 'all' : 'unacked'",
    replace: "record.current.updateAllNeeded && isForgotten ? 'unacked' : 'unacked'",
  },
  {
    name: 'an old copy of the disk is not found out',
    file: 'failover/endpoint-connection.ts',
    find: "if (!record.current.updateAllNeeded && !endpoint.isRebuilt) fire(endpoint, 'storage-old', now);",
    replace: '',
  },
  {
    name: 'nobody is told of a released lease',
    file: 'failover/updates/outgoing.ts',
    find: "if (mode === 'normal' && scope.has(slot) && records.updateNeeded(slot) && !marks",
    replace: "if (mode === 'normal' && scope.has(slot) && records.updateNeeded(slot) && records.status(slot) === BindingStatus.ACTIVE && !marks",
  },
  {
    name: 'the clock is set, and the times of the leases stay (R-ST2)',
    file: 'appliance/clockwork.ts',
    find: '    table.moveTimes(askedOnce(rebase), timekeeping.facts.isExact);\n',
    replace: '',
    from: FIRST_SEED_WITHOUT_BATTERIES,
  },
  {
    name: 'one time server is believed whatever it says (R-ST2)',
    file: 'clock/working-clock.ts',
    find: '(Math.abs(by) <= DAY && claimant !== ClockSource.PARTNER)',
    replace: '(claimant !== ClockSource.PARTNER)',
    from: FIRST_SEED_WITHOUT_BATTERIES,
  },
  {
    name: 'what was stored by a clock that lagged counts as right (R-ST2, 6)',
    file: 'clock/timescale.ts',
    find: "    isStepped &&= next.begins === 'step';\n    here",
    replace: '    here',
    from: FIRST_SEED_WITHOUT_BATTERIES,
  },
  {
    name: 'an upper bound counts as acknowledged (R-ST2, 7)',
    file: 'lease/present-times.ts',
    find: '    ackedPartnerLifetime: epochSeconds(0),\n',
    replace: '',
    from: FIRST_SEED_WITHOUT_BATTERIES,
  },
  {
    name: 'that a lease ended at an unknown time is told as news (R-ST2, 8)',
    file: 'failover/updates/compose.ts',
    find: 'return status === BindingStatus.ACTIVE ? earlierOf(time, now) : LONG_AGO;',
    replace: 'return earlierOf(time, now);',
    from: FIRST_SEED_WITHOUT_BATTERIES,
  },
  {
    name: 'what is left of a lease is told by a clock that lags (R-ST2)',
    file: 'server/grant.ts',
    find: 'return server.table.records.isExact(slot);',
    replace: 'return server.table.records.prefixLength(slot) > 0;',
    from: FIRST_SEED_WITHOUT_BATTERIES,
  },
  {
    name: 'who asks while storage fails is told to renew when its lease ends',
    file: 'server/grant.ts',
    find: 'query.storage.writable ? undefined : termsOf(context, slot);',
    replace: 'query.storage.writable ? termsOf(context, slot) && undefined : undefined;',
  },
  {
    name: "a clock that took a partner's goes back behind the saved time by itself (R-ST2)",
    file: 'clock/working-clock.ts',
    find: '(saved !== undefined && anchor + by < saved.anchor - DAY)',
    replace: '(saved !== undefined && by < -DAY)',
    from: 2_400_662_501,
  },
  {
    name: 'both boxes answer all clients in NORMAL (R-LB2)',
    file: 'failover/client-split.ts',
    find: 'has: (identity) => hasBucket(map, pearsonHash(identity)),',
    replace: 'has: (identity) => hasBucket(map, pearsonHash(identity)) || identity.length > 0,',
    from: FIRST_SEED_WITH_LOAD_BALANCING,
  },
  {
    name: 'the clients stay divided without the partner (R-LB4)',
    file: 'failover/endpoint-split.ts',
    find: 'if (state !== EndpointState.NORMAL || (split',
    replace: 'if ((state !== EndpointState.NORMAL && state !== EndpointState.COMMUNICATIONS_INTERRUPTED) || (split',
    from: FIRST_SEED_WITH_LOAD_BALANCING,
  },
  {
    name: 'both boxes answer a Rebind in NORMAL (R-LB2)',
    file: 'server/server.ts',
    find: 'if (share === undefined || query.message.serverId',
    replace: 'if (share === undefined || query.message.type === MessageType.REBIND || query.message.serverId',
    from: FIRST_SEED_WITH_MORE_LOAD_BALANCING,
  },
  {
    name: 'whom a lease is reserved for by its link-layer address is divided by its DUID (R-LB2)',
    file: 'server/balanced-identity.ts',
    find: 'if (known !== undefined && reservations.isOfLinkLayer(known)) return known;',
    replace: 'if (known === undefined && reservations.isOfLinkLayer(source)) return source;',
    from: FIRST_SEED_WITH_MORE_LOAD_BALANCING,
  },
  {
    name: 'replay detection values are not reserved',
    file: 'server/reconfigure/replay-detection.ts',
    find: 'return this.#seconds < this.#reservedUntil;',
    replace: 'return true;',
    from: FIRST_SEED_WITH_RECONFIGURE,
  },
  {
    name: 'a client is asked with a key that is not durable yet',
    file: 'appliance/reconfigure/reconfigures.ts',
    find: 'slotsOfClient(table, client).some((one) => records.lock(one) !== 0)',
    replace: 'client.length < 0',
    from: FIRST_SEED_WITH_RECONFIGURE,
  },
  {
    name: 'leasequery tells until when a lease may be held, not when it ends',
    file: 'server/leasequery/leases-of-client.ts',
    find: 'const told = remainingLifetime(records.stateExpirationTime(slot), now);',
    replace: 'const told = remainingLifetime(records.heldUntil(slot), now);',
    from: FIRST_SEED_WITH_ALL,
  },
  {
    name: 'leasequery tells of a lease that is not on the disk yet',
    file: 'server/leasequery/answer-query.ts',
    find: "if (found.some(([, slots]) => isAnyLocked(scope.table, slots))) return 'locked';",
    replace: "if (found.length < 0 && isAnyLocked(scope.table, [])) return 'locked';",
    from: FIRST_SEED_WITH_ALL,
  },
  {
    name: 'leasequery is answered by a box that may not know of all leases',
    file: 'server/leasequery/answer-query.ts',
    find: "if (isAnySilent(scope, link)) return 'silent';",
    replace: "if (isAnySilent(scope, link) && now < 0) return 'silent';",
    from: FIRST_SEED_WITH_ALL,
  },
  {
    name: 'active leasequery says nothing of leases that ended',
    file: 'appliance/leasequery-work.ts',
    find: 'const ofClients = slots.filter((slot) => (table.records.status(slot) as number) !== 0 &&',
    replace: 'const ofClients = slots.filter((slot) => (table.records.status(slot) as number) === 1 &&',
    from: FIRST_SEED_WITH_ALL,
  },
  {
    name: 'active leasequery says nothing of what the partner gave',
    file: 'appliance/leasequery-work.ts',
    find: 'const ofClients = slots.filter((slot) => (table.records.status(slot) as number) !== 0 &&',
    replace: 'const ofClients = slots.filter((slot) => (table.records.status(slot) as number) !== 0 && table.records.partnerRawCltTime(slot) === 0 &&',
    from: FIRST_SEED_WITH_ALL,
  },
  {
    name: 'what ended stays in the DNS',
    file: 'appliance/dns-work.ts',
    find: '      updates.remove(records.address(slot), records.duid(slot), dns);\n',
    replace: '',
    from: FIRST_SEED_WITH_ALL,
  },
  {
    name: 'what the DNS server did not answer counts as done',
    file: 'dns/updates.ts',
    find: '      this.#zoneFailed(asked, outcome.failure, now, effects);\n      return effects;\n',
    replace: '      this.#done(work, step);\n      this.#put(work);\n      return effects;\n',
    from: FIRST_SEED_WITH_ALL,
  },
];

/** The product's text with the bug in it. */
export function plant({ name, find, replace }: Bug, text: string): string {
  const parts = text.split(find);
  if (parts.length !== 2) throw new Error(`the place of the bug "${name}" stands ${String(parts.length - 1)} times in its file`);
  return parts.join(replace);
}

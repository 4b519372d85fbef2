/** What a BNDREPLY comes to (RFC 8156 section 7.7). */
import { BindingStatus, type LeaseTable, freedToOwner, hasEnded, isFree } from '../../lease/index.ts';
import {
  ADDRESS_LENGTH,
  type BindingReplyMessage,
  type BindingUpdate,
  type Duid,
  type EpochSeconds,
  type FailoverStatus,
  FailoverStatusCode,
  type LeaseUpdate,
  epochSeconds,
  sameBytes,
} from '../../wire/index.ts';
import { countCode } from './counters.ts';
import { type FlowState, isChanging } from './flow-state.ts';
import type { SentLease, SentUpdate } from './in-flight.ts';
import { Mark } from './slot-marks.ts';

/** What became of the leases of an answered update. */
export interface Answered {
  /** Leases whose record changed, to be written some time. */
  readonly changed: number[];
  acked: number;
  /** The answer does not fit what was asked. */
  misfits: number;
}

type Refused = (code: number, text: string) => void;

const NOBODY = new Uint8Array(0) as Duid;

/** `refused` is called for each lease that the partner refused, or whose IA or client it refused. */
export function acknowledge(state: FlowState, sent: SentUpdate, { binding }: BindingReplyMessage, now: EpochSeconds, refused: Refused): Answered {
  const answered: Answered = { changed: [], acked: 0, misfits: 0 };
  for (const told of sent.leases) if (!isAnotherSentSince(state, told)) state.marks.clear(told.slot, Mark.SENT);
  if (binding.kind === 'prefix') {
    answerLease(state, sent, binding.lease, errorOf(binding, undefined, binding.lease), NOBODY, answered, now, refused);
    return answered;
  }
  for (const ia of binding.ias) {
    for (const lease of ia.leases) {
      answerLease(state, sent, lease, errorOf(binding, ia, lease), binding.clientId ?? NOBODY, answered, now, refused);
    }
  }
  return answered;
}

/** Another update about a lease, made later, may still be on its way: then it is that one that tells of the lease as it is. */
function isAnotherSentSince({ table, inFlight }: FlowState, { slot, revision }: SentLease): boolean {
  return inFlight.isAbout(slot) && table.records.revision(slot) !== revision;
}

/** The error at any of the three levels that rejects the lease; Success says nothing (F-BR-3, F-BR-4). */
function errorOf(
  whole: BindingUpdate,
  ia: { readonly status?: FailoverStatus | undefined } | undefined,
  lease: LeaseUpdate,
): FailoverStatus | undefined {
  if (whole.kind === 'client' && isError(whole.status)) return whole.status;
  if (isError(ia?.status)) return ia?.status;
  return isError(lease.status) ? lease.status : undefined;
}

function isError(status: FailoverStatus | undefined): boolean {
  return status !== undefined && status.code !== FailoverStatusCode.Success;
}

const octets = new Uint8Array(ADDRESS_LENGTH);

/** Which of the leases that were told this is. Clients have few. */
function toldLease({ table }: FlowState, { leases }: SentUpdate, { address, prefixLength }: LeaseUpdate): SentLease | undefined {
  const { records } = table;
  for (const told of leases) {
    if (records.prefixLength(told.slot) !== prefixLength) continue;
    records.copyAddress(told.slot, octets, 0);
    if (sameBytes(octets, address)) return told;
  }
  return undefined;
}

function answerLease(
  state: FlowState,
  sent: SentUpdate,
  lease: LeaseUpdate,
  error: FailoverStatus | undefined,
  client: Duid,
  answered: Answered,
  now: EpochSeconds,
  refused: Refused,
): void {
  const { marks, counters } = state;
  const told = toldLease(state, sent, lease);
  if (told === undefined) {
    answered.misfits += 1;
    return;
  }
  const { slot } = told;
  if (error !== undefined) {
    countCode(counters.leasesRefused, error.code);
    marks.set(slot, Mark.REFUSED);
    refused(error.code, error.text);
    return;
  }
  counters.leasesAcked += 1;
  answered.acked += 1;
  marks.clear(slot, Mark.REFUSED);
  if (sent.takesBack) takenBack(state, told, answered);
  else acked(state, told, sent.isForgetful, lease, client, answered, now);
}

function acked(state: FlowState, told: SentLease, isForgetful: boolean, lease: LeaseUpdate, client: Duid, answered: Answered, now: EpochSeconds): void {
  const { table, counters } = state;
  const { records } = table;
  const { slot } = told;
  const lifetime = echoedLifetime(lease, told.lifetime, answered);
  if (records.revision(slot) === told.revision && !isChanging(state, slot)) {
    if (hasEnded(records.status(slot))) {
      if (isForgetful) {
        // It may have told a client of a later end before it forgot; it is asked again when it has waited that out (section 8.6).
        if (settled(table, slot, now)) answered.changed.push(slot);
        return;
      }
      const binding = table.readPresent(slot, now);
      table.put({ ...freedToOwner(binding, binding.startTimeOfState, binding.revision), updateNeeded: false });
      answered.changed.push(slot);
      return;
    }
    const isRewritten = settled(table, slot, now);
    // An update that was sent twice is acknowledged twice; free since the first, the lease keeps no promise for the next client (F-LT-10).
    const promised = isFree(records.status(slot)) ? 0 : lifetime;
    if (table.acknowledge(slot, epochSeconds(promised)) || isRewritten) answered.changed.push(slot);
    return;
  }
  counters.acksOutdated += 1;
  const isSameTenancy =
    records.status(slot) === BindingStatus.ACTIVE &&
    records.startTimeOfState(slot) === told.start &&
    records.isClient(slot, client, 0, client.length);
  if (isSameTenancy && lifetime > records.ackedPartnerLifetime(slot)) {
    table.noteAckedLifetime(slot, epochSeconds(lifetime));
    answered.changed.push(slot);
  }
}

/** What was told as an upper bound is what both have from now on (R-ST2, rule 4). @returns whether it was one */
function settled(table: LeaseTable, slot: number, now: EpochSeconds): boolean {
  if (table.records.isExact(slot)) return false;
  table.put(table.readPresent(slot, now));
  return true;
}

/** What the partner promises to believe: nothing that it was not asked to (section 5.5.8: an exact copy). */
function echoedLifetime({ partnerLifetimeSent }: LeaseUpdate, lifetime: number, answered: Answered): number {
  if ((partnerLifetimeSent ?? 0) === lifetime) return lifetime;
  answered.misfits += 1;
  return 0;
}

/**
 * The secondary gave the prefix back: the primary may use it from now on (section 7.7). Not when it is told by now that the prefix is
 * its own.
 */
function takenBack(state: FlowState, { slot, revision, start }: SentLease, answered: Answered): void {
  const { table, counters, inFlight } = state;
  if (table.records.revision(slot) !== revision || inFlight.isAbout(slot) || isChanging(state, slot)) return;
  counters.prefixesTakenBack += 1;
  table.put({ ...table.read(slot), status: BindingStatus.FREE, startTimeOfState: epochSeconds(start), updateNeeded: false });
  answered.changed.push(slot);
}

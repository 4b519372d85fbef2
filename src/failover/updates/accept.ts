/** The answer to a BNDUPD (RFC 8156 sections 7.5 and 7.6): what is kept of it, and what the partner is told. */
import { type Binding, BindingStatus, LeaseKind, type LeaseTable, NO_SLOT, hasEnded, isFree, toBeRemoved, toBeTold } from '../../lease/index.ts';
import {
  type BindingReplyMessage,
  type BindingUpdate,
  type BindingUpdateMessage,
  type BoundIa,
  type EpochSeconds,
  FailoverMessageType,
  type FailoverStatus,
  FailoverStatusCode,
  type LeaseUpdate,
  type VirtualSubnet,
  formatLease,
  sameBytes,
} from '../../wire/index.ts';
import { type Refusal, type UpdateHeader, checkHeader, checkLease, isRefusal, isTooLong } from './check-update.ts';
import { judge } from './conflict.ts';
import type { Keeper } from './keeper.ts';
import type { LeaseScope } from './scope.ts';
import { type CheckedLease, isStored, storedBinding } from './stored-binding.ts';

export interface AcceptanceRooms extends Keeper {
  readonly table: LeaseTable;
  readonly scope: LeaseScope;
  readonly leasesMax: number;
  /** Whether the table is about to have something else of the lease, or waits for stable storage to have it. */
  isChanging(slot: number): boolean;
  /** Leases that the table is about to have for the first time. */
  readonly beingMade: readonly Binding[];
  /** Whether an update about the lease is on its way to the partner. */
  isOnItsWay(slot: number): boolean;
  /** Whether the last of these says that it ended. */
  isEndOnItsWay(slot: number): boolean;
}

/** What an update comes to. */
export interface Acceptance {
  /** To be durable before the reply leaves. */
  readonly bindings: readonly Binding[];
  readonly reply: BindingReplyMessage;
  readonly accepted: number;
  /** One for each lease that was not accepted, or one for all. */
  readonly refusals: readonly Refusal[];
  /** Leases of which this box knows more than the partner (section 7.5.4). */
  readonly outdated: readonly number[];
  /** Of these, those of leases without a record. */
  readonly made: readonly Binding[];
  /** Leases with a record that changes. */
  readonly changing: readonly number[];
  /** Leases that changed while this box was telling the partner of them. */
  readonly crossed: number;
}

interface Draft extends Acceptance {
  readonly bindings: Binding[];
  accepted: number;
  readonly refusals: Refusal[];
  readonly outdated: number[];
  readonly made: Binding[];
  readonly changing: number[];
  crossed: number;
}

/** The name of a VPN that is longer is not worth repeating. */
const VPN_NAME_MAX = 255;

const REFUSED_TEXT: Readonly<Record<number, string>> = {
  [FailoverStatusCode.OutdatedBindingInformation]: 'what is known here is newer',
  [FailoverStatusCode.AddressInUse]: 'another client has it here',
};

/** Undefined: one of the leases waits for a commit; the update has to wait for that. */
export function acceptUpdate(rooms: AcceptanceRooms, message: BindingUpdateMessage, now: EpochSeconds): Acceptance | undefined {
  const { binding } = message;
  const header = checkHeader(binding);
  if (isRefusal(header)) {
    return draft(message, refusedWhole(binding, header), [header]);
  }
  const result = draft(message, binding, []);
  if (binding.kind === 'prefix') {
    const lease = answerLease(rooms, result, header, undefined, binding.lease, now);
    if (lease === undefined) return undefined;
    return { ...result, reply: { ...result.reply, binding: { kind: 'prefix', vss: mirroredVss(binding), lease } } };
  }
  const ias: BoundIa[] = [];
  for (const ia of binding.ias) {
    const leases: LeaseUpdate[] = [];
    for (const lease of ia.leases) {
      const answer = answerLease(rooms, result, header, ia, lease, now);
      if (answer === undefined) return undefined;
      leases.push(answer);
    }
    ias.push({ kind: ia.kind, iaid: ia.iaid, t1: ia.t1, t2: ia.t2, leases });
  }
  const answer: BindingUpdate = { kind: 'client', clientId: binding.clientId, vss: mirroredVss(binding), ias, vendor: [] };
  return { ...result, reply: { ...result.reply, binding: answer } };
}

function draft({ transactionId }: BindingUpdateMessage, binding: BindingUpdate, refusals: Refusal[]): Draft {
  const reply = { type: FailoverMessageType.BNDREPLY, transactionId, binding };
  return { bindings: [], reply, accepted: 0, refusals, outdated: [], made: [], changing: [], crossed: 0 };
}

/** The lease of the BNDREPLY; undefined when it has to wait. */
function answerLease(
  rooms: AcceptanceRooms,
  result: Draft,
  header: UpdateHeader,
  ia: BoundIa | undefined,
  lease: LeaseUpdate,
  now: EpochSeconds,
): LeaseUpdate | undefined {
  const checked = checkLease(header, ia, lease, rooms.scope, now);
  if (isRefusal(checked)) return refuse(result, lease, checked);
  const { table } = rooms;
  const known = table.find(checked.address, 0, checked.prefixLength);
  if (known !== NO_SLOT && rooms.isChanging(known)) return undefined;
  // What a host registered here nobody leased: it counts for nothing against what the partner did.
  const slot = known !== NO_SLOT && table.records.kind(known) === LeaseKind.REGISTERED ? NO_SLOT : known;
  if (slot === NO_SLOT && rooms.beingMade.some((other) => isSameLease(other, checked))) return undefined;
  const verdict = judge(table.records, slot, checked, rooms, now);
  if (verdict !== 0) {
    if (verdict === FailoverStatusCode.OutdatedBindingInformation) result.outdated.push(slot);
    return refuse(result, lease, { code: verdict, text: REFUSED_TEXT[verdict] ?? '' });
  }
  const refusal = keep(rooms, result, slot, slot !== known, checked, now);
  if (refusal !== undefined) return refuse(result, lease, refusal);
  result.accepted += 1;
  return mirrored(lease, undefined);
}

/** Notes the binding to keep, if there is anything to write. `isRegistered`: a host has the address, which stays as long as nobody leased it. */
function keep(rooms: AcceptanceRooms, result: Draft, slot: number, isRegistered: boolean, update: CheckedLease, now: EpochSeconds): Refusal | undefined {
  const { table, role, leasesMax } = rooms;
  if (result.bindings.some((other) => isSameLease(other, update))) {
    return { code: FailoverStatusCode.MissingBindingInformation, text: 'the lease is in the update twice' };
  }
  const crosses = slot !== NO_SLOT && rooms.isOnItsWay(slot);
  const binding = storedBinding(table, slot, update, crosses && !isFree(table.records.status(slot)) && !rooms.isEndOnItsWay(slot), rooms, now);
  if (slot === NO_SLOT) {
    if (isAsIfNeverGiven(binding) || (isFree(binding.status) && isRegistered)) return undefined;
    if (table.size + rooms.beingMade.length + result.made.length >= leasesMax) return { code: FailoverStatusCode.UnspecFail, text: 'there is no room for more leases' };
    result.bindings.push(binding);
    result.made.push(binding);
    return undefined;
  }
  if (isStored(table.records, slot, binding)) return undefined;
  result.changing.push(slot);
  if (crosses) result.crossed += 1;
  // Each box may be about to believe the other, and then they would have changed places: the primary says what it has now.
  const said = crosses && role === 'primary' ? toBeTold(binding) : binding;
  // Each may have made it free by the other's word, and would leave its name in the DNS to the other. What is removed twice harms nobody (section 9.4).
  const mayBeLeft = hasEnded(table.records.status(slot)) && isFree(said.status) && (crosses || isFree(update.status));
  result.bindings.push(mayBeLeft ? { ...said, dns: toBeRemoved(said.dns) } : said);
  return undefined;
}

function isSameLease(binding: Binding, { address, prefixLength }: CheckedLease): boolean {
  return binding.prefixLength === prefixLength && sameBytes(binding.address, address);
}

/** A prefix that is the primary's and that nobody had: what no record means. */
function isAsIfNeverGiven({ kind, status, duid }: Binding): boolean {
  return kind === LeaseKind.IA_PD && status === BindingStatus.FREE && duid.length === 0;
}

function refuse(result: Draft, lease: LeaseUpdate, refusal: Refusal): LeaseUpdate {
  result.refusals.push({ code: refusal.code, text: `${refusal.text} (${formatLease(lease)})` });
  return mirrored(lease, refusal);
}

/** What the reply says of a lease (section 7.6): nothing but what was received, and the error. */
function mirrored(lease: LeaseUpdate, status: FailoverStatus | undefined): LeaseUpdate {
  return {
    address: lease.address,
    prefixLength: lease.prefixLength,
    preferredLifetime: lease.preferredLifetime,
    validLifetime: lease.validLifetime,
    bindingStatus: lease.bindingStatus,
    stateExpirationTime: lease.stateExpirationTime,
    partnerLifetimeSent: lease.partnerLifetime,
    status,
  };
}

/** The error stands in the outermost option, and rejects all that is in it. */
export function refusedWhole(binding: BindingUpdate, status: Refusal): BindingUpdate {
  const vss = mirroredVss(binding);
  if (binding.kind === 'prefix') return { kind: 'prefix', vss, lease: mirrored(binding.lease, status) };
  const ias = isTooLong(binding) ? [] : binding.ias.map(mirroredIa);
  return { kind: 'client', clientId: binding.clientId, vss, ias, status, vendor: [] };
}

function mirroredIa({ kind, iaid, t1, t2, leases }: BoundIa): BoundIa {
  return { kind, iaid, t1, t2, leases: leases.map((lease) => mirrored(lease, undefined)) };
}

function mirroredVss({ vss }: BindingUpdate): VirtualSubnet | undefined {
  return vss !== undefined && vss.information.length <= VPN_NAME_MAX ? vss : undefined;
}

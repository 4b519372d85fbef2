/** BNDUPD messages as a partner could send them, and what of a BNDREPLY the tests look at. */
import assert from 'node:assert/strict';
import {
  type BindingReplyMessage,
  type BindingUpdate,
  type BindingUpdateMessage,
  type BoundIa,
  type ClientBindingUpdate,
  FailoverMessageType,
  type LeaseUpdate,
  type PrefixBindingUpdate,
  epochSeconds,
  iaid,
  seconds,
} from '../../../src/wire/index.ts';
import { NOW, duid, name } from '../../unit/lease/leases.ts';
import type { Box } from './box.ts';

/** Of an ACTIVE lease that was given now for an hour, with what differs. */
export function leaseUpdate(text: string, differing: Partial<LeaseUpdate> = {}): LeaseUpdate {
  const { address, prefixLength } = name(text);
  return {
    address,
    prefixLength,
    preferredLifetime: seconds(3_600),
    validLifetime: seconds(3_600),
    bindingStatus: 1,
    startTimeOfState: NOW,
    stateExpirationTime: epochSeconds(NOW + 3_600),
    partnerLifetime: epochSeconds(NOW + 261_000),
    expirationTime: epochSeconds(0),
    cltTime: NOW,
    ...differing,
  };
}

/** The same without what only a status with an end has. */
export function endlessUpdate(text: string, differing: Partial<LeaseUpdate>): LeaseUpdate {
  return leaseUpdate(text, { stateExpirationTime: undefined, partnerLifetime: undefined, expirationTime: undefined, ...differing });
}

/** Leases of client `client`, each in an IA of its own, numbered from 1. */
export function clientUpdate(client: number, leases: readonly LeaseUpdate[], differing: Partial<ClientBindingUpdate> = {}): ClientBindingUpdate {
  const ias = leases.map((lease, i): BoundIa => ({
    kind: lease.prefixLength === 128 ? 3 : 25,
    iaid: iaid(i + 1),
    t1: seconds(1_800),
    t2: seconds(2_880),
    leases: [lease],
  }));
  return { kind: 'client', clientId: duid(client), baseTime: NOW, ias, vendor: [], ...differing };
}

export function prefixUpdate(lease: LeaseUpdate): PrefixBindingUpdate {
  return { kind: 'prefix', baseTime: NOW, lease };
}

let lastTransactionId = 0x700000;

export function update(binding: BindingUpdate): BindingUpdateMessage {
  lastTransactionId += 1;
  return { type: FailoverMessageType.BNDUPD, transactionId: lastTransactionId, binding };
}

/** Sends this to the box, makes durable what it wants, and gives its answer. */
export function answerTo(box: Box, binding: BindingUpdate): BindingReplyMessage {
  const message = update(binding);
  box.receive(message);
  while (box.writes.length > 0) box.commit();
  const reply = takeReply(box);
  assert.equal(reply.transactionId, message.transactionId, 'the reply has the transaction-id of the update');
  return reply;
}

export function takeReply(box: Box): BindingReplyMessage {
  const [reply, ...others] = box.take(FailoverMessageType.BNDREPLY);
  assert.ok(reply?.type === FailoverMessageType.BNDREPLY, 'the update is answered');
  assert.deepEqual(others, [], 'and once only');
  return reply;
}

/** The leases of a reply, in their order. */
export function leasesOf({ binding }: { readonly binding: BindingUpdate }): readonly LeaseUpdate[] {
  return binding.kind === 'prefix' ? [binding.lease] : binding.ias.flatMap(({ leases }) => leases);
}

/** The status code that the reply has for the whole or, where it has none, for each lease; 0: accepted. */
export function codesOf(reply: BindingReplyMessage): readonly number[] {
  const { binding } = reply;
  if (binding.kind === 'client' && binding.status !== undefined) return [binding.status.code];
  return leasesOf(reply).map(({ status }) => status?.code ?? 0);
}

/** The code for an update of one lease. */
export function codeFor(box: Box, binding: BindingUpdate): number {
  const [code, ...others] = codesOf(answerTo(box, binding));
  assert.ok(code !== undefined && others.length === 0);
  return code;
}

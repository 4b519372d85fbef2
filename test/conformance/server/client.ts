/** A client's messages, and what it reads in the answers. */
import assert from 'node:assert/strict';
import { MessageType, OptionCode, StatusCode, iaid, optionValue, optionValues, seconds, formatAddress } from '../../../src/wire/index.ts';
import type { Duid, PlainIa, PlainMessage, PlainOption, PlainRelayMessage } from '../../../src/wire/index.ts';
import { SERVER_ID, address, duid } from './box.ts';
import type { Sent } from './box.ts';

export const CLIENT = duid('00:03:00:01:02:00:00:00:00:01');
export const OTHER_CLIENT = duid('00:03:00:01:02:00:00:00:00:02');

export interface MessageParts {
  readonly client?: Duid | undefined;
  readonly server?: Duid | undefined;
  readonly transactionId?: number;
  readonly request?: readonly number[];
  readonly options?: readonly PlainOption[];
}

/**
 * A message of this type with the identifiers that it must have (RFC 9915 section 16): the client's always, the server's
 * where the message is for one server. `undefined` leaves an identifier out.
 */
export function message(type: PlainMessage['type'], ias: readonly PlainOption[], parts: MessageParts = {}): PlainMessage {
  const client = 'client' in parts ? parts.client : CLIENT;
  const server = 'server' in parts ? parts.server : FOR_ONE_SERVER.has(type) ? SERVER_ID : undefined;
  return {
    type,
    transactionId: parts.transactionId ?? 0xabcdef,
    options: [
      ...(client === undefined ? [] : [{ code: OptionCode.CLIENTID, value: client }]),
      ...(server === undefined ? [] : [{ code: OptionCode.SERVERID, value: server }]),
      { code: OptionCode.ELAPSED_TIME, value: 0 },
      ...(parts.request === undefined ? [] : [{ code: OptionCode.ORO, value: parts.request }]),
      ...ias,
      ...(parts.options ?? []),
    ],
  };
}

const FOR_ONE_SERVER: ReadonlySet<number> = new Set([
  MessageType.REQUEST,
  MessageType.RENEW,
  MessageType.RELEASE,
  MessageType.DECLINE,
]);

/** An IA_NA with these addresses. */
export function iaNa(id: number, ...addresses: readonly string[]): PlainOption {
  const options = addresses.map((text) => ({
    code: OptionCode.IAADDR,
    value: { address: address(text), preferred: seconds(0), valid: seconds(0), options: [] },
  }));
  return { code: OptionCode.IA_NA, value: { iaid: iaid(id), t1: seconds(0), t2: seconds(0), options } };
}

/** An IA_PD with these prefixes, `2001:db8::/56`; `::/56` asks for a length. */
export function iaPd(id: number, ...prefixes: readonly string[]): PlainOption {
  const options = prefixes.map((text) => {
    const [prefix = '', length = ''] = text.split('/');
    return {
      code: OptionCode.IAPREFIX,
      value: { address: address(prefix), prefixLength: Number(length), preferred: seconds(0), valid: seconds(0), options: [] },
    };
  });
  return { code: OptionCode.IA_PD, value: { iaid: iaid(id), t1: seconds(0), t2: seconds(0), options } };
}

/** An answer as a test reads it. */
export interface Answer {
  readonly type: number;
  readonly transactionId: number;
  readonly options: readonly PlainOption[];
  /** Top-level status; Success where there is none (section 21.13). */
  readonly status: number;
  readonly ias: readonly AnsweredIa[];
}

export interface AnsweredIa {
  readonly kind: 'IA_NA' | 'IA_PD';
  readonly iaid: number;
  readonly t1: number;
  readonly t2: number;
  readonly status: number;
  readonly leases: readonly AnsweredLease[];
}

export interface AnsweredLease {
  /** An address, or a prefix with its length. */
  readonly name: string;
  readonly preferred: number;
  readonly valid: number;
  readonly options: readonly PlainOption[];
}

/** Reads an answer that must be there and must not be a Relay-reply. */
export function read(sent: Sent | undefined): Answer {
  assert.ok(sent !== undefined, 'the message is answered');
  return readMessage(sent.message);
}

export function readMessage(answered: PlainMessage | PlainRelayMessage): Answer {
  assert.ok('transactionId' in answered, 'the answer is for a client');
  const { type, transactionId, options } = answered;
  return {
    type,
    transactionId,
    options,
    status: statusOf(options),
    ias: [
      ...optionValues(options, OptionCode.IA_NA).map((ia) => readIa('IA_NA', ia)),
      ...optionValues(options, OptionCode.IA_PD).map((ia) => readIa('IA_PD', ia)),
    ],
  };
}

function readIa(kind: AnsweredIa['kind'], { iaid: id, t1, t2, options }: PlainIa): AnsweredIa {
  return {
    kind,
    iaid: id,
    t1,
    t2,
    status: statusOf(options),
    leases: [
      ...optionValues(options, OptionCode.IAADDR).map((lease) => ({ ...lease, name: formatAddress(lease.address) })),
      ...optionValues(options, OptionCode.IAPREFIX).map((lease) => ({
        ...lease,
        name: `${formatAddress(lease.address)}/${String(lease.prefixLength)}`,
      })),
    ],
  };
}

function statusOf(options: readonly PlainOption[]): number {
  return optionValue(options, OptionCode.STATUS_CODE)?.status ?? StatusCode.Success;
}

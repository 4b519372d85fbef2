import { ADDRESS_LENGTH, type Address } from './address.ts';
import type { ClientMessage, IdentityAssociation, IdentityAssociationKind, LeaseOption } from './client-message.ts';
import type { Duid, Iaid } from './duid.ts';
import { LeasequeryMessageType } from './leasequery/message-type.ts';
import { MessageType } from './message-type.ts';
import { u8, u16, u24, u32, view } from './octets.ts';
import { OptionCode } from './option-code.ts';
import { OPTION_HEADER_LENGTH, OptionList } from './option-list.ts';
import { endOfOption, optionFailure, scanOptions } from './option-scan.ts';
import { keepFirstOfEachIaid } from './repeated-iaids.ts';
import type { Seconds } from './units.ts';
import { type Decoded, failure } from './wire-error.ts';

/** Type and transaction-id (RFC 9915 8). */
export const MESSAGE_HEADER_LENGTH = 4;

/** More codes than any client asks for: an array for as many is made at once, instead of growing again and again. */
const ORDINARY_CODES_MAX = 256;
const NO_CODES: readonly number[] = [];
const NO_LEASES: readonly LeaseOption[] = [];

/** Whether a message of this type has the header of RFC 9915 8, and may come to a server. */
function isClientServerType(type: number): boolean {
  if (type >= MessageType.SOLICIT && type <= MessageType.INFORMATION_REQUEST) return true;
  return type === LeasequeryMessageType.LEASEQUERY || type === LeasequeryMessageType.ACTIVELEASEQUERY || type === MessageType.ADDR_REG_INFORM;
}

/**
 * Decodes the message in `[start, end)` of `bytes`: one pass over the options, no value is copied. An option that is not
 * known is skipped; a singleton that repeats counts once, the first time (RFC 9915 21).
 */
export function decodeClientMessage(bytes: Uint8Array, start: number, end: number): Decoded<ClientMessage> {
  if (end - start < MESSAGE_HEADER_LENGTH) return failure('truncated-header', start);
  const type = u8(bytes, start);
  if (!isClientServerType(type)) return failure('unknown-message-type', start);

  const starts: number[] = [];
  let clientId: Duid | undefined;
  let serverId: Duid | undefined;
  let ias: IdentityAssociation[] = [];
  let requestedOptions: readonly number[] | undefined;
  let elapsedTime = -1;
  let rapidCommit = false;
  let reconfigureAccept = false;
  let repeatedOptions = 0;

  for (let at = start + MESSAGE_HEADER_LENGTH; at < end; ) {
    const next = endOfOption(bytes, at, end);
    if (next < 0) return optionFailure(bytes, at, end);
    const code = u16(bytes, at);
    const data = at + OPTION_HEADER_LENGTH;
    starts.push(data);
    at = next;
    switch (code) {
      case OptionCode.CLIENTID:
        if (clientId === undefined) clientId = view(bytes, data, next) as Duid;
        else repeatedOptions++;
        break;
      case OptionCode.SERVERID:
        if (serverId === undefined) serverId = view(bytes, data, next) as Duid;
        else repeatedOptions++;
        break;
      case OptionCode.IA_NA:
      case OptionCode.IA_TA:
      case OptionCode.IA_PD: {
        const ia = decodeIdentityAssociation(bytes, code, data, next);
        if (ia.error !== undefined) return ia;
        ias.push(ia);
        break;
      }
      case OptionCode.ORO:
        if (requestedOptions === undefined) requestedOptions = decodeCodes(bytes, data, next);
        else repeatedOptions++;
        break;
      case OptionCode.ELAPSED_TIME:
        if (elapsedTime < 0) elapsedTime = u16(bytes, data);
        else repeatedOptions++;
        break;
      case OptionCode.RAPID_COMMIT:
        if (rapidCommit) repeatedOptions++;
        rapidCommit = true;
        break;
      case OptionCode.RECONF_ACCEPT:
        if (reconfigureAccept) repeatedOptions++;
        reconfigureAccept = true;
        break;
    }
  }
  if (ias.length > 1) {
    const received = ias.length;
    ias = keepFirstOfEachIaid(ias);
    repeatedOptions += received - ias.length;
  }
  return {
    type,
    transactionId: u24(bytes, start + 1),
    options: new OptionList(bytes, starts),
    clientId,
    serverId,
    ias,
    requestedOptions: requestedOptions ?? NO_CODES,
    elapsedTime: Math.max(elapsedTime, 0),
    rapidCommit,
    reconfigureAccept,
    repeatedOptions,
  };
}

function decodeIdentityAssociation(
  bytes: Uint8Array,
  kind: IdentityAssociationKind,
  start: number,
  end: number,
): Decoded<IdentityAssociation> {
  const isTemporary = kind === OptionCode.IA_TA;
  const leaseCode = kind === OptionCode.IA_PD ? OptionCode.IAPREFIX : OptionCode.IAADDR;
  const starts: number[] = [];
  let leases: LeaseOption[] | undefined;
  for (let at = start + (isTemporary ? 4 : 12); at < end; ) {
    const next = endOfOption(bytes, at, end);
    if (next < 0) return optionFailure(bytes, at, end);
    const code = u16(bytes, at);
    const data = at + OPTION_HEADER_LENGTH;
    starts.push(data);
    at = next;
    if (code !== leaseCode) continue;
    const lease = decodeLease(bytes, code, data, next);
    if (lease.error !== undefined) return lease;
    if (leases === undefined) leases = [lease];
    else leases.push(lease);
  }
  return {
    kind,
    iaid: u32(bytes, start) as Iaid,
    t1: (isTemporary ? 0 : u32(bytes, start + 4)) as Seconds,
    t2: (isTemporary ? 0 : u32(bytes, start + 8)) as Seconds,
    leases: leases ?? NO_LEASES,
    options: new OptionList(bytes, starts),
  };
}

/** IA Address: address, preferred, valid (RFC 9915 21.6). IA Prefix: preferred, valid, length, prefix (21.22). */
function decodeLease(bytes: Uint8Array, code: number, start: number, end: number): Decoded<LeaseOption> {
  const isPrefix = code === OptionCode.IAPREFIX;
  const lifetimes = isPrefix ? start : start + ADDRESS_LENGTH;
  const address = isPrefix ? start + 9 : start;
  const prefixLength = isPrefix ? u8(bytes, start + 8) : 128;
  if (prefixLength > 128) return failure('bad-prefix-length', start + 8, code);
  const optionsStart = start + (isPrefix ? 25 : 24);
  const options = optionsStart === end ? undefined : scanOptions(bytes, optionsStart, end);
  if (options?.error !== undefined) return options;
  return {
    address: view(bytes, address, address + ADDRESS_LENGTH) as Address,
    prefixLength,
    preferredLifetime: u32(bytes, lifetimes) as Seconds,
    validLifetime: u32(bytes, lifetimes + 4) as Seconds,
    options,
  };
}

function decodeCodes(bytes: Uint8Array, start: number, end: number): readonly number[] {
  const count = (end - start) >> 1;
  const codes = count > ORDINARY_CODES_MAX ? new Array<number>(count) : [];
  for (let i = 0; i < count; i++) codes[i] = u16(bytes, start + 2 * i);
  return codes;
}

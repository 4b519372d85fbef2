import { ADDRESS_LENGTH, type Address } from '../address.ts';
import type { ClientMessage } from '../client-message.ts';
import { type Duid, toDuid } from '../duid.ts';
import { u16, u8, view } from '../octets.ts';
import { OptionCode } from '../option-code.ts';
import type { OptionList } from '../option-list.ts';
import { scanOptions } from '../option-scan.ts';
import { LeasequeryOptionCode as Code } from './option-code.ts';

/** Query type and link-address (RFC 5007 4.1.2.1). */
const QUERY_HEADER_LENGTH = 1 + ADDRESS_LENGTH;

/** An OPTION_LQ_QUERY (RFC 5007 4.1.2.1). What its type does not need may be there all the same. */
export interface LeaseQueryOption {
  /** One of `QueryType`, or one that is not known here. */
  readonly type: number;
  /** Which link is meant; :: where that is left open. */
  readonly linkAddress: Address;
  /** Of an IA Address option. */
  readonly address: Address | undefined;
  readonly clientId: Duid | undefined;
  /** OPTION_RELAY_ID (RFC 5460 5.4.1). */
  readonly relayId: Duid | undefined;
  /** The data of OPTION_REMOTE_ID (RFC 4649 3): enterprise number and identifier. */
  readonly remoteId: Uint8Array | undefined;
  /** What is to be said of each client (RFC 5007 4.1.2.1). */
  readonly requestedOptions: readonly number[];
}

/**
 * The query of a LEASEQUERY or ACTIVELEASEQUERY, as views into the message.
 * @returns undefined where it has none, `malformed` where it can't be read
 */
export function decodeLeaseQuery({ options }: Pick<ClientMessage, 'options'>): LeaseQueryOption | 'malformed' | undefined {
  const index = options.indexOf(Code.LQ_QUERY);
  if (index < 0) return undefined;
  const { bytes } = options;
  const start = options.start(index);
  const end = start + options.length(index);
  if (end - start < QUERY_HEADER_LENGTH) return 'malformed';
  const inner = scanOptions(bytes, start + QUERY_HEADER_LENGTH, end);
  if (inner.error !== undefined) return 'malformed';
  const relayId = valueOf(inner, Code.RELAY_ID);
  if (relayId !== undefined && toDuid(relayId) === undefined) return 'malformed';
  return {
    type: u8(bytes, start),
    linkAddress: view(bytes, start + 1, start + QUERY_HEADER_LENGTH) as Address,
    address: valueOf(inner, OptionCode.IAADDR)?.subarray(0, ADDRESS_LENGTH) as Address | undefined,
    clientId: valueOf(inner, OptionCode.CLIENTID) as Duid | undefined,
    relayId: relayId as Duid | undefined,
    remoteId: valueOf(inner, OptionCode.REMOTE_ID),
    requestedOptions: codesIn(valueOf(inner, OptionCode.ORO)),
  };
}

/** Lengths are checked by the option's definition already. */
function valueOf(options: OptionList, code: number): Uint8Array | undefined {
  const index = options.indexOf(code);
  return index < 0 ? undefined : options.value(index);
}

function codesIn(data: Uint8Array | undefined): readonly number[] {
  const codes: number[] = [];
  for (let at = 0; data !== undefined && at < data.length; at += 2) codes.push(u16(data, at));
  return codes;
}

import type { Address } from '../address.ts';
import type { DataWriter } from '../data-writer.ts';
import type { Duid } from '../duid.ts';
import { OptionCode } from '../option-code.ts';
import type { EpochSeconds, Seconds } from '../units.ts';
import { writeIaAddress, writeIaPrefix, writeMessageHeader, writeOption, writeStatusCode, writeU32Option } from '../write-message.ts';
import { toWireTime } from '../wire-time.ts';
import { LeasequeryOptionCode as Code } from './option-code.ts';
import { type RelayData, writeRelayData } from './relay-data.ts';

/** A lease as it stands in a CLIENT_DATA. */
export interface QueriedLease {
  readonly address: Address;
  /** Undefined for an address. */
  readonly prefixLength: number | undefined;
  /** What is left of it; 0: the client has it no more. */
  readonly preferredLifetime: Seconds;
  readonly validLifetime: Seconds;
}

/** OPTION_CLIENT_DATA (RFC 5007 4.1.2.2): one client on one link. */
export interface QueriedClient {
  readonly clientId: Duid;
  readonly leases: readonly QueriedLease[];
  /** CLT_TIME (RFC 5007 4.1.2.3): so long ago the server last communicated with the client. */
  readonly cltTime: Seconds;
  readonly relay: RelayData | undefined;
  /** Others that the requestor asked for. */
  readonly options: readonly { readonly code: number; readonly data: Uint8Array }[];
}

/** A message of a server to a requestor: LEASEQUERY-REPLY, LEASEQUERY-DATA or LEASEQUERY-DONE. What is undefined is left out. */
export interface LeasequeryReply {
  readonly type: number;
  readonly transactionId: number;
  readonly serverId?: Duid | undefined;
  /** Of the requestor. */
  readonly requestorId?: Duid | undefined;
  readonly status?: { readonly code: number; readonly text: string } | undefined;
  /** LQ_BASE_TIME (RFC 7653 6.3.1): when it was made, and what its other times count from. */
  readonly baseTime?: EpochSeconds | undefined;
  readonly client?: QueriedClient | undefined;
  /** LQ_CLIENT_LINK (RFC 5007 4.1.2.5). */
  readonly links?: readonly Address[] | undefined;
}

export function writeLeasequeryReply(writer: DataWriter, reply: LeasequeryReply): void {
  const { serverId, requestorId, status, baseTime, client, links } = reply;
  writeMessageHeader(writer, reply.type, reply.transactionId);
  if (serverId !== undefined) writeOption(writer, OptionCode.SERVERID, serverId);
  if (requestorId !== undefined) writeOption(writer, OptionCode.CLIENTID, requestorId);
  if (status !== undefined) writeStatusCode(writer, status.code, status.text);
  writeU32Option(writer, Code.LQ_BASE_TIME, baseTime === undefined ? undefined : toWireTime(baseTime));
  if (client !== undefined) writeClientData(writer, client);
  if (links !== undefined) writeLinks(writer, links);
}

function writeClientData(writer: DataWriter, { clientId, leases, cltTime, relay, options }: QueriedClient): void {
  const mark = writer.beginOption(Code.CLIENT_DATA);
  writeOption(writer, OptionCode.CLIENTID, clientId);
  for (const { address, prefixLength, preferredLifetime, validLifetime } of leases) {
    if (prefixLength === undefined) writeIaAddress(writer, address, preferredLifetime, validLifetime);
    else writeIaPrefix(writer, address, prefixLength, preferredLifetime, validLifetime);
  }
  writeU32Option(writer, Code.CLT_TIME, cltTime);
  if (relay !== undefined) writeRelayData(writer, relay);
  for (const { code, data } of options) writeOption(writer, code, data);
  writer.endOption(mark);
}

function writeLinks(writer: DataWriter, links: readonly Address[]): void {
  const mark = writer.beginOption(Code.LQ_CLIENT_LINK);
  for (const address of links) writer.bytes(address);
  writer.endOption(mark);
}

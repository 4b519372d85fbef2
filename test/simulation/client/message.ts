/** The octets of a client's messages (RFC 9915 section 8, 18.2), and of the relay agent's around them (section 19.1.1). */
import { DataWriter, MessageType, OptionCode, beginIa, iaid, seconds, writeEmptyOption, writeIaAddress, writeIaPrefix, writeMessageHeader, writeOption } from '../../../src/wire/index.ts';
import type { Address, Duid } from '../../../src/wire/index.ts';
import type { Named } from '../world/lease-key.ts';
import type { IaKind } from './lease.ts';

export interface IaRequest {
  readonly kind: IaKind;
  readonly iaid: number;
  readonly lease: Named | undefined;
}

export interface MessageContent {
  readonly type: number;
  readonly transactionId: number;
  readonly client: Duid;
  readonly server: Duid | undefined;
  readonly elapsedMs: number;
  readonly rapidCommit: boolean;
  readonly acceptsReconfigure: boolean;
  readonly ias: readonly IaRequest[];
}

const writer = new DataWriter();
const NONE = seconds(0);
const ELAPSED_MAX = 0xffff;

export function encodeClientMessage(content: MessageContent): Uint8Array {
  writeMessageHeader(writer, content.type, content.transactionId);
  writeOption(writer, OptionCode.CLIENTID, content.client);
  if (content.server !== undefined) writeOption(writer, OptionCode.SERVERID, content.server);
  const elapsed = writer.beginOption(OptionCode.ELAPSED_TIME);
  writer.u16(Math.min(ELAPSED_MAX, Math.floor(content.elapsedMs / 10)));
  writer.endOption(elapsed);
  if (content.rapidCommit) writeEmptyOption(writer, OptionCode.RAPID_COMMIT);
  if (content.acceptsReconfigure) writeEmptyOption(writer, OptionCode.RECONF_ACCEPT);
  const requested = writer.beginOption(OptionCode.ORO);
  writer.u16(OptionCode.SOL_MAX_RT);
  writer.endOption(requested);
  for (const ia of content.ias) {
    const mark = beginIa(writer, ia.kind, iaid(ia.iaid), NONE, NONE);
    if (ia.lease !== undefined) {
      const address = ia.lease.address as Address;
      if (ia.kind === OptionCode.IA_NA) writeIaAddress(writer, address, NONE, NONE);
      else writeIaPrefix(writer, address, ia.lease.prefixLength, NONE, NONE);
    }
    writer.endOption(mark);
  }
  return finished();
}

export function encodeRelayForward(linkAddress: Address, peerAddress: Address, inner: Uint8Array): Uint8Array {
  writer.u8(MessageType.RELAY_FORW);
  writer.u8(0);
  writer.bytes(linkAddress);
  writer.bytes(peerAddress);
  writeOption(writer, OptionCode.RELAY_MSG, inner);
  return finished();
}

function finished(): Uint8Array {
  const bytes = writer.finish();
  if (bytes === undefined) throw new Error('a client sends no message that long');
  return bytes;
}

/**
 * Advertise and Reply messages (RFC 9915 sections 18.3.9, 18.3.10, 21): what every answer carries, then
 * what this one is about.
 */
import { LeaseKind } from '../lease/index.ts';
import type { RenewalTimes } from '../lease/index.ts';
import {
  DataWriter,
  MessageType,
  OptionCode,
  beginIa,
  beginIaPrefix,
  seconds,
  writeEmptyOption,
  writeIaAddress,
  writeIaPrefix,
  writeMessageHeader,
  writeOption,
  writeStatusCode,
  writeU8Option,
} from '../wire/index.ts';
import type { Context } from './context.ts';
import type { GrantedLease, IaResult, IaStatus } from './ia-result.ts';
import { answeredName } from './lease-names.ts';
import { AuthenticationType, writeAuthentication } from './reconfigure/authentication.ts';
import { writeRequestedOptions } from './option-layers.ts';
import type { OptionLayer } from './option-layers.ts';

export interface AnswerContent {
  readonly type: typeof MessageType.ADVERTISE | typeof MessageType.REPLY;
  readonly ias: readonly IaResult[];
  /** Top-level status of a Reply to Confirm, Release and Decline. */
  readonly status: IaStatus | undefined;
  /** The Reply answers a Solicit (section 18.3.1). */
  readonly rapidCommit: boolean;
  /** Where requested options come from, nearest first; none for messages that are not about configuration. */
  readonly layers: readonly OptionLayer[];
  /** The Reconfigure Accept option is there (section 21.20). */
  readonly acceptsReconfigure?: boolean;
  /** For the client to keep (section 20.4.2). */
  readonly reconfigureKey?: Uint8Array | undefined;
}

/** One for all messages: each is finished before the next is begun. */
const writer = new DataWriter();

/**
 * @param times T1 and T2 of all its IAs
 * @returns the message, or undefined where it would not fit a datagram
 */
export function writeAnswer(context: Context, content: AnswerContent, times: RenewalTimes): Uint8Array | undefined {
  const { message } = context.query;
  writer.reset();
  writeMessageHeader(writer, content.type, message.transactionId);
  writeOption(writer, OptionCode.SERVERID, context.server.serverId);
  if (message.clientId !== undefined) writeOption(writer, OptionCode.CLIENTID, message.clientId);
  if (content.type === MessageType.ADVERTISE && context.link.configuration.preference > 0) {
    writeU8Option(writer, OptionCode.PREFERENCE, context.link.configuration.preference);
  }
  if (content.rapidCommit) writeEmptyOption(writer, OptionCode.RAPID_COMMIT);
  if (content.status !== undefined) writeStatusCode(writer, content.status.code, content.status.text);
  if (content.acceptsReconfigure === true) writeEmptyOption(writer, OptionCode.RECONF_ACCEPT);
  if (content.reconfigureKey !== undefined) writeKey(context, content.reconfigureKey);
  writeIas(context, content.ias, times);
  const fqdn = answeredName(context, content.ias);
  if (fqdn !== undefined) writeOption(writer, OptionCode.CLIENT_FQDN, fqdn);
  writeRequestedOptions(writer, context.query, content.layers, context.server.configuration.relaySuppliedOptions);
  return writer.finish();
}

function writeKey({ server, query }: Context, key: Uint8Array): void {
  const replay = server.reconfigure?.replay.next(query.now);
  if (replay !== undefined) writeAuthentication(writer, replay, AuthenticationType.KEY, key);
}

function writeIas(context: Context, ias: readonly IaResult[], times: RenewalTimes): void {
  const sendExclude = context.query.message.requestedOptions.includes(OptionCode.PD_EXCLUDE);
  for (const ia of ias) {
    const { t1, t2 } = ia.leases.length === 0 ? NO_TIMES : times;
    const mark = beginIa(writer, ia.kind, ia.iaid, t1, t2);
    for (const lease of ia.leases) {
      if (ia.kind === LeaseKind.IA_NA) writeIaAddress(writer, lease.address, lease.preferred, lease.valid);
      else writePrefix(lease, sendExclude);
    }
    if (ia.status !== undefined) writeStatusCode(writer, ia.status.code, ia.status.text);
    writer.endOption(mark);
  }
}

const NO_TIMES: RenewalTimes = { t1: seconds(0), t2: seconds(0) };

function writePrefix(lease: GrantedLease, sendExclude: boolean): void {
  const exclude = sendExclude ? lease.terms?.exclude : undefined;
  if (exclude === undefined) {
    writeIaPrefix(writer, lease.address, lease.prefixLength, lease.preferred, lease.valid);
    return;
  }
  const mark = beginIaPrefix(writer, lease.address, lease.prefixLength, lease.preferred, lease.valid);
  writeOption(writer, OptionCode.PD_EXCLUDE, exclude);
  writer.endOption(mark);
}

/**
 * Which client messages a server must discard unseen (RFC 9915 sections 16.2 to 16.14; RFC 9686 section 4.2.1), as one table.
 */
import { MessageType, OptionCode, sameBytes } from '../wire/index.ts';
import type { ClientMessage, Duid } from '../wire/index.ts';
import type { DiscardReason } from './discard-reason.ts';

/** What a message type demands of its identifiers. */
interface Rule {
  readonly clientId: 'required' | 'optional';
  /** `ours`: required and equal to this server's; `ours-if-any`: equal where it is present. */
  readonly serverId: 'forbidden' | 'ours' | 'ours-if-any';
}

const FROM_ANY_SERVER: Rule = { clientId: 'required', serverId: 'forbidden' };
const FROM_THIS_SERVER: Rule = { clientId: 'required', serverId: 'ours' };

/** Advertise, Reply and Reconfigure are for clients (16.3, 16.10, 16.11), a Relay-reply is for relay agents (16.14). */
const RULES: ReadonlyMap<number, Rule> = new Map<number, Rule>([
  [MessageType.SOLICIT, FROM_ANY_SERVER], // 16.2
  [MessageType.REQUEST, FROM_THIS_SERVER], // 16.4
  [MessageType.CONFIRM, FROM_ANY_SERVER], // 16.5
  [MessageType.RENEW, FROM_THIS_SERVER], // 16.6
  [MessageType.REBIND, FROM_ANY_SERVER], // 16.7
  [MessageType.DECLINE, FROM_THIS_SERVER], // 16.8
  [MessageType.RELEASE, FROM_THIS_SERVER], // 16.9
  [MessageType.INFORMATION_REQUEST, { clientId: 'optional', serverId: 'ours-if-any' }], // 16.12
  [MessageType.ADDR_REG_INFORM, FROM_ANY_SERVER], // RFC 9686 section 4.2.1
]);

/** Returns why the message must be discarded, or undefined where it is valid. */
export function validate(message: ClientMessage, serverId: Duid): DiscardReason | undefined {
  const rule = RULES.get(message.type);
  if (rule === undefined) return 'not-for-servers';
  if (rule.clientId === 'required' && message.clientId === undefined) return 'no-client-id';
  if (message.serverId === undefined) {
    if (rule.serverId === 'ours') return 'no-server-id';
  } else {
    if (rule.serverId === 'forbidden') return 'unexpected-server-id';
    if (!sameBytes(message.serverId, serverId)) return 'other-server';
  }
  if (message.type === MessageType.INFORMATION_REQUEST && hasIa(message)) return 'ia-in-information-request';
  return undefined;
}

function hasIa(message: ClientMessage): boolean {
  return (
    message.options.indexOf(OptionCode.IA_NA) >= 0 ||
    message.options.indexOf(OptionCode.IA_TA) >= 0 ||
    message.options.indexOf(OptionCode.IA_PD) >= 0
  );
}

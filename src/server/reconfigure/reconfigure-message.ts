/** The Reconfigure message (RFC 9915 sections 18.3.11 and 20.4.2). */
import { DataWriter, MessageType, OptionCode, invariant, writeMessageHeader, writeOption, writeU8Option } from '../../wire/index.ts';
import type { Duid } from '../../wire/index.ts';
import { AuthenticationType, writeAuthentication } from './authentication.ts';

/** What a client can be asked for: the type of the message that it is to send (RFC 9915 section 21.19). */
export type ReconfigureType = typeof MessageType.RENEW | typeof MessageType.REBIND | typeof MessageType.INFORMATION_REQUEST;

export interface ReconfigureContent {
  readonly serverId: Duid;
  readonly client: Duid;
  readonly type: ReconfigureType;
  /** The client's, 16 octets. */
  readonly key: Uint8Array;
  /** 8 octets. */
  readonly replay: Uint8Array;
}

export type HmacMd5 = (key: Uint8Array, message: Uint8Array) => Uint8Array;

const DIGEST_LENGTH = 16;
const NO_DIGEST = new Uint8Array(DIGEST_LENGTH);

const writer = new DataWriter();

/** The digest stands at the end: it is over the whole message with zeros in its place. */
export function composeReconfigure({ serverId, client, type, key, replay }: ReconfigureContent, hmacMd5: HmacMd5): Uint8Array {
  writer.reset();
  writeMessageHeader(writer, MessageType.RECONFIGURE, 0);
  writeOption(writer, OptionCode.SERVERID, serverId);
  writeOption(writer, OptionCode.CLIENTID, client);
  writeU8Option(writer, OptionCode.RECONF_MSG, type);
  writeAuthentication(writer, replay, AuthenticationType.HMAC_MD5, NO_DIGEST);
  const message = writer.finish();
  invariant(message !== undefined, 'two DUIDs and a digest fit a message');
  message.set(hmacMd5(key, message), message.length - DIGEST_LENGTH);
  return message;
}

/** The Authentication option of the Reconfiguration Key Authentication Protocol (RFC 9915 sections 20.4.1 and 21.11). */
import { OptionCode } from '../../wire/index.ts';
import type { DataWriter } from '../../wire/index.ts';

const PROTOCOL = 3;
const ALGORITHM = 1;
const REPLAY_DETECTION_METHOD = 0;

/** What the 16 octets of an Authentication option are. */
export const AuthenticationType = {
  /** In a Reply: the key that the client is to keep. */
  KEY: 1,
  /** In a Reconfigure: an HMAC-MD5 over the message. */
  HMAC_MD5: 2,
} as const;
export type AuthenticationType = (typeof AuthenticationType)[keyof typeof AuthenticationType];

/** @param replay see `ReplayDetection` @param value 16 octets */
export function writeAuthentication(writer: DataWriter, replay: Uint8Array, type: AuthenticationType, value: Uint8Array): void {
  const mark = writer.beginOption(OptionCode.AUTH);
  writer.u8(PROTOCOL);
  writer.u8(ALGORITHM);
  writer.u8(REPLAY_DETECTION_METHOD);
  writer.bytes(replay);
  writer.u8(type);
  writer.bytes(value);
  writer.endOption(mark);
}

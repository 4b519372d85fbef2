/** The options of the messages that are about the connection and its two ends: CONNECT, CONNECTREPLY, STATE, DISCONNECT, CONTACT. */
import { u8, u16, u32, view } from '../octets.ts';
import { OptionCode } from '../option-code.ts';
import { decodeText } from '../text.ts';
import type { EpochSeconds, Seconds } from '../units.ts';
import { type Decoded, failure } from '../wire-error.ts';
import { fromWireTime } from '../wire-time.ts';
import { decodeStatus } from './decode-status.ts';
import { decodeVendor, NO_VENDOR_SUBOPTIONS } from './decode-vendor.ts';
import { ConnectFlag, ServerFlag } from './flag-bits.ts';
import type { ConnectMessage, FailoverStatus, ProtocolVersion, ServerFlags, StateMessage, VendorSuboption } from './message.ts';
import { FailoverOptionCode as Code } from './option-code.ts';
import { OptionCursor } from './option-cursor.ts';

/** What a message has beside its header. */
type Content<Message> = Omit<Message, 'type' | 'transactionId' | 'sentTime'>;

/** RFC 8156 6.1.1, 6.1.2. Which of the options must be there is for the receiver to judge: it can answer. */
export function decodeConnect(bytes: Uint8Array, start: number, end: number): Decoded<Content<ConnectMessage>> {
  let version: ProtocolVersion | undefined;
  let mclt: Seconds | undefined;
  let keepaliveTime: Seconds | undefined;
  let maxUnackedBndupd: number | undefined;
  let relationshipName: string | undefined;
  let fixedPdLength: boolean | undefined;
  let status: FailoverStatus | undefined;
  let vendor: readonly VendorSuboption[] | undefined;
  const options = new OptionCursor(bytes, start, end);
  while (options.next()) {
    const data = options.start;
    switch (options.code) {
      case Code.F_PROTOCOL_VERSION:
        version = { major: u16(bytes, data), minor: u16(bytes, data + 2) };
        break;
      case Code.F_MCLT:
        mclt = u32(bytes, data) as Seconds;
        break;
      case Code.F_KEEPALIVE_TIME:
        keepaliveTime = u32(bytes, data) as Seconds;
        break;
      case Code.F_MAX_UNACKED_BNDUPD:
        maxUnackedBndupd = u32(bytes, data);
        break;
      case Code.F_RELATIONSHIP_NAME:
        relationshipName = decodeText(view(bytes, data, options.end));
        if (relationshipName === undefined || relationshipName.includes('\0')) {
          return failure('bad-option-value', data, Code.F_RELATIONSHIP_NAME);
        }
        break;
      case Code.F_CONNECT_FLAGS:
        fixedPdLength = (u16(bytes, data) & ConnectFlag.FIXED_PD_LENGTH) !== 0;
        break;
      case OptionCode.STATUS_CODE:
        status = decodeStatus(bytes, data, options.end);
        break;
      case OptionCode.VENDOR_OPTS: {
        const decoded = decodeVendor(bytes, data, options.end, vendor);
        if (decoded.error !== undefined) return decoded;
        vendor = decoded.suboptions;
        break;
      }
    }
  }
  if (options.failure !== undefined) return options.failure;
  return {
    version,
    mclt,
    keepaliveTime,
    maxUnackedBndupd,
    relationshipName,
    fixedPdLength,
    status,
    vendor: vendor ?? NO_VENDOR_SUBOPTIONS,
  };
}

/** RFC 8156 6.3, which says what must be there. */
export function decodeState(bytes: Uint8Array, start: number, end: number, near: EpochSeconds): Decoded<Content<StateMessage>> {
  let serverState: number | undefined;
  let serverFlags: ServerFlags | undefined;
  let startTimeOfState: EpochSeconds | undefined;
  let partnerDownTime: EpochSeconds | undefined;
  let vendor: readonly VendorSuboption[] | undefined;
  const options = new OptionCursor(bytes, start, end);
  while (options.next()) {
    const data = options.start;
    switch (options.code) {
      case Code.F_SERVER_STATE:
        serverState = u8(bytes, data);
        break;
      case Code.F_SERVER_FLAGS:
        serverFlags = decodeServerFlags(u8(bytes, data));
        break;
      case Code.F_START_TIME_OF_STATE:
        startTimeOfState = fromWireTime(u32(bytes, data), near);
        break;
      case Code.F_PARTNER_DOWN_TIME:
        partnerDownTime = fromWireTime(u32(bytes, data), near);
        break;
      case OptionCode.VENDOR_OPTS: {
        const decoded = decodeVendor(bytes, data, options.end, vendor);
        if (decoded.error !== undefined) return decoded;
        vendor = decoded.suboptions;
        break;
      }
    }
  }
  if (options.failure !== undefined) return options.failure;
  if (serverState === undefined) return failure('missing-option', end, Code.F_SERVER_STATE);
  if (serverFlags === undefined) return failure('missing-option', end, Code.F_SERVER_FLAGS);
  if (startTimeOfState === undefined) return failure('missing-option', end, Code.F_START_TIME_OF_STATE);
  return { serverState, serverFlags, startTimeOfState, partnerDownTime, vendor: vendor ?? NO_VENDOR_SUBOPTIONS };
}

function decodeServerFlags(bits: number): ServerFlags {
  return {
    startup: (bits & ServerFlag.STARTUP) !== 0,
    communicated: (bits & ServerFlag.COMMUNICATED) !== 0,
    ackStartup: (bits & ServerFlag.ACK_STARTUP) !== 0,
  };
}

/** What a message has that says no more than a status and extensions: DISCONNECT, CONTACT, REPLY, and those that say nothing. */
export function decodeRemarks(
  bytes: Uint8Array,
  start: number,
  end: number,
): Decoded<{ readonly status: FailoverStatus | undefined; readonly vendor: readonly VendorSuboption[] }> {
  let status: FailoverStatus | undefined;
  let vendor: readonly VendorSuboption[] | undefined;
  const options = new OptionCursor(bytes, start, end);
  while (options.next()) {
    if (options.code === OptionCode.STATUS_CODE) {
      status = decodeStatus(bytes, options.start, options.end);
    } else if (options.code === OptionCode.VENDOR_OPTS) {
      const decoded = decodeVendor(bytes, options.start, options.end, vendor);
      if (decoded.error !== undefined) return decoded;
      vendor = decoded.suboptions;
    }
  }
  return options.failure ?? { status, vendor: vendor ?? NO_VENDOR_SUBOPTIONS };
}

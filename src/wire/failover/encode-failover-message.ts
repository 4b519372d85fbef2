import { DataWriter } from '../data-writer.ts';
import { invariant } from '../invariant.ts';
import { encodeText } from '../text.ts';
import type { EpochSeconds } from '../units.ts';
import { toWireTime } from '../wire-time.ts';
import { writeMessageHeader, writeOption, writeU32Option, writeU8Option } from '../write-message.ts';
import { FAILOVER_MESSAGE_LENGTH_MAX } from './decode-failover-message.ts';
import { ConnectFlag, ServerFlag } from './flag-bits.ts';
import type { ConnectMessage, FailoverMessage, ServerFlags, StateMessage } from './message.ts';
import { FailoverMessageType as Type } from './message-type.ts';
import { FailoverOptionCode as Code } from './option-code.ts';
import { writeBindingUpdate } from './write-binding-update.ts';
import { writeStatus, writeTimeOption, writeVendor } from './write-options.ts';

/** In front of each message (RFC 5460 5.1). */
const SIZE_LENGTH = 2;

/** Messages are cut from its slabs, one after the other. */
const frames = new DataWriter();

/**
 * The octets of a message with its size in front, as they go into the connection. `sentTime` is now, as late as can be (RFC
 * 8156 5.2); STARTTLS and its REPLY have none. The message must not be longer than 65535 octets: whoever makes one bounds what
 * is in it. The octets are part of a slab, as the data writer has it.
 */
export function encodeFailoverMessage(message: FailoverMessage, sentTime: EpochSeconds): Uint8Array {
  const size = frames.beginLength();
  writeFailoverMessage(frames, message, toWireTime(sentTime));
  frames.endOption(size);
  const frame = frames.finish(SIZE_LENGTH + FAILOVER_MESSAGE_LENGTH_MAX);
  invariant(frame !== undefined, 'a failover message has 65535 octets at most');
  return frame;
}

/** A message without its size; `sentTime` as it goes out. */
export function writeFailoverMessage(writer: DataWriter, message: FailoverMessage, sentTime: number): void {
  writeMessageHeader(writer, message.type, message.transactionId);
  if (message.type === Type.STARTTLS) return;
  if (message.type !== Type.REPLY) writer.u32(sentTime);
  switch (message.type) {
    case Type.BNDUPD:
    case Type.BNDREPLY:
      writeBindingUpdate(writer, message.binding);
      break;
    case Type.CONNECT:
    case Type.CONNECTREPLY:
      writeConnect(writer, message);
      break;
    case Type.STATE:
      writeState(writer, message);
      break;
    case Type.DISCONNECT:
    case Type.REPLY:
      writeStatus(writer, message.status);
      break;
    case Type.CONTACT:
      writeVendor(writer, message.vendor);
      break;
    case Type.POOLREQ:
    case Type.POOLRESP:
    case Type.UPDREQ:
    case Type.UPDREQALL:
    case Type.UPDDONE:
      break;
  }
}

/** RFC 8156 6.1.1, 6.1.2 */
function writeConnect(writer: DataWriter, message: ConnectMessage): void {
  if (message.version !== undefined) {
    writer.u16(Code.F_PROTOCOL_VERSION);
    writer.u16(4);
    writer.u16(message.version.major);
    writer.u16(message.version.minor);
  }
  writeU32Option(writer, Code.F_MCLT, message.mclt);
  writeU32Option(writer, Code.F_KEEPALIVE_TIME, message.keepaliveTime);
  writeU32Option(writer, Code.F_MAX_UNACKED_BNDUPD, message.maxUnackedBndupd);
  if (message.relationshipName !== undefined) {
    writeOption(writer, Code.F_RELATIONSHIP_NAME, encodeText(message.relationshipName));
  }
  if (message.fixedPdLength !== undefined) {
    writer.u16(Code.F_CONNECT_FLAGS);
    writer.u16(2);
    writer.u16(message.fixedPdLength ? ConnectFlag.FIXED_PD_LENGTH : 0);
  }
  writeStatus(writer, message.status);
  writeVendor(writer, message.vendor);
}

/** RFC 8156 6.3 */
function writeState(writer: DataWriter, message: StateMessage): void {
  writeU8Option(writer, Code.F_SERVER_STATE, message.serverState);
  writeU8Option(writer, Code.F_SERVER_FLAGS, serverFlagBits(message.serverFlags));
  writeTimeOption(writer, Code.F_START_TIME_OF_STATE, message.startTimeOfState);
  writeTimeOption(writer, Code.F_PARTNER_DOWN_TIME, message.partnerDownTime);
  writeVendor(writer, message.vendor);
}

function serverFlagBits({ startup, communicated, ackStartup }: ServerFlags): number {
  return (
    (startup ? ServerFlag.STARTUP : 0) |
    (communicated ? ServerFlag.COMMUNICATED : 0) |
    (ackStartup ? ServerFlag.ACK_STARTUP : 0)
  );
}

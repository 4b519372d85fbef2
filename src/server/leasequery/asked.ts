/** A request that came over TCP, as far as all kinds of it are alike (RFC 5460, RFC 7653). */
import { DataWriter, LeasequeryMessageType, LeasequeryOptionCode, invariant, writeLeasequeryReply } from '../../wire/index.ts';
import type { ClientMessage, Duid, EpochSeconds, LeaseQueryOption, LeasequeryReply } from '../../wire/index.ts';
import type { LeasequeryRefusal } from './resolve-query.ts';
import { toldOptions } from './scope.ts';
import type { LeasequeryScope } from './scope.ts';

export interface Asked {
  readonly transactionId: number;
  readonly requestorId: Duid;
  /** What is to be said of each client. */
  readonly requested: ReadonlySet<number>;
  /** Each message says when it was made (RFC 7653 section 9.3). */
  readonly wantsBaseTime: boolean;
}

/** The query's own Option Request counts; where there is no query, that of the message. */
export function askedIn(scope: LeasequeryScope, { transactionId, requestedOptions }: ClientMessage, requestorId: Duid, query: LeaseQueryOption | undefined): Asked {
  const codes = query?.requestedOptions ?? requestedOptions;
  return {
    transactionId,
    requestorId,
    requested: toldOptions(scope, codes),
    wantsBaseTime: [codes, requestedOptions].some((list) => list.includes(LeasequeryOptionCode.LQ_BASE_TIME)),
  };
}

/** One writer for all: messages are handed out as they are made. */
const writer = new DataWriter();

/** Writes the messages of one request, framed (RFC 5460 section 5.1). The first is a LEASEQUERY-REPLY. */
export class ReplyFrames {
  readonly #scope: LeasequeryScope;
  readonly #asked: Asked;
  /** The LEASEQUERY-REPLY was written. */
  hasReplied = false;

  constructor(scope: LeasequeryScope, asked: Asked) {
    this.#scope = scope;
    this.#asked = asked;
  }

  /** How much was written since the last `take`. */
  get length(): number {
    return writer.position;
  }

  /** LEASEQUERY-REPLY, or LEASEQUERY-DATA behind it. */
  write(said: Pick<LeasequeryReply, 'client' | 'status'>, now: EpochSeconds, hasBaseTime = this.#asked.wantsBaseTime): void {
    const baseTime = hasBaseTime ? now : undefined;
    if (this.hasReplied) this.#frame({ type: LeasequeryMessageType.LEASEQUERY_DATA, ...said, baseTime });
    else this.#frame({ type: LeasequeryMessageType.LEASEQUERY_REPLY, serverId: this.#scope.serverId, requestorId: this.#asked.requestorId, ...said, baseTime });
    this.hasReplied = true;
  }

  /** The end: LEASEQUERY-DONE, or a LEASEQUERY-REPLY where nothing was said yet (RFC 5460 sections 5.2.2 and 7.2). */
  writeEnd(status: LeasequeryRefusal | undefined, now: EpochSeconds, hasBaseTime = this.#asked.wantsBaseTime): void {
    if (this.hasReplied) this.#frame({ type: LeasequeryMessageType.LEASEQUERY_DONE, status, baseTime: hasBaseTime ? now : undefined });
    else this.write({ status }, now, hasBaseTime);
  }

  take(): Uint8Array {
    const octets = writer.finish(Infinity);
    invariant(octets !== undefined, 'there is no limit to what may be written');
    return octets;
  }

  #frame(reply: Omit<LeasequeryReply, 'transactionId'>): void {
    const size = writer.beginLength();
    writeLeasequeryReply(writer, { ...reply, transactionId: this.#asked.transactionId });
    writer.endOption(size);
  }
}

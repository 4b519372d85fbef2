/**
 * One requestor's connection (RFC 5460 sections 5 to 7): a request is read when the one before it was answered, and an answer is
 * made as fast as the requestor reads it, so that neither takes memory.
 */
import type { Socket } from 'node:net';
import type { Beginning, LeasequeryStream } from '../../server/index.ts';
import { LeasequeryStatusCode } from '../../wire/index.ts';
import type { EpochSeconds } from '../../wire/index.ts';
import { readFrames } from '../frames.ts';
import { isStartTls, startTlsReply } from './start-tls.ts';
import type { Turns } from './turns.ts';

/** What waits for a commit is looked at again. */
const LOOK_AGAIN_MS = 20;
/** Where the box ends it, who does not take the last words within this time does without them. */
const LAST_WORDS_MS = 2_000;

/** A request with the longest identifiers that there are has less. */
const FRAME_OCTETS_MAX = 4_096;

/** In milliseconds. */
export interface RequestorTimes {
  /** BULK_LQ_DATA_TIMEOUT: without progress for so long it is closed (RFC 5460 section 5.6). */
  readonly timeoutMs: number;
  /** ACTIVE_LQ_IDLE_TIMEOUT: where nothing changes for so long, that is said (RFC 7653 section 6.4). */
  readonly activeIdleMs: number;
  /** ACTIVE_LQ_SEND_TIMEOUT: who does not read for so long is not told of changes any more. */
  readonly activeSendMs: number;
}

export interface ConnectionOptions {
  /** TLS or plain, paused; nothing was read from it that is for this connection. */
  readonly socket: Socket;
  readonly turns: Turns;
  readonly times: RequestorTimes;
  readonly begin: (frame: Uint8Array, onChange: () => void) => Beginning;
  readonly now: () => EpochSeconds;
  /** A request was taken, or was none. */
  onRequest(outcome: 'answered' | 'refused' | 'invalid'): void;
  onTimeout(): void;
  /** Once. @param why the box closed it, or undefined where the requestor did */
  onClosed(why: string | undefined): void;
}

export interface RequestorConnection {
  /** What it does now: it is `idle` when the last answer was read as well. */
  readonly state: 'idle' | 'bulk' | 'active' | 'closing';
  /** Since when it does nothing else (milliseconds of `performance.now`). */
  readonly since: number;
  /** Clients that its requestor was told of. */
  readonly told: number;
  /** Leases that it waits to be told of. */
  readonly behind: number;
  /** Tells the requestor why, as far as it can, and closes. */
  end(why: string): void;
}

export function openRequestorConnection(options: ConnectionOptions): RequestorConnection {
  const { socket, turns } = options;
  let stream: LeasequeryStream | undefined;
  let told = 0;
  let since = performance.now();
  let deadline: NodeJS.Timeout | undefined;
  let pause: NodeJS.Timeout | undefined;
  let closedFor: string | undefined;
  /** `said`: nothing comes behind what was said, and the requestor has its time to read that; `cut`: the box does not wait for it. */
  let closing: 'said' | 'cut' | undefined;
  /** Nothing is being answered. */
  let isReading = false;
  /** The requestor has closed its end. */
  let isAllSaid = false;
  let behindDrain: (() => void) | undefined;
  /** An active leasequery has nothing to say at the moment. */
  let isWaiting = false;

  /** The kernel takes no more of what was written: the requestor does not read. */
  const isBlocked = (): boolean => socket.writableLength > 0;

  /** Until when there has to be some more. */
  const progress = (): void => {
    if (closing === 'cut' || socket.destroyed) return;
    clearTimeout(deadline);
    const { timeoutMs, activeIdleMs, activeSendMs } = options.times;
    const isActive = stream?.kind === 'active';
    if (isActive && !isBlocked()) deadline = setTimeout(sayIdle, activeIdleMs).unref();
    else deadline = setTimeout(giveUp, isActive ? activeSendMs : timeoutMs).unref();
  };

  const giveUp = (): void => {
    options.onTimeout();
    abort(stream === undefined && !isBlocked() ? undefined : 'it does not read');
  };

  const sayIdle = (): void => {
    const octets = stream?.idle(options.now());
    if (octets === undefined) goOn();
    else write(octets);
  };

  const abort = (why: string | undefined): void => {
    closedFor ??= why;
    socket.destroy();
  };

  const close = (how: 'said' | 'cut', why?: string): void => {
    if (closing === 'cut' || closing === how) return;
    if (closing === undefined) socket.end();
    closing = how;
    closedFor ??= why;
    if (stream !== undefined) finish(stream);
    if (how === 'said') progress();
    else leaveSoon();
  };

  const leaveSoon = (): void => {
    closing = 'cut';
    clearTimeout(deadline);
    deadline = setTimeout(() => socket.destroy(), LAST_WORDS_MS).unref();
  };

  const finish = (ended: LeasequeryStream): void => {
    told += ended.told;
    stream = undefined;
    ended.close(options.now());
  };

  const write = (octets: Uint8Array): boolean => {
    const wasBlocked = isBlocked();
    const mayGoOn = socket.write(octets, progress);
    if (!wasBlocked) progress();
    return mayGoOn;
  };

  /** What comes next is done when it is this connection's turn, and not before the requestor has read what was written. */
  const writeThen = (octets: Uint8Array, next: () => void): void => {
    if (write(octets)) turns.add(next);
    else behindDrain = next;
  };

  const frames = readFrames(socket, FRAME_OCTETS_MAX);

  const readRequest = (): void => {
    frames.next((frame) => {
      if (closing !== undefined) return;
      // There is none beside an active leasequery (RFC 7653 section 9.4).
      if (stream !== undefined) end('another request on this connection');
      else if (frame instanceof Uint8Array) take(frame);
      else {
        options.onRequest('invalid');
        close('cut', `a message of ${frame.octets} octets`);
      }
    });
  };

  const readOn = (): void => {
    if (closing !== undefined || socket.destroyed) return;
    if (isAllSaid) {
      close('said');
      return;
    }
    isReading = true;
    since = performance.now();
    progress();
    readRequest();
  };

  const take = (frame: Uint8Array): void => {
    isReading = false;
    if (isStartTls(frame)) {
      refuseTls(frame);
      return;
    }
    const beginning = options.begin(frame, onChange);
    switch (beginning.kind) {
      case 'invalid':
        options.onRequest('invalid');
        close('cut', beginning.reason);
        return;
      case 'refused':
        options.onRequest('refused');
        if (!beginning.closes) {
          writeThen(beginning.octets, readOn);
          return;
        }
        write(beginning.octets);
        close('said');
        return;
      case 'stream':
        options.onRequest('answered');
        ({ stream } = beginning);
        since = performance.now();
        progress();
        turns.add(goOn);
        // It is never answered to the end: whether the requestor is still there has to be seen meanwhile.
        if (stream.kind === 'active') readRequest();
    }
  };

  const onChange = (): void => {
    if (!isWaiting) return;
    isWaiting = false;
    turns.add(goOn);
  };

  /** It has TLS already, or is not to have it (RFC 7653 section 9.1). */
  const refuseTls = (frame: Uint8Array): void => {
    options.onRequest('refused');
    const status = { code: LeasequeryStatusCode.TLSConnectionRefused, text: 'no TLS on this connection' };
    writeThen(startTlsReply(frame, status), readOn);
  };

  const goOn = (): void => {
    if (stream === undefined || closing !== undefined || socket.destroyed) return;
    const step = stream.next(options.now());
    switch (step.kind) {
      case 'octets':
        writeThen(step.octets, goOn);
        return;
      case 'busy':
        turns.add(goOn);
        return;
      case 'waiting':
        if (stream.kind === 'active') isWaiting = true;
        else pause = setTimeout(goOn, LOOK_AGAIN_MS);
        return;
      case 'done':
        finish(stream);
        if (!step.closes) {
          writeThen(step.octets, readOn);
          return;
        }
        write(step.octets);
        close('cut', 'what it asked could not be answered any more');
    }
  };

  socket.on('drain', () => {
    if (closing !== undefined) return;
    const next = behindDrain;
    behindDrain = undefined;
    if (next !== undefined) turns.add(next);
  });
  // The requestor has said all that it has to say: it gets what it asked for, if that has an end (RFC 5460 section 7.4, RFC 7653 section 9.5).
  socket.on('end', () => {
    isAllSaid = true;
    if (isReading || stream?.kind === 'active') close('said');
  });
  // Its requestor has all of it, as far as the kernel can bring it there.
  socket.on('finish', leaveSoon);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    clearTimeout(deadline);
    clearTimeout(pause);
    closing = 'cut';
    if (stream !== undefined) finish(stream);
    options.onClosed(closedFor);
  });
  readOn();

  const end = (why: string): void => {
    if (closing === undefined && stream !== undefined) write(stream.terminate(why, options.now()));
    close('cut', why);
  };

  return {
    get state() {
      if (closing !== undefined) return 'closing';
      return stream?.kind ?? (isBlocked() ? 'bulk' : 'idle');
    },
    get since() {
      return since;
    },
    get behind() {
      return stream?.behind ?? 0;
    },
    get told() {
      return told + (stream?.told ?? 0);
    },
    end,
  };
}

import { type EpochSeconds, failoverStatusName } from '../../wire/index.ts';
import type { UpdatePort } from './flow.ts';

const QUIET_SECONDS = 10;
/** Beside the status codes. */
const UNEXPECTED = -1;

/** Writes why updates are refused, one line a while for each status code: a partner that is wrong is often wrong. */
export class RefusalLog {
  readonly #port: UpdatePort;
  readonly #quietUntil = new Map<number, EpochSeconds>();
  readonly #untold = new Map<number, number>();

  constructor(port: UpdatePort) {
    this.#port = port;
  }

  /** `who` begins the sentence; codes are few. */
  note(who: string, code: number, text: string, now: EpochSeconds): void {
    this.#say(code, `${who} a binding update with ${failoverStatusName(code)}${text === '' ? '' : `: ${text}`}`, now);
  }

  /** An answer to nothing that is still open. */
  noteUnexpectedReply(now: EpochSeconds): void {
    this.#say(UNEXPECTED, 'a BNDREPLY answers no update that waits for one: it is ignored', now);
  }

  #say(code: number, sentence: string, now: EpochSeconds): void {
    const until = this.#quietUntil.get(code);
    // The wall clock may have been set back.
    if (until !== undefined && now < until && until - now <= QUIET_SECONDS) {
      this.#untold.set(code, (this.#untold.get(code) ?? 0) + 1);
      return;
    }
    const untold = this.#untold.get(code) ?? 0;
    this.#untold.delete(code);
    this.#quietUntil.set(code, (now + QUIET_SECONDS) as EpochSeconds);
    const more = untold === 0 ? '' : ` (and ${untold} more)`;
    this.#port.log('warning', `${sentence}${more}`);
  }
}

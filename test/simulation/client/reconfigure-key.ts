/** What a client keeps of Reconfigure, and whom it believes (RFC 9915 sections 20.3 and 20.4.3). */
import { isAuthentic } from '../oracle/reconfigure-watch.ts';
import type { ServerAnswer } from './reply.ts';

export class ClientKey {
  /** That it was told last. */
  #key: Uint8Array | undefined;
  /** By the DUID of a server, the last value that it said. */
  readonly #replay = new Map<string, bigint>();

  /** From a Reply. */
  take({ authentication, server }: ServerAnswer): void {
    if (authentication === undefined) return;
    this.#key = authentication.value;
    this.#replay.set(String(server), authentication.replay);
  }

  /** Whether it does what a Reconfigure asks for. @param told where it has a key: not of one that it had, or that a later one overtook */
  believes({ authentication, server, bytes }: ServerAnswer, told: (what: 'believes' | 'disbelieves') => void): boolean {
    if (authentication === undefined || this.#key === undefined) return false;
    if (!isAuthentic(bytes, authentication.value, this.#key)) {
      told('disbelieves');
      return false;
    }
    const before = this.#replay.get(String(server));
    if (before !== undefined && authentication.replay <= before) return false;
    this.#replay.set(String(server), authentication.replay);
    told('believes');
    return true;
  }
}

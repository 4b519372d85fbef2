/** Where relay agents were heard last: a lease knows their addresses alone. */
import { LatestEntries } from '../../bounded/index.ts';
import { formatAddress } from '../../wire/index.ts';
import type { Address } from '../../wire/index.ts';
import type { ReceivedDatagram } from '../event.ts';

/** Those that were heard last. */
const HEARD_MAX = 4_096;
/** An address that comes by more interfaces than that is somebody's play; those that were heard last count. */
const WAYS_MAX = 4;

export interface HeardAgent {
  readonly interfaceName: string;
  /** Where it is answered (RFC 8357 section 5.2). */
  readonly port: number;
}

export class RelayAgents {
  readonly #agents = new LatestEntries<string, readonly HeardAgent[]>(HEARD_MAX);

  /**
   * A client was heard through it, in a message that is valid and on a link that is known.
   * @param port where the relay agent is answered
   */
  heard({ interfaceName, source }: Pick<ReceivedDatagram, 'interfaceName' | 'source'>, port: number): void {
    const agent = formatAddress(source);
    const known = this.#agents.get(agent);
    // Whoever takes the address of another adds a way, and takes none away.
    const others = known?.filter((way) => way.interfaceName !== interfaceName) ?? [];
    this.#agents.set(agent, [...others, { interfaceName, port }].slice(-WAYS_MAX));
  }

  /** Nothing where it was not heard of late. */
  of(agent: Address): readonly HeardAgent[] {
    return this.#agents.get(formatAddress(agent)) ?? [];
  }
}

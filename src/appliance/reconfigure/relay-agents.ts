/** On which interface relay agents were heard: a lease knows their addresses alone. */
import { MessageType, formatAddress } from '../../wire/index.ts';
import type { Address } from '../../wire/index.ts';
import type { ReceivedDatagram } from '../event.ts';

/** Those that were heard last. */
const HEARD_MAX = 4_096;

export class RelayAgents {
  readonly #interfaces = new Map<string, string>();

  /** Something came in; ahead of whatever becomes of it. */
  heard({ bytes, interfaceName, source, relayed }: ReceivedDatagram): void {
    if (bytes[0] !== MessageType.RELAY_FORW || relayed !== undefined) return;
    const agent = formatAddress(source);
    if (this.#interfaces.get(agent) === interfaceName) return;
    this.#interfaces.delete(agent);
    this.#interfaces.set(agent, interfaceName);
    if (this.#interfaces.size <= HEARD_MAX) return;
    const [oldest] = this.#interfaces.keys();
    if (oldest !== undefined) this.#interfaces.delete(oldest);
  }

  interfaceOf(agent: Address): string | undefined {
    return this.#interfaces.get(formatAddress(agent));
  }
}

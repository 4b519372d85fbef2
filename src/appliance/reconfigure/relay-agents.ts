/** Where relay agents were heard last: a lease knows their addresses alone. */
import { MessageType, formatAddress } from '../../wire/index.ts';
import type { Address } from '../../wire/index.ts';
import type { ReceivedDatagram } from '../event.ts';

/** Those that were heard last. */
const HEARD_MAX = 4_096;

export interface HeardAgent {
  readonly interfaceName: string;
  /** That it sent from. */
  readonly port: number;
}

export class RelayAgents {
  readonly #agents = new Map<string, HeardAgent>();

  /** Something came in; ahead of whatever becomes of it. */
  heard({ bytes, interfaceName, source, sourcePort, relayed }: ReceivedDatagram): void {
    if (bytes[0] !== MessageType.RELAY_FORW || relayed !== undefined) return;
    const agent = formatAddress(source);
    const known = this.#agents.get(agent);
    if (known?.interfaceName === interfaceName && known.port === sourcePort) return;
    this.#agents.delete(agent);
    this.#agents.set(agent, { interfaceName, port: sourcePort });
    if (this.#agents.size <= HEARD_MAX) return;
    const [oldest] = this.#agents.keys();
    if (oldest !== undefined) this.#agents.delete(oldest);
  }

  of(agent: Address): HeardAgent | undefined {
    return this.#agents.get(formatAddress(agent));
  }
}

/** The DNS server that boxes tell the names of clients: for a while requests to it, and its answers, get lost. */
import type { DnsOutcome } from '../../../src/dns/index.ts';
import { createDnsZones } from '../../appliances/dns-zones.ts';
import type { DnsZones } from '../../appliances/dns-zones.ts';
import type { EventQueue } from './event-queue.ts';
import type { Random } from './random.ts';

/** With a zone for the names, and one for the addresses of each link. */
const ZONES = ['example.com', '1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa', '2.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa'];
const LOST_PERMILLE = 30;
const DELAY_MAX_MS = 20;
/** Then a box gives up an answer. */
const PATIENCE_MS = 3_000;

export interface DnsServer {
  readonly zones: Pick<DnsZones, 'records' | 'requests'>;
  readonly ask: (message: Uint8Array, answered: (outcome: DnsOutcome) => void) => void;
  /** Nothing is lost from now on. */
  heal(): void;
}

export function createDnsServer(queue: EventQueue, random: Random): DnsServer {
  const zones = createDnsZones(ZONES);
  let lostPermille = LOST_PERMILLE;
  return {
    zones,
    ask(message, answered) {
      const [isLost, isAnswerLost, delayMs] = [random.chance(lostPermille), random.chance(lostPermille), random.below(DELAY_MAX_MS)];
      const octets = message.slice();
      queue.after(delayMs, () => {
        const outcome: DnsOutcome = isLost ? { failure: 'no answer' } : { rcode: zones.update(octets) };
        const isHeard = !isLost && !isAnswerLost;
        queue.after(isHeard ? delayMs : PATIENCE_MS, () => {
          answered(isHeard ? outcome : { failure: 'no answer' });
        });
      });
    },
    heal() {
      lostPermille = 0;
    },
  };
}

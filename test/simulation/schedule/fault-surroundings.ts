import type { Box } from '../box/running-box.ts';
import type { EndpointWatch } from '../oracle/endpoints.ts';
import type { LeasequeryWatch } from '../oracle/leasequery-watch.ts';
import type { Oracle } from '../oracle/oracle.ts';
import type { Sightings } from '../oracle/sightings.ts';
import type { Trace } from '../trace/trace.ts';
import type { ClientLinks } from '../world/client-links.ts';
import type { EventQueue } from '../world/event-queue.ts';
import type { PartnerLinks } from '../world/partner-links.ts';
import type { Random } from '../world/random.ts';
import type { BoxName, Noise } from './schedule.ts';

/** What the faults of a schedule are made with. */
export interface FaultSurroundings {
  readonly queue: EventQueue;
  readonly random: Random;
  readonly trace: Trace;
  readonly clientLinks: ClientLinks;
  readonly partnerLinks: PartnerLinks;
  readonly oracle: Oracle;
  readonly endpoints: EndpointWatch;
  readonly sightings: Sightings;
  readonly queries: LeasequeryWatch;
  readonly boxes: readonly Box[];
  readonly boxNamed: (name: BoxName) => Box;
  readonly usualNoise: Noise;
  /** Clients that have asked in vain for long ask again soon. */
  readonly hurryClients: () => void;
  /** After so long no client has a lease that was forgotten. */
  readonly validMs: number;
}

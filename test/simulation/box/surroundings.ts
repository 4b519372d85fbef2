import type { Effect } from '../../../src/appliance/index.ts';
import type { DnsOutcome } from '../../../src/dns/index.ts';
import type { Binding } from '../../../src/lease/index.ts';
import type { Address } from '../../../src/wire/index.ts';
import type { BoxConfiguration } from '../schedule/variants.ts';
import type { Trace } from '../trace/trace.ts';
import type { EventQueue } from '../world/event-queue.ts';
import type { PartnerLinks } from '../world/partner-links.ts';
import type { Random } from '../world/random.ts';
import type { Box, BoxRun } from './running-box.ts';

/** What a box needs of the world. */
export interface BoxSurroundings {
  readonly queue: EventQueue;
  readonly random: Random;
  readonly trace: Trace;
  readonly configuration: BoxConfiguration;
  /** Of another file that the box may have. */
  readonly other: BoxConfiguration;
  /** Keys come from it. */
  readonly randomKeys: Random;
  readonly partnerLinks: () => PartnerLinks;
  /** On the LAN, to the other boxes. */
  readonly sayOnLan: (box: Box, said: Effect & { kind: 'beacon' | 'probe' }) => void;
  readonly send: (box: Box, interfaceName: string, destination: Address, bytes: Uint8Array) => void;
  /** The answer to a client goes to the partner, who passes it on. */
  readonly answersThroughPartner: (box: Box, relayReply: Uint8Array) => void;
  readonly askDns: (message: Uint8Array, answered: (outcome: DnsOutcome) => void) => void;
  /** A commit of these begins. */
  readonly commits: (box: Box, bindings: readonly Binding[]) => void;
  /** Called before the disk holds what is written; its times are true ones. */
  readonly writes: (box: Box, after: Binding) => void;
  /** It has read its disk and done nothing yet. */
  readonly starts: (run: BoxRun) => void;
  /** A step was done and its effects were carried out. */
  readonly stepped: (run: BoxRun) => void;
  /** No commit is in flight, none is waiting: disk and table should say the same. */
  readonly isIdle: (run: BoxRun) => void;
}

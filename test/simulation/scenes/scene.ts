/** What a scene does in the world of its schedule, and what it sees there. */
import type { FailoverMessage } from '../../../src/wire/index.ts';
import type { Box, BoxRun } from '../box/running-box.ts';
import type { Client } from '../client/client.ts';
import type { HeldLease } from '../client/lease.ts';
import type { ServerAnswer } from '../client/reply.ts';
import type { BoxName } from '../schedule/schedule.ts';
import type { ClientLinks } from '../world/client-links.ts';
import type { EventQueue } from '../world/event-queue.ts';
import type { PartnerLinks } from '../world/partner-links.ts';

export interface World {
  readonly queue: EventQueue;
  readonly boxNamed: (name: BoxName) => Box;
  readonly clients: ReadonlyMap<number, Client>;
  readonly clientLinks: ClientLinks;
  readonly partnerLinks: PartnerLinks;
}

export interface Scene {
  /** Nothing has happened yet. */
  readonly begins?: (world: World) => void;
  /** A box sends this to a client. */
  readonly answered?: (answer: ServerAnswer) => void;
  /** A step of a box was carried out. */
  readonly stepped?: (run: BoxRun) => void;
  /** A client uses this lease from now on. */
  readonly holds?: (client: Client, lease: HeldLease) => void;
  /** A box is about to handle this message of its partner. */
  readonly delivered?: (run: BoxRun, message: FailoverMessage) => void;
}

/**
 * One life of a small world as data: who is in it, what goes wrong and when. Made from a seed, made shorter by the shrinker,
 * carried out by the simulation. All times are milliseconds since the world began.
 */
import type { IaKind } from '../client/lease.ts';
import type { BoxName, LinkName } from './names.ts';
import type { VariantName } from './variants.ts';

export type { BoxName, LinkName } from './names.ts';

export interface Schedule {
  readonly seed: number;
  /** What the provisioning file says. */
  readonly variant: VariantName;
  /** What some of the faults and clients are there for. */
  readonly story?: string;
  readonly boxes: readonly BoxPlan[];
  readonly clients: readonly ClientPlan[];
  readonly noise: Noise;
  readonly faults: readonly Fault[];
  /** When faults end and everything is put right. */
  readonly healMs: number;
  /** For how long the healed world is watched at most. */
  readonly settleMs: number;
  /** No longer than until all has been well for so long; without it, to the end. */
  readonly calmMs?: number | undefined;
}

export interface BoxPlan {
  readonly name: BoxName;
  readonly startMs: number;
  readonly driftPpm: number;
  readonly clockErrorMs: number;
  readonly commitMs: Range;
}

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** What each link does to each packet until the world is healed. */
export interface Noise {
  readonly lossPermille: number;
  readonly duplicatePermille: number;
  readonly delayMs: Range;
}

export interface ClientPlan {
  readonly number: number;
  readonly link: LinkName;
  readonly ias: readonly { readonly kind: IaKind; readonly iaid: number }[];
  readonly rapidCommit: boolean;
  /** Its link-local address is made of its link-layer address. */
  readonly tellsLinkLayerAddress?: boolean;
  /** Takes the first Advertise at once instead of waiting for others. */
  readonly isHasty: boolean;
  /** How often it finds a new address in use and declines it. */
  readonly declinePermille: number;
  /** It says so when it asks for leases. */
  readonly acceptsReconfigure?: boolean;
  /** In the order of time. */
  readonly actions: readonly ClientAction[];
}

export type ClientAction =
  | { readonly kind: 'start'; readonly atMs: number }
  /** Gone for good, or until it starts again, without a word and without a memory of its leases. */
  | { readonly kind: 'vanish'; readonly atMs: number }
  /** Gives back all it has, then stays away until it starts again. */
  | { readonly kind: 'release'; readonly atMs: number }
  /** Off for so long; it remembers its leases, and asks whether they are still right. */
  | { readonly kind: 'reboot'; readonly atMs: number; readonly offMs: number }
  | { readonly kind: 'roam'; readonly atMs: number; readonly to: LinkName };

export type Fault =
  /** The process ends before it carries out the n-th effect from then on, and starts again after a while. */
  | { readonly kind: 'crash'; readonly box: BoxName; readonly atMs: number; readonly effects: number; readonly downMs: number; readonly power: 'killed' | 'without power'; readonly disk: DiskAtRestart; readonly clock: 'keeps time' | 'shows 1970'; /** When the box is told what time it is, behind the start, if not as soon as usual. */ readonly timeFoundMs?: number; /** By NTP, unless an operator types it in. */ readonly timeFoundBy?: 'operator' }
  /** The event loop does nothing for so long. */
  | { readonly kind: 'stall'; readonly box: BoxName; readonly atMs: number; readonly forMs: number }
  | { readonly kind: 'clockJump'; readonly box: BoxName; readonly atMs: number; readonly byMs: number }
  /** Commits fail: with this chance, or all of them (the disk is full). Some that fail are on the disk all the same. */
  | { readonly kind: 'commitsFail'; readonly box: BoxName; readonly atMs: number; readonly forMs: number; readonly permille: number; readonly writtenPermille: number }
  /** A commit takes so long. */
  | { readonly kind: 'slowDisk'; readonly box: BoxName; readonly atMs: number; readonly forMs: number; readonly commitMs: number }
  /** A copy of the disk is made, to be put back by a later crash. */
  | { readonly kind: 'copyDisk'; readonly box: BoxName; readonly atMs: number }
  /** A client link loses what goes to this box, what comes from it, or both. */
  | { readonly kind: 'cutLink'; readonly box: BoxName; readonly link: LinkName; readonly atMs: number; readonly forMs: number; readonly direction: 'to box' | 'from box' | 'both' }
  /** Clients with an even number and the first box don't hear each other, nor do the others and the second; in the second half the other way round. */
  | { readonly kind: 'divide'; readonly between: readonly [BoxName, BoxName]; readonly atMs: number; readonly forMs: number; readonly swaps: boolean }
  /** More noise than usual on the client links. */
  | { readonly kind: 'noise'; readonly atMs: number; readonly forMs: number; readonly noise: Noise }
  /** What one box says on the management network does not reach the other, or neither does. */
  | { readonly kind: 'cutManagement'; readonly between: readonly [BoxName, BoxName]; readonly atMs: number; readonly forMs: number; readonly direction: 'one way' | 'both' }
  /** Connections between the two break. */
  | { readonly kind: 'resetConnections'; readonly between: readonly [BoxName, BoxName]; readonly atMs: number }
  | { readonly kind: 'slowManagement'; readonly atMs: number; readonly forMs: number; readonly delayMs: Range }
  /** An operator says that the partner is down: that it is not is his mistake. */
  | { readonly kind: 'partnerDown'; readonly box: BoxName; readonly atMs: number }
  /** He says so where the box lacks leases: what was promised for them he takes upon himself. */
  | { readonly kind: 'forcePartnerDown'; readonly box: BoxName; readonly atMs: number }
  /** An operator keeps a box from its partner for a while, or hands its clients over. */
  | { readonly kind: 'hold'; readonly box: BoxName; readonly atMs: number; readonly forMs: number; readonly command: 'pause' | 'handover' }
  | { readonly kind: 'resync'; readonly box: BoxName; readonly atMs: number; readonly command: 'resync' | 'resync-all' }
  /** The boxes read another file, one after the other. */
  | { readonly kind: 'reload'; readonly atMs: number; readonly file: 'first' | 'second'; readonly secondBoxMs: number }
  /** An operator wants a client to be asked by Reconfigure. */
  | { readonly kind: 'askClient'; readonly box: BoxName; readonly atMs: number; readonly client: number; readonly message: 'usual' | 'rebind' }
  /** A requestor asks a box by leasequery what a client has. */
  | { readonly kind: 'leasequery'; readonly box: BoxName; readonly atMs: number; readonly client: number; readonly by: 'client' | 'lease' }
  /** An operator frees a lease that is held, if any is. */
  | { readonly kind: 'leaseCommand'; readonly box: BoxName; readonly atMs: number; readonly action: 'release' | 'reset' };

/** What the disk holds when the box starts again. */
export type DiskAtRestart =
  | 'as it was'
  /** One record can't be read. */
  | 'unreadable record'
  | 'empty'
  /** What the last copy held. */
  | 'old copy';

/** A box that does nothing has no effect to be stopped at: it is stopped all the same after this long. */
export const CRASH_WAIT_MS = 2_000;

/** A fault that has an end has it not later than this. */
export function endOfFault(fault: Fault): number {
  if (fault.kind === 'crash') return fault.atMs + fault.downMs;
  if (fault.kind === 'reload') return fault.atMs + fault.secondBoxMs;
  return 'forMs' in fault ? fault.atMs + fault.forMs : fault.atMs;
}

/** When the client has done it: it is back. */
export function endOfAction(action: ClientAction): number {
  return action.kind === 'reboot' ? action.atMs + action.offMs : action.atMs;
}

/** What is said over the control socket of an update of both boxes of a pair. The rules of `protocol.ts` hold for it. */

/** How far it is. `first` is the secondary, `second` the primary, which sees to all of it. */
export const PAIR_UPDATE_STAGES = [
  /** The box that it was begun on sends the update to the other one. */
  'sending',
  'first-writes',
  'first-restarts',
  'second-writes',
  'second-restarts',
  'done',
  'stopped',
] as const;
export type PairUpdateStage = (typeof PAIR_UPDATE_STAGES)[number];

/** Nothing more becomes of it. */
export function isPairUpdateOver(stage: PairUpdateStage): boolean {
  return stage === 'done' || stage === 'stopped';
}

export interface UpdatedBox {
  readonly name: string;
  /** Of its program, before. */
  readonly version: string;
}

/** What would be done. */
export interface PairUpdatePlan {
  /** Undefined where the update is not on this box yet. */
  readonly version: string | undefined;
  /** Octets. */
  readonly size: number;
  readonly own: string;
  /** The one that is updated first, and the other one; a box that runs the version already is left alone. */
  readonly first: UpdatedBox;
  readonly second: UpdatedBox;
  /** Why it can't be done; none: it can. */
  readonly problems: readonly string[];
  /** The partner can't be given an update over the connection: what is to be done by hand. */
  readonly byHand: boolean;
}

export interface PairUpdateReport {
  readonly stage: PairUpdateStage;
  readonly version: string;
  readonly first: UpdatedBox;
  readonly second: UpdatedBox;
  readonly begun: string;
  readonly since: string;
  /** How far it is within the stage, such as "40%"; undefined: that is not known. */
  readonly progress: string | undefined;
  /** Why it was stopped. */
  readonly why: string | undefined;
  /** The two are connected. */
  readonly isPartnerThere: boolean;
}

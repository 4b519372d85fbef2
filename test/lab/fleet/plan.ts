// What a fleet is made of.

export interface PlacePlan {
  /** The LAN, as events name it. */
  readonly name: string;
  /** The port of the clients' namespace that is on it. */
  readonly interface: string;
  readonly residents: number;
  readonly probeEveryMs?: number;
  readonly newcomerEveryMs?: number;
}

export interface FleetPlan {
  readonly places: readonly PlacePlan[];
  /** When the streams of probes and newcomers begin. */
  readonly newcomersAfterMs: number;
  /** The number of the first client, which its DUID is made of; 1: two fleets in one lab need numbers of their own. */
  readonly firstClient?: number;
}

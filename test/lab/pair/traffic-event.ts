// What the traffic program is asked for, and what it tells. Times are milliseconds since the Unix epoch.

export interface AskPlan {
  /** Who answers. */
  readonly to: string;
  readonly port: number;
  readonly flows: readonly { readonly name: string; readonly from: string }[];
}

/** Nothing that was sent in this time was answered. */
export interface Gap {
  readonly flow: string;
  readonly from: number;
  /** When the first datagram was sent that was answered again; undefined: none was. */
  readonly to: number | undefined;
}

export type TrafficEvent =
  | { readonly event: 'ready' }
  | { readonly event: 'works'; readonly flow: string }
  | { readonly event: 'end'; readonly gaps: readonly Gap[] };

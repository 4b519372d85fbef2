// A server that can be put on the lab's boxes.

import type { BoxName, Subnet } from '../place.ts';

/** What a box is to serve, and with whom. */
export interface BoxPlan {
  readonly name: BoxName;
  /** Every box of the lab; the first and the third are primaries of the second. */
  readonly boxes: readonly BoxName[];
  /** An empty directory on the box's disk, or what an earlier start has left there. */
  readonly disk: string;
  /** For files that are not on the box's disk: sockets, pid files. It outlasts the box's disk. */
  readonly runtime: string;
  /** A directory that all boxes of the lab read. */
  readonly shared: string;
  readonly lifetimes: Lifetimes;
  /** It is a router for the hosts of the LAN, and says so. */
  readonly isRouter: boolean;
  /** Goes up with each new configuration: the DNS server's address ends with it. */
  readonly edition: number;
  /** Whose word counts for what time it is. */
  readonly clock: 'system' | 'ntp';
}

/** Seconds. */
export interface Lifetimes {
  readonly t1: number;
  readonly t2: number;
  readonly preferred: number;
  readonly valid: number;
  /** RFC 8156: maximum client lead time. */
  readonly mclt: number;
}

export interface LaunchPlan {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export interface Subject {
  readonly name: SubjectName;
  /** Makes what all boxes of a lab share, once, before any of them starts. */
  furnish(shared: string, boxes: readonly BoxName[]): Promise<void>;
  /** Writes its files; gives the command that stays in the foreground. */
  prepare(plan: BoxPlan): LaunchPlan;
  /** What a box without power forgets, and a server that is only restarted does not. */
  losesPower(plan: BoxPlan): void;
  /** A line of its output that says it serves. */
  readonly serving: RegExp;
  /** Whether this box finds itself and its partners (all, if it has several) in normal operation. */
  isPaired(plan: BoxPlan): Promise<boolean>;
  /** What it says of its pair, in a few words, for the log of a run. */
  state(plan: BoxPlan): Promise<string>;
  /** The leases that it counts as held by clients. */
  leases(plan: BoxPlan): Promise<readonly KnownLease[]>;
  /** Whether its boxes can be routers for their clients. */
  readonly routes: boolean;
  /** Whether it knows that the system's clock may be wrong, and works by one of its own. */
  readonly hasOwnClock: boolean;
  /** Whether it can be one secondary of several primaries. */
  readonly servesSeveralPrimaries: boolean;
}

export interface KnownLease {
  /** The lease and its client's DUID. */
  readonly name: string;
  /** Seconds until it ends. */
  readonly left: number;
}

export type SubjectName = 'twinlease' | 'full' | 'balanced' | 'plain' | 'unpaired' | 'kea';

/** The subnets that a box serves. */
export function subnetsOf({ name, boxes }: BoxPlan, subnets: { readonly [K in Subnet['name']]: Subnet }): readonly Subnet[] {
  if (name === 'north') return [subnets.annex];
  const own = [subnets.lan, subnets.remote];
  return name === 'west' && boxes.includes('north') ? [...own, subnets.annex] : own;
}

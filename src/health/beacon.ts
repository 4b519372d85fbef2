/**
 * What two boxes say to each other across a link that clients are on (RFC 7031 section 4.7): that they are there, and whom they
 * hear. The shell vouches for who said it; a `session` is one run of a box's program.
 */

/** A moment in the life of a box on one link: its run (16 hexadecimal digits), and how many beacons it sent there in it. */
export interface BeaconMark {
  readonly session: string;
  /** 32 bits. */
  readonly sequence: number;
}

/** One beacon. */
export interface Beacon {
  readonly relationship: string;
  /** The link that its sender means to be on. */
  readonly link: string;
  readonly mark: BeaconMark;
  /** The last mark of the receiver that the sender heard, or of who may be it; undefined where it heard none. So a loss in one direction is known to both. */
  readonly heard: BeaconMark | undefined;
}

/** So often a box sends one on each link. */
export const BEACON_INTERVAL_MS = 150;

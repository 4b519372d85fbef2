/** What is said of the clock over the control socket. */

/** Who said what time it is. `partner`: one whose own clock is trusted; `system`: the file says to believe the system's clock. */
export type ClockSourceName = 'nobody' | 'ntp' | 'operator' | 'partner' | 'system';

export interface ClockReport {
  /** What time it is by the clock that the box works by. */
  readonly now: string;
  /** Somebody has confirmed that. */
  readonly trusted: boolean;
  readonly source: ClockSourceName;
  /** A time more than a day away, which counts when a second source says the same; undefined: there is none. */
  readonly doubt: { readonly source: ClockSourceName; /** Seconds; above 0: the clock would go forward. */ readonly by: number } | undefined;
  /** The system's clock. */
  readonly system: {
    readonly now: string;
    /** `believed`: the file says so, whatever the kernel knows. */
    readonly status: 'synchronized' | 'unconfirmed' | 'believed';
    /** How far the kernel says that it may be off, in seconds; undefined: it doesn't know. */
    readonly maxError: number | undefined;
  };
  /** In which the times of the box are counted; its partner counts in the same one. 16 hexadecimal digits. */
  readonly timescale: string;
}

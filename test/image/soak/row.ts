/** One line of what `make soak` found. */
export interface Row {
  readonly what: string;
  readonly result: string;
  /** Left out where nothing was promised. */
  readonly isMet?: boolean;
}

/** @param directory an empty one, removed behind it; kept where it rejects */
export type Part = (directory: string) => Promise<readonly Row[]>;

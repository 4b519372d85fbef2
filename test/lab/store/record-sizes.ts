/** Sizes of what is added to a record: a torn write ends at another place of LevelDB's blocks with each. */
export const RECORD_SIZES = [
  1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 300, 700, 1500, 4000, 4096, 9000, 20_000, 32_768, 40_000,
] as const;

/** What the child was told to be durable on the full disk; and 5 bindings before and 60 after that. */
export type Acknowledged = readonly { readonly size: number; readonly onFullDisk: number }[];

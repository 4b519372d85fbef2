/** The boxes of a schedule, and the links that clients are on. */
export type BoxName = 'A' | 'B' | 'C';
export type LinkName = 'lan' | 'branch';

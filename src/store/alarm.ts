/** A lasting condition of stable storage that an operator must know of. */
export interface StoreAlarm {
  readonly id:
    /** There is no room: nothing new is made durable until there is. Ends by itself. */
    | 'storage-full'
    /** The database can't be reopened after a failed write; it is tried again and again. */
    | 'storage-unavailable'
    /** Damage was met while running. It never ends by itself: opening the store anew sets the damage aside. */
    | 'storage-damaged';
  readonly raised: boolean;
  /** What it is, and what to do. */
  readonly text: string;
}

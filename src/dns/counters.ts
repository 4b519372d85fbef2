/** What was done in the DNS since the start; all of it is shown by `twinlease show counters`. */
export interface DnsCounters {
  /** UPDATE requests, each once however often it was sent. */
  requests: number;
  forwardAdded: number;
  reverseAdded: number;
  forwardRemoved: number;
  reverseRemoved: number;
  /** Names that somebody else had. */
  taken: number;
  /** Requests that a server answered with an error. */
  refused: number;
  /** Requests that no server answered in a way that can be believed. */
  unanswered: number;
}

export function createDnsCounters(): DnsCounters {
  return { requests: 0, forwardAdded: 0, reverseAdded: 0, forwardRemoved: 0, reverseRemoved: 0, taken: 0, refused: 0, unanswered: 0 };
}

/** What `show dns` shows. */
export interface DnsStatusReport {
  readonly zones: readonly DnsZoneStatus[];
  /** Addresses that something is to be done about in the DNS. */
  readonly due: number;
  /** Of these: what failover does not leave to this box now. */
  readonly held: number;
  /** Of these: what waits to be tried again. */
  readonly later: number;
  /** Addresses whose former names are to be removed. */
  readonly removals: number;
  /** Names that somebody else has in the DNS; not all of very many. */
  readonly taken: readonly { readonly address: string; readonly name: string }[];
}

export interface DnsZoneStatus {
  readonly zone: string;
  readonly servers: readonly string[];
  /** The key that requests are signed with, by its name. */
  readonly key?: string | undefined;
  readonly state: 'idle' | 'working' | 'failing';
  readonly waiting: number;
  readonly asking: number;
  /** While it fails. */
  readonly failingSince?: string | undefined;
  readonly nextTry?: string | undefined;
  /** The last error since the start, also when it is over. */
  readonly lastError?: string | undefined;
}

/** What `show leasequery` shows. */
export interface LeasequeryReport {
  /** Addresses and prefixes that questions may come from. */
  readonly requestors: readonly string[];
  /** Since the start. */
  readonly udp: {
    readonly answered: number;
    /** By the RFC's name of the status. */
    readonly refused: Readonly<Record<string, number>>;
  };
  /** Undefined where nobody may ask by TCP. */
  readonly tcp: LeasequeryTcpReport | undefined;
}

export interface LeasequeryTcpReport {
  readonly port: number;
  readonly security: 'tls' | 'insecure';
  readonly listening: boolean;
  readonly connectionsMax: number;
  readonly connections: readonly LeasequeryConnectionReport[];
}

export interface LeasequeryConnectionReport {
  readonly requestor: string;
  readonly port: number;
  /** What it does: nothing, a bulk leasequery, an active one, or it is being closed. */
  readonly state: 'idle' | 'bulk' | 'active' | 'closing';
  /** In seconds. */
  readonly since: number;
  /** Clients that it was told of. */
  readonly clients: number;
  /** Changed leases that it was not told of yet. */
  readonly behind: number;
}

/** What the provisioning file says of DNS updates, resolved. Names are in wire form with small letters. */

/** A zone that is updated. Whom to ask, and with which key, is the shell's to know. */
export interface DnsZone {
  /** For people. */
  readonly text: string;
  readonly name: Uint8Array;
}

/** What the leases of a link are called. */
export interface LinkNaming {
  /** The names of clients lie below it. */
  readonly domain: Uint8Array;
  /** Clients are called what they ask for; false: what the server makes of their address. */
  readonly clientNames: boolean;
  /** Who gets a name that is made of the address: who leaves it to the server, everybody without a name, or nobody. */
  readonly generated: 'asked' | 'always' | 'never';
  /** What such a name begins with. */
  readonly generatedPrefix: string;
  /** The server adds the AAAA of clients that want to do it themselves, or want none (RFC 4704 section 6.1). */
  readonly overrideClient: boolean;
  /** A PTR is added, too. */
  readonly reverse: boolean;
  /** Where somebody else has the name: it is tried again, or another number is put behind it (RFC 4703 section 5.3.3). */
  readonly whenTaken: 'wait' | 'number';
}

export interface DnsConfiguration {
  readonly zones: readonly DnsZone[];
  /** By the name of the link; leases of others have no names. */
  readonly links: Readonly<Record<string, LinkNaming>>;
}

/** With SHA-256, which the core has not. */
export type Sha256 = (octets: Uint8Array) => Uint8Array;

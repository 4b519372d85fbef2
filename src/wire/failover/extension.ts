/**
 * What boxes of this program tell each other beyond RFC 8156: suboptions of one Vendor-specific Information option (RFC 9915
 * 21.17), which any other partner skips. Both name what they speak in CONNECT and CONNECTREPLY; nothing else is sent to a
 * partner that did not name it.
 */
import type { Address } from '../address.ts';

/** The private enterprise number of the option. RFC 5612 has this one for documentation; it stands until one is assigned. */
export const EXTENSION_ENTERPRISE = 32473;

/** The suboptions of the extensions. */
export const ExtensionCode = {
  /** In CONNECT and CONNECTREPLY: the codes of all extensions that the sender speaks. */
  EXTENSIONS: 1,
  /** In CONNECTREPLY and the primary's first STATE: over the shared part of the configuration. */
  CONFIG_DIGEST: 20,
  /** One section of the shared part of the configuration; once for each section. */
  CONFIG_SHARED: 21,
  /** In CONNECTREPLY, the primary's first STATE and CONTACT: how far the sender's stable storage is, and what it saw of the receiver's. */
  DATABASE: 50,
  /** In CONNECT and CONNECTREPLY: what the sender's times are counted in. */
  CLOCK: 51,
  /** In CLIENT_DATA: the link-local address that the client is reached at directly. */
  CLIENT_ADDRESS: 60,
  /** In CONNECTREPLY and the primary's first STATE: how often the sender wants a CONTACT, in milliseconds. */
  CONTACT_INTERVAL: 70,
} as const;
export type ExtensionCode = (typeof ExtensionCode)[keyof typeof ExtensionCode];

/** A section of the shared part of the configuration. */
export interface ConfigurationSection {
  readonly name: string;
  /** What is compared: the canonical text of the section, or a digest of it. */
  readonly content: string;
}

/** A point in the history of one stable storage. */
export interface DatabasePoint {
  /** 8 octets: which opening of the database. */
  readonly generation: Uint8Array;
  /** The commit, a safe integer. */
  readonly counter: number;
}

export interface DatabaseProgress {
  /** What of the sender's own is durable. */
  readonly own: DatabasePoint;
  /** The last that it saw of the receiver's; undefined when it never saw any. */
  readonly partner: DatabasePoint | undefined;
}

/** What times are counted in: wall clock since it was last set. */
export interface ClockTimescale {
  /** 8 octets */
  readonly id: Uint8Array;
  /** What has to be added to such a time, in whole seconds; undefined while it is not known. */
  readonly correction: number | undefined;
}

export interface ClockReport {
  /** The sender's wall clock was confirmed. */
  readonly trusted: boolean;
  /** Who confirmed it, 0..255; 0: nobody. */
  readonly source: number;
  /** The first is the one that the sender counts in now. */
  readonly timescales: readonly ClockTimescale[];
}

/** What each extension says. */
export interface ExtensionValues {
  [ExtensionCode.EXTENSIONS]: readonly number[];
  [ExtensionCode.CONFIG_DIGEST]: string;
  [ExtensionCode.CONFIG_SHARED]: ConfigurationSection;
  [ExtensionCode.DATABASE]: DatabaseProgress;
  [ExtensionCode.CLOCK]: ClockReport;
  [ExtensionCode.CLIENT_ADDRESS]: Address;
  [ExtensionCode.CONTACT_INTERVAL]: number;
}

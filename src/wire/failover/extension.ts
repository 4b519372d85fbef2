/**
 * What boxes of this program tell each other beyond RFC 8156: suboptions of one Vendor-specific Information option (RFC 9915
 * 21.17), which any other partner skips. Both name what they speak in CONNECT and CONNECTREPLY; nothing else is sent to a
 * partner that did not name it.
 */
import type { Address } from '../address.ts';
import type { Duid } from '../duid.ts';
import type { HashMap } from '../hash-map.ts';
import type { EpochSeconds } from '../units.ts';

/** The private enterprise number of the option. RFC 5612 has this one for documentation; it stands until one is assigned. */
export const EXTENSION_ENTERPRISE = 32473;

/** The suboptions of the extensions. */
export const ExtensionCode = {
  /** In CONNECT and CONNECTREPLY: the codes of all extensions that the sender speaks. */
  EXTENSIONS: 1,
  /** In CONTACT, once for each link: whether the sender reaches its clients there. */
  LINK_HEALTH: 10,
  /** In CONTACT: a client's message on its way to the box that answers it, or the answer on its way back (RFC 9915 section 19). */
  RELAYED_MESSAGE: 11,
  /** In CONTACT: a message of this number has come, and what became of it. */
  RELAY_ACKNOWLEDGEMENT: 12,
  /** In CONNECTREPLY and the primary's first STATE: the DUID that the sender has for its clients (RFC 9915 section 21.3). */
  SERVER_ID: 13,
  /** In CONTACT, beside what may get old: the sender's clock in milliseconds, modulo 2^32. It shows how long the message was on its way. */
  SENDER_CLOCK: 14,
  /**
   * In CONNECTREPLY and the primary's first STATE: the sender sends beacons on the links that both are on, and this is the run of
   * its program that they belong to.
   */
  BEACON_SESSION: 15,
  /** In CONNECTREPLY and the primary's first STATE: the version of the sender's program, such as "0.2.0". */
  PROGRAM_VERSION: 16,
  /** In CONNECTREPLY and the primary's first STATE: over the shared part of the configuration. */
  CONFIG_DIGEST: 20,
  /** One section of the shared part of the configuration; once for each section. */
  CONFIG_SHARED: 21,
  /** In CONTACT: a change of the configuration that both boxes take or neither does. */
  SHARED_COMMIT: 22,
  /** In CONTACT: an update of the programs of both boxes, one after the other; the update itself in parts. */
  PAIR_UPDATE: 23,
  /**
   * In the CONNECT of a primary that divides the clients: the hash buckets of those that it answers itself (RFC 3074). In the CONNECTREPLY
   * that agrees: the others.
   */
  HASH_MAP: 30,
  /** In CONTACT: SHA-256 of the certificate that the sender will show once the receiver keeps it, beside the one that it shows now. */
  NEXT_CERTIFICATE: 40,
  /** In CONTACT: the sender keeps this one, durably, and takes who shows it for the receiver. */
  CERTIFICATE_KEPT: 41,
  /** In CONNECTREPLY, the primary's first STATE and CONTACT: how far the sender's stable storage is, and what it saw of the receiver's. */
  DATABASE: 50,
  /** In CONNECT and CONNECTREPLY: what the sender's times are counted in. */
  CLOCK: 51,
  /** In CLIENT_DATA: the times of what was, of each lease in it, are upper bounds, as the sender's clock was not known then. */
  INEXACT_TIMES: 52,
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

/** What is said of a change that both boxes take or neither does. */
export const CommitSaying = {
  /** The change, in parts; each is answered with MORE, and the last one with YES or NO. */
  PREPARE: 1,
  MORE: 2,
  /** It is prepared durably, and waits to be decided. */
  YES: 3,
  /** It is not, and the content says why. */
  NO: 4,
  /** It is decided durably. */
  COMMIT: 5,
  ABORT: 6,
  /** It is in the file, durably. */
  DONE: 7,
  /** What became of it? */
  ASK: 8,
} as const;
export type CommitSaying = (typeof CommitSaying)[keyof typeof CommitSaying];

export interface SharedCommitMessage {
  /** A `CommitSaying`, or one of a newer version. */
  readonly saying: number;
  /** Which change: 16 hexadecimal digits. */
  readonly id: string;
  /** Which part of how many the content is; 1 of 1 where it is whole. */
  readonly part: number;
  readonly parts: number;
  readonly content: Uint8Array;
}

/** What is said of an update of both boxes. */
export const UpdateSaying = {
  /** Something is to be done or told: JSON. It is answered with ANSWER. */
  ASK: 1,
  /** JSON: what came of it, or why nothing did. */
  ANSWER: 2,
  /** How far it is, in plain words. */
  PROGRESS: 3,
  /** The file of an update, from this offset on. */
  PART: 4,
  /** What comes next is at this offset. */
  WANT: 5,
} as const;
export type UpdateSaying = (typeof UpdateSaying)[keyof typeof UpdateSaying];

export interface PairUpdateMessage {
  /** An `UpdateSaying`, or one of a newer version. */
  readonly saying: number;
  /** Which request it belongs to: 16 hexadecimal digits. */
  readonly id: string;
  /** Of PART and WANT, in octets; otherwise 0. */
  readonly offset: number;
  readonly content: Uint8Array;
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

/** What a box makes of one of its links to clients. */
export const LinkVerdict = {
  /** It has no port of its own there, or has not looked yet. */
  UNKNOWN: 0,
  UP: 1,
  SUSPECT: 2,
  LOST: 3,
  /** An operator switched its port off. */
  ADMIN_OFF: 4,
} as const;
export type LinkVerdict = (typeof LinkVerdict)[keyof typeof LinkVerdict];

/** What speaks against a link, as bits. */
export const LinkEvidence = {
  NO_CARRIER: 0x01,
  NO_INTERFACE: 0x02,
  SWITCHED_OFF: 0x04,
  NO_ADDRESS: 0x08,
  /** Duplicate address detection is not over (RFC 4862 section 5.4). */
  TENTATIVE_ADDRESS: 0x10,
  /** It found another device that has the address. */
  DUPLICATE_ADDRESS: 0x20,
  NO_SOCKET: 0x40,
  /** The partner's beacons do not come, though it sends them. */
  NO_BEACON: 0x80,
  /** The partner says that it does not hear this box's. */
  BEACON_NOT_HEARD: 0x100,
  /** The partner hears clients that this box does not. */
  CLIENTS_NOT_HEARD: 0x200,
  /** The partner, which serves clients there and hears this box, does not answer what this box asks as a client. */
  NO_ADVERTISE: 0x400,
} as const;

/** What the kernel says of a port: it explains why nothing is heard of its box. */
export const PORT_EVIDENCE = 0x7f;

/** What a box says of one link. */
export interface LinkHealth {
  /** As the provisioning file has it: the two boxes agree on that. */
  readonly link: string;
  /** A `LinkVerdict`, or one of a newer version. */
  readonly verdict: number;
  /** Bits of `LinkEvidence`, and of a newer version. */
  readonly evidence: number;
  /** Since when the verdict is this one. */
  readonly since: EpochSeconds;
  /** Messages that came from clients there, and answers that went to them, since the sender's start; modulo 2^32. */
  readonly received: number;
  readonly sent: number;
}

/** A Relay-forward or a Relay-reply between two boxes. */
export interface RelayedOctets {
  /** The same both ways; 32 bits. */
  readonly number: number;
  readonly message: Uint8Array;
}

/** What has become of a relayed message when it is acknowledged, which is at once. */
export const RelayOutcome = {
  ANSWERED: 1,
  /** Nobody will answer it, as RFC 9915 has it: that may be right. */
  DISCARDED: 2,
  /** There was too much to do. */
  SHED: 3,
  /** For stable storage, or for its turn. */
  WAITING: 4,
} as const;
export type RelayOutcome = (typeof RelayOutcome)[keyof typeof RelayOutcome];

export interface RelayAcknowledgement {
  readonly number: number;
  /** A `RelayOutcome`, or one of a newer version. */
  readonly outcome: number;
}

/** What each extension says. */
export interface ExtensionValues {
  [ExtensionCode.EXTENSIONS]: readonly number[];
  /** 64 hexadecimal digits in lower case. */
  [ExtensionCode.NEXT_CERTIFICATE]: string;
  [ExtensionCode.CERTIFICATE_KEPT]: string;
  [ExtensionCode.LINK_HEALTH]: LinkHealth;
  [ExtensionCode.RELAYED_MESSAGE]: RelayedOctets;
  [ExtensionCode.RELAY_ACKNOWLEDGEMENT]: RelayAcknowledgement;
  [ExtensionCode.SERVER_ID]: Duid;
  [ExtensionCode.SENDER_CLOCK]: number;
  /** 16 hexadecimal digits. */
  [ExtensionCode.BEACON_SESSION]: string;
  [ExtensionCode.PROGRAM_VERSION]: string;
  [ExtensionCode.CONFIG_DIGEST]: string;
  [ExtensionCode.CONFIG_SHARED]: ConfigurationSection;
  [ExtensionCode.SHARED_COMMIT]: SharedCommitMessage;
  [ExtensionCode.PAIR_UPDATE]: PairUpdateMessage;
  [ExtensionCode.HASH_MAP]: HashMap;
  [ExtensionCode.DATABASE]: DatabaseProgress;
  [ExtensionCode.CLOCK]: ClockReport;
  [ExtensionCode.INEXACT_TIMES]: true;
  [ExtensionCode.CLIENT_ADDRESS]: Address;
  [ExtensionCode.CONTACT_INTERVAL]: number;
}

/** Options as the configuration has them, ready for the wire. */

/** For whom a boot file is, and what it is started with (RFC 5970). */
export interface BootFile {
  /** Numbers of pre-boot environments (RFC 5970 section 3.3); undefined: for clients that nothing else is for. */
  readonly architectures: readonly number[] | undefined;
  /** The data of OPT_BOOTFILE_PARAM (60), if any. */
  readonly parameters: Uint8Array | undefined;
}

/** An option as it goes on the wire, without its code and length. */
export interface EncodedOption {
  /** Of an OPT_BOOTFILE_URL (59) that has more to it than its URL. */
  readonly boot?: BootFile | undefined;
  readonly code: number;
  /** The vendor that option 17 is for; undefined for every other code. */
  readonly enterprise: number | undefined;
  readonly data: Uint8Array;
}

/** Options of one layer. Only options that may repeat do: 56, 94, 144, 17 with another enterprise each, and 59, of which each client gets one. */
export type OptionSet = readonly EncodedOption[];

/** One layer's options by their code. */
export type OptionLayer = ReadonlyMap<number, readonly EncodedOption[]>;

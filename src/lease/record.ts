/**
 * How a lease lies in memory: 32 words of 32 bits, two cache lines. What a look-up reads is in the first.
 * Memory starts as zeros, so slot 0 is never used and a link of 0 means "none".
 */
export const RECORD_WORDS_LOG2 = 5;
export const RECORD_WORDS = 1 << RECORD_WORDS_LOG2;

/** Offsets in words. The address is held as four numbers, the most significant first, so that it can be counted with. */
export const Word = {
  ADDRESS: 0,
  ADDRESS_NEXT: 5,
  CLIENT_NEXT: 6,
  IAID: 7,
  LOCK_LOW: 13,
  LOCK_HIGH: 14,
  STATE_EXPIRATION_TIME: 15,
  PREFERRED_LIFETIME: 16,
  VALID_LIFETIME: 17,
  CLIENT_LAST_TRANSACTION_TIME: 18,
  START_TIME_OF_STATE: 19,
  REVISION_LOW: 20,
  REVISION_HIGH: 21,
  TIMESCALE: 22,
  POOL: 23,
  FREE_NEXT: 24,
  FREE_PREVIOUS: 25,
  /** Key under which the expiry heap holds the slot; 0: not there. */
  EXPIRY_KEY: 26,
  PARTNER_LIFETIME: 27,
  ACKED_PARTNER_LIFETIME: 28,
  EXPIRATION_TIME: 29,
  PARTNER_RAW_CLT_TIME: 30,
} as const;

/** Offsets in octets, for the fields that share a word and for the DUID. */
export const Octet = {
  PREFIX_LENGTH: 16,
  /** The kind of the lease in the low bits, flags above them. */
  KIND_AND_FLAGS: 17,
  /** 0: the slot holds no lease. */
  STATUS: 18,
  DUID_LENGTH: 19,
  DUID: 32,
} as const;

/** The bits of `KIND_AND_FLAGS`. */
export const KIND_MASK = 0x3f;
/** T1 and T2 are kept beside the record. */
export const RENEWAL_KEPT = 0x40;
export const UPDATE_NEEDED = 0x80;

/** A longer DUID lies outside of the record. DUID-LLT, -LL and -UUID (RFC 9915 11.2, 11.4, 11.5) fit for the usual hardware types. */
export const DUID_INLINE_MAX = 20;

/** "No lease": what a look-up gives when it finds nothing. */
export const NO_SLOT = 0;
/** The pool number of a lease that is no element of any pool. */
export const NO_POOL = 0xffff;

import type { EpochSeconds } from './units.ts';

/** 2000-01-01T00:00:00Z, where the absolute times of failover and leasequery begin (RFC 8156 5.2, RFC 7653 6.3). */
const ORIGIN = 946_684_800;
const TWO_32 = 0x1_0000_0000;

/** The time as it goes out: seconds since 2000, modulo 2^32 (RFC 8156 3). */
export function toWireTime(time: EpochSeconds): number {
  return (time - ORIGIN) >>> 0;
}

/**
 * The time that a number on the wire stands for: of those that are 2^32 s apart the one nearest to `near`, when it was
 * received. So the numbers mean the right thing after they begin anew in 2136, and between boxes that believe that it is 1970.
 * Never negative: what would lie before 1970 is taken for the one 2^32 s later.
 */
export function fromWireTime(value: number, near: EpochSeconds): EpochSeconds {
  const time = near + ((value - toWireTime(near)) | 0);
  return (time < 0 ? time + TWO_32 : time) as EpochSeconds;
}

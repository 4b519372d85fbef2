// What a client holds. Times are milliseconds since the Unix epoch.

export type LeaseKind = 'address' | 'prefix';

export interface HeldLease {
  readonly kind: LeaseKind;
  /** 16 octets of an address; the length and 16 octets of a prefix. */
  readonly octets: Buffer;
  /** When its valid lifetime ends. */
  readonly until: number;
}

/** `2001:db8:1:0:0:0:0:5` or `2001:db8:100:0:0:0:0:0/56`: one text for each lease. */
export function nameOf(kind: LeaseKind, octets: Buffer): string {
  const address = kind === 'address' ? octets : octets.subarray(1);
  const groups = Array.from({ length: 8 }, (_, i) => address.readUInt16BE(2 * i).toString(16)).join(':');
  return kind === 'address' ? groups : `${groups}/${octets.readUInt8(0)}`;
}

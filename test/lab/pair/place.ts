// Names and addresses in the lab of two boxes, as servers' configurations must have them.

export type BoxName = 'east' | 'west' | 'north';

interface BoxPlace {
  readonly onLan: string;
  readonly onTransit: string;
  readonly onManagement: string;
}

export const boxPlaces: Readonly<Record<BoxName, BoxPlace>> = {
  east: { onLan: '2001:db8:1::1', onTransit: '2001:db8:ffff::1', onManagement: 'fd00:db8:0:1::1' },
  west: { onLan: '2001:db8:1::2', onTransit: '2001:db8:ffff::2', onManagement: 'fd00:db8:0:1::2' },
  /** Only in the lab with a second primary, whose LAN is the annex. */
  north: { onLan: '2001:db8:3::1', onTransit: '2001:db8:ffff::3', onManagement: 'fd00:db8:0:1::3' },
};
/** West's own address on the annex. */
export const westOnAnnex = '2001:db8:3::2';

export const router = { onTransit: '2001:db8:ffff::ff', onRemote: '2001:db8:2::1' } as const;

/** A box's ports. `annex` is west's second LAN, where there is a north. */
export const port = { lan: 'lan1', annex: 'lan2', transit: 'uplink', management: 'eth0' } as const;

export interface Subnet {
  readonly name: 'lan' | 'remote' | 'annex';
  readonly prefix: string;
  readonly addresses: { readonly first: string; readonly last: string };
  /** Prefixes of 56 bits are delegated from it. */
  readonly delegated: string;
}

/** 4096 leases of either kind: room for the fleet in half of them, and small enough that two servers which don't agree meet soon. */
function subnet(name: Subnet['name'], number: number): Subnet {
  const link = `2001:db8:${number}::`;
  return {
    name,
    prefix: `${link}/64`,
    addresses: { first: `${link}1000`, last: `${link}1fff` },
    delegated: `2001:db8:${number}000::/44`,
  };
}

export const subnets = { lan: subnet('lan', 1), remote: subnet('remote', 2), annex: subnet('annex', 3) } as const;

// The file of a box by itself, as a person pastes it.

import { createHash } from 'node:crypto';

export const PROVISIONING = `version: 1
appliances:
  east:
    management: { interface: eth0, address: "fd00::1/64", metrics-port: 9547 }
    interfaces: { eth1: { addresses: ["2001:db8:1::1/64"] } }
    links: { lan1: [eth1] }
    ntp-servers: ["fd00::123"]
leasequery: { requestors: ["fd00::/64"], tcp: { security: insecure } }
lifetimes: { preferred: 40m, valid: 1h, t1: 20m, t2: 30m }
links:
  lan1:
    prefixes: ["2001:db8:1::/64"]
    router-advertisements: {}
    address-pools: [{ range: "2001:db8:1::1000 - 2001:db8:1::1fff" }]
    prefix-pools: [{ prefix: "2001:db8:100::/40", delegated-length: 56 }]
`;

/** What a person compares. */
export function digitsOf(file: string): string {
  return createHash('sha256').update(file).digest('hex').slice(0, 8);
}

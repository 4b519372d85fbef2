/** Leasequery: what is told of clients is for few. */
import type { Report } from '../fault.ts';
import type { ProvisioningDocument } from '../schema.ts';

/** What a site has (RFC 6177): no network of routers that ask is larger. */
const SHORTEST = 48;
/** What a provider has: with a shorter one it is those of others, too. */
const PROVIDER = 29;

export function checkLeasequery({ leasequery }: ProvisioningDocument, report: Report): void {
  if (leasequery?.tcp?.security === 'tls' && leasequery.requestors.every(({ certificate }) => certificate === undefined)) {
    report({
      path: ['leasequery', 'tcp', 'security'],
      problem: 'nobody could ask over TLS: no requestor has a certificate',
      allowed: 'a certificate of each requestor: { address: ADDRESS, certificate: SHA-256 }; or "insecure"',
    });
  }
  for (const [i, { address: { length } }] of (leasequery?.requestors ?? []).entries()) {
    if (length >= SHORTEST) continue;
    report({
      severity: 'warning',
      path: ['leasequery', 'requestors', i],
      problem: length < PROVIDER ? 'nearly everybody may ask which client has which lease' : 'whole sites may ask which client has which lease',
      allowed: 'the addresses of the relay agents and hosts that have to know',
    });
  }
}

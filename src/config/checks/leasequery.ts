/** Leasequery: what is told of clients is for few. */
import type { Report } from '../fault.ts';
import type { ProvisioningDocument } from '../schema.ts';

/** No network of routers that ask has as many addresses. */
const SHORTEST = 16;

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
      problem: 'nearly everybody may ask which client has which lease',
      allowed: 'the addresses of the relay agents and hosts that have to know',
    });
  }
}

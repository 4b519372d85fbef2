/** What an operator may switch on beside leases, as text of a provisioning file: `reconfigure` of the server and `dns-updates` of a link are the rest of it. */

export interface SwitchedOn {
  /** What names each, as a key of a zone. */
  readonly reverseZones: readonly string[];
  readonly nameServer: string;
  /** Who may ask for leases. */
  readonly requestor: string;
}

export const DOMAIN = 'lan.example.com';

export function switchedOn({ reverseZones, nameServer, requestor }: SwitchedOn): string {
  const zones = [`name: ${DOMAIN}`, ...reverseZones].map((zone) => `    - { ${zone}, servers: ["${nameServer}"] }\n`);
  return `classes:
  - { name: phones, match: { vendor-classes: [{ enterprise: 32473, data: "phone-*" }] }, options: { sip-servers: ["2001:db8::5060"] } }
  - { name: booting, match: { architectures: [7, 9] } }
  - { name: lab, match: { duids: ["00:03:00:01:aa:*"], not-classes: [phones] } }
dns-updates:
  zones:
${zones.join('')}leasequery:
  requestors: ["${requestor}"]
  tcp: { active: true, security: insecure }
`;
}

/** What radvd is to send, in the words of its configuration file (RFC 4861 section 4.2, RFC 4191 section 2.2, RFC 8106 section 5). */

/** The router advertisements of one interface. Lifetimes and the interval are in seconds. */
export interface RouterAdvertisement {
  readonly interfaceName: string;
  readonly managed: boolean;
  readonly otherConfig: boolean;
  /** The longest time between two of them. */
  readonly interval: number;
  /** 0: this box is no default router (any more). */
  readonly routerLifetime: number;
  readonly preference: 'high' | 'medium' | 'low';
  /** As RFC 5952 text. */
  readonly prefixes: readonly string[];
  readonly autonomous: boolean;
  /** `0xffffffff`: for ever. */
  readonly preferred: number;
  readonly valid: number;
  readonly dnsServers: readonly string[];
  readonly domainSearch: readonly string[];
}

export function radvdText(advertisements: readonly RouterAdvertisement[]): string {
  return `# Written by twinlease; changes to it are lost.\n${advertisements.map(interfaceText).join('')}`;
}

/** The interfaces that a text of this kind speaks of. */
export function advertisedIn(text: string): string[] {
  return [...text.matchAll(/^interface (\S+) \{$/gm)].map(([, name = '']) => name);
}

/** RFC 4861 section 6.2.1: the shortest time between two, unless it would be too close to the longest. */
const INTERVAL_LEAST = 3;

function interfaceText(advertisement: RouterAdvertisement): string {
  const { interfaceName, managed, otherConfig, interval, routerLifetime, preference, prefixes, dnsServers, domainSearch } = advertisement;
  // RFC 8106 section 5.1: long enough to outlive two that are lost.
  const dnsLifetime = 3 * interval;
  return [
    `interface ${interfaceName} {`,
    '  AdvSendAdvert on;',
    '  IgnoreIfMissing on;',
    `  AdvManagedFlag ${onOff(managed)};`,
    `  AdvOtherConfigFlag ${onOff(otherConfig)};`,
    `  MinRtrAdvInterval ${Math.max(INTERVAL_LEAST, Math.floor(interval / 3))};`,
    `  MaxRtrAdvInterval ${interval};`,
    `  AdvDefaultLifetime ${routerLifetime};`,
    // RFC 4191 section 2.2: nothing else goes with a lifetime of 0.
    `  AdvDefaultPreference ${routerLifetime === 0 ? 'medium' : preference};`,
    ...prefixes.flatMap((prefix) => prefixLines(prefix, advertisement)),
    // The servers are not this box: they are no worse when it ends.
    ...(dnsServers.length === 0 ? [] : [`  RDNSS ${dnsServers.join(' ')} { AdvRDNSSLifetime ${dnsLifetime}; FlushRDNSS off; };`]),
    ...(domainSearch.length === 0 ? [] : [`  DNSSL ${domainSearch.join(' ')} { AdvDNSSLLifetime ${dnsLifetime}; FlushDNSSL off; };`]),
    '};',
    '',
  ].join('\n');
}

function prefixLines(prefix: string, { autonomous, preferred, valid }: RouterAdvertisement): readonly string[] {
  return [
    `  prefix ${prefix} {`,
    '    AdvOnLink on;',
    `    AdvAutonomous ${onOff(autonomous)};`,
    `    AdvValidLifetime ${lifetime(valid)};`,
    `    AdvPreferredLifetime ${lifetime(preferred)};`,
    '  };',
  ];
}

const FOREVER = 0xffffffff;

function lifetime(seconds: number): string {
  return seconds === FOREVER ? 'infinity' : String(seconds);
}

function onOff(value: boolean): string {
  return value ? 'on' : 'off';
}

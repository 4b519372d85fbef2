/** A provisioning file for two boxes that back each other on some links, or for one that backs several: what has to be known at the start, to go on from. */
import { formatAddress, toAddress } from '../wire/index.ts';
import type { Address } from '../wire/index.ts';

export interface PairAnswers {
  readonly primary: string;
  readonly secondary: string;
  /** The interface between the boxes, on both. */
  readonly management: string;
  /** Their addresses there, with prefix lengths. */
  readonly primaryAddress: string;
  readonly secondaryAddress: string;
  /** Further primaries of the same secondary. */
  readonly more: readonly MorePrimary[];
  readonly links: readonly PairLink[];
}

export interface MorePrimary {
  readonly name: string;
  /** On the management link, with its prefix length. */
  readonly address: string;
}

export interface PairLink {
  readonly name: string;
  /** Of which primary it is; the secondary is on all of them. */
  readonly primary: string;
  /** On both boxes. */
  readonly interfaceName: string;
  /** Its address, at whose end is room for the addresses of clients. */
  readonly address: Address;
  readonly length: number;
}

/** Longer prefixes have no room for the pool. */
export const LINK_PREFIX_MAX = 112;

const NAME_MAX = 32;

/** @param newKey gives another one each time: each relationship has its own */
export function pairFile({ primary, secondary, management, primaryAddress, secondaryAddress, more, links }: PairAnswers, newKey: () => string): string {
  const box = (name: string, address: string): readonly string[] => {
    const own = links.filter((link) => name === secondary || link.primary === name);
    return [
      `  ${name}:`,
      `    management: { interface: ${quoted(management)}, address: ${quoted(address)} }`,
      `    links: { ${own.map((link) => `${link.name}: [${quoted(link.interfaceName)}]`).join(', ')} }`,
    ];
  };
  const relationship = (name: string, number: number): readonly string[] => {
    const whole = `${name}-${secondary}`;
    return [
      `  ${whole.length <= NAME_MAX ? whole : `pair${number === 0 ? '' : String(number + 1)}`}:`,
      `    primary: ${name}`,
      `    secondary: ${secondary}`,
      ...(more.length === 0 ? [] : [`    links: [${links.flatMap((link) => (link.primary === name ? [link.name] : [])).join(', ')}]`]),
      '    # SECRET until the boxes have met: who has it can pass for one of them.',
      `    pairing-key: ${newKey()}`,
    ];
  };
  const primaries = [primary, ...more.map(({ name }) => name)];
  return [
    more.length === 0
      ? '# The provisioning file of two boxes that back each other: the same for both.'
      : `# The provisioning file of boxes that ${secondary} backs: the same for all.`,
    ...[primary, secondary, ...primaries.slice(1)].map((name) => `#   twinlease serve FILE --appliance ${name}`),
    '# All that can be said in it is in /usr/share/twinlease/example.yaml.',
    'version: 1',
    '',
    'appliances:',
    ...box(primary, primaryAddress),
    ...box(secondary, secondaryAddress),
    ...more.flatMap(({ name, address }) => box(name, address)),
    '',
    'relationships:',
    ...primaries.flatMap(relationship),
    '',
    'links:',
    ...links.flatMap(({ name, address, length }) => [
      `  ${name}:`,
      `    prefixes: ["${formatAddress(address)}/${String(length)}"]`,
      '    address-pools:',
      `      - range: ${withEnd(address, 0x10, 0x00)} - ${withEnd(address, 0xff, 0xff)}`,
    ]),
    '',
  ].join('\n');
}

function withEnd(address: Address, ...end: readonly [number, number]): string {
  const pool = toAddress(Uint8Array.of(...address.subarray(0, 14), ...end));
  return pool === undefined ? '' : formatAddress(pool);
}

/** Names of interfaces may be numbers, and more. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

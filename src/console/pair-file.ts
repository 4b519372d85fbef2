/** A provisioning file for two boxes that back each other on some links: what has to be known at the start, to go on from. */
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
  readonly links: readonly PairLink[];
}

export interface PairLink {
  readonly name: string;
  /** On both boxes. */
  readonly interfaceName: string;
  /** Its address, at whose end is room for the addresses of clients. */
  readonly address: Address;
  readonly length: number;
}

/** Longer prefixes have no room for the pool. */
export const LINK_PREFIX_MAX = 112;

const NAME_MAX = 32;

export function pairFile({ primary, secondary, management, primaryAddress, secondaryAddress, links }: PairAnswers, pairingKey: string): string {
  const ports = links.map(({ name, interfaceName }) => `${name}: [${quoted(interfaceName)}]`).join(', ');
  const relationship = `${primary}-${secondary}`;
  const box = (name: string, address: string): readonly string[] => [
    `  ${name}:`,
    `    management: { interface: ${quoted(management)}, address: ${quoted(address)} }`,
    `    links: { ${ports} }`,
  ];
  return [
    '# The provisioning file of two boxes that back each other; both get the same file.',
    `#   twinlease serve FILE --appliance ${primary}    and on the other one: --appliance ${secondary}`,
    '# All that can be said in it is in /usr/share/twinlease/example.yaml.',
    'version: 1',
    '',
    'appliances:',
    ...box(primary, primaryAddress),
    ...box(secondary, secondaryAddress),
    '',
    'relationships:',
    `  ${relationship.length <= NAME_MAX ? relationship : 'pair'}:`,
    `    primary: ${primary}`,
    `    secondary: ${secondary}`,
    '    # SECRET until the boxes have met: who has it can pass for one of them. Then it is of no use to anybody.',
    `    pairing-key: ${pairingKey}`,
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

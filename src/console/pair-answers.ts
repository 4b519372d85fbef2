/** What is wrong with an answer of whoever makes a provisioning file, by the file's own rules: said at once, before the next question. */
import { formatAddress, parseAddress, parsePrefix, toAddress } from '../wire/index.ts';
import { LINK_PREFIX_MAX } from './pair-file.ts';
import type { PairLink } from './pair-file.ts';

const SOME_BOX = { management: { interface: 'eth0', address: 'fd00::1/64' }, links: {} };

export async function nameFault(name: string): Promise<string | undefined> {
  return await faultAt(['appliances'], { [name]: SOME_BOX });
}

/** @param ports that there are, where that is known */
export async function portFault(name: string, ports: readonly string[] | undefined): Promise<string | undefined> {
  if (ports?.includes(name) === false) return `This box has no port "${name}", only: ${ports.join(', ')}.`;
  return await faultAt(['appliances', 'east', 'management', 'interface'], name);
}

export async function addressFault(address: string): Promise<string | undefined> {
  return await faultAt(['appliances', 'east', 'management', 'address'], address);
}

export async function linksFault(texts: readonly string[], primary: string, ports: readonly string[] | undefined): Promise<string | undefined> {
  for (const text of texts) {
    const link = readLink(text, primary);
    if (typeof link === 'string') return link;
    const fault = (await portFault(link.interfaceName, ports)) ?? (await faultAt(['links'], { [link.name]: { prefixes: [] } }));
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** @param first the primary that it is of, where it names none. Rejects what is no link */
export function parseLink(text: string, first: string): PairLink {
  const link = readLink(text, first);
  if (typeof link === 'string') throw new Error(link);
  return link;
}

function readLink(text: string, first: string): PairLink | string {
  const [, name = '', interfaceName = '', prefixText = '', primary = first] = /^([^:]*):([^:]*):([^@]*)(?:@(.*))?$/.exec(text) ?? [];
  const prefix = parsePrefix(prefixText);
  if (name === '' || interfaceName === '' || prefix === undefined) {
    const around = prefixAround(prefixText);
    return around === undefined
      ? `"${text}" is no link: NAME:INTERFACE:PREFIX is wanted, such as lan1:eth1:2001:db8:1::/64`
      : `"${text}" is no link: ${prefixText} is an address, its prefix is ${around}`;
  }
  if (prefix.length > LINK_PREFIX_MAX) return `the prefix of ${name} has no room for clients: /${String(LINK_PREFIX_MAX)} or shorter is wanted`;
  return { name, primary, interfaceName, ...prefix };
}

/** Of an address with a prefix length: many write that for a prefix. */
function prefixAround(text: string): string | undefined {
  const [, addressText = '', lengthText = ''] = /^([^/]*)\/(\d{1,3})$/.exec(text) ?? [];
  const length = Number(lengthText);
  const octets = parseAddress(addressText)?.map((octet, i) => octet & (0xff00 >> Math.min(8, Math.max(0, length - 8 * i))));
  const prefix = octets === undefined || length > 128 ? undefined : toAddress(octets);
  return prefix === undefined ? undefined : `${formatAddress(prefix)}/${lengthText}`;
}

async function faultAt(keys: readonly string[], value: unknown): Promise<string | undefined> {
  const { keyPathOf, valueFault } = await import('../config/index.ts');
  const place = keyPathOf(keys, {});
  return 'problem' in place ? place.problem : valueFault(place, value);
}

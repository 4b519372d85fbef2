/** `/etc/config/network`, as far as it says which prefixes a network has that never change. */
import { firstAddress, parseAddress, prefixAfter, type Prefix } from '../../wire/index.ts';
import type { Placed } from '../place.ts';
import type { UciSection } from './uci.ts';

export interface Network {
  readonly port: string | undefined;
  readonly addresses: readonly Placed<Prefix>[];
  /** What is assigned to it of the prefix that the site made up for itself (ULA). */
  readonly assigned: Placed<Prefix> | undefined;
  /** It gets a part of what the provider delegates, which only the router knows. */
  readonly isDelegated: boolean;
}

const LINK_LENGTH = 64;

/** The networks by their names. */
export function networksOf(sections: readonly UciSection[]): ReadonlyMap<string, Network> {
  const globals = sections.find(({ type }) => type === 'globals');
  const ula = prefixOf(globals?.options.get('ula_prefix')?.[0]);
  const interfaces = sections.filter(({ type, name }) => type === 'interface' && name !== '');
  const assigned = ula === undefined ? new Map<string, Placed<Prefix>>() : assignments(ula, interfaces);
  return new Map(
    interfaces.map(({ name, options }): [string, Network] => [
      name,
      {
        port: options.get('device')?.[0]?.value ?? options.get('ifname')?.[0]?.value.split(/\s+/)[0],
        addresses: (options.get('ip6addr') ?? []).flatMap((item) => item.value.split(/\s+/).flatMap((value) => prefixOf({ ...item, value }) ?? [])),
        assigned: assigned.get(name),
        isDelegated: options.has('ip6assign'),
      },
    ]),
  );
}

/** As netifd does it: who asks for a certain number first, then the largest, then by name; each the lowest that is free. */
function assignments(ula: Placed<Prefix>, interfaces: readonly UciSection[]): Map<string, Placed<Prefix>> {
  const wishes = interfaces.flatMap(({ name, options }) => {
    const length = options.get('ip6assign')?.[0];
    const hint = options.get('ip6hint')?.[0]?.value;
    const classes = (options.get('ip6class') ?? []).flatMap(({ value }) => value.split(/\s+/));
    const takesUla = classes.length === 0 || classes.includes('local');
    const wanted = Number(length?.value);
    if (length === undefined || !takesUla || !Number.isInteger(wanted) || wanted > LINK_LENGTH || wanted < ula.value.length) return [];
    const number = hint !== undefined && /^[0-9a-f]{1,8}$/i.test(hint) ? Number.parseInt(hint, 16) : undefined;
    // The hint counts /64s, and what does not fit is cut.
    const size = 2 ** (LINK_LENGTH - wanted);
    return [{ name, place: length.place, length: wanted, size, offset: number === undefined ? undefined : number - (number % size) }];
  });
  const taken: { readonly from: number; readonly to: number }[] = [];
  const found = new Map<string, Placed<Prefix>>();
  const room = 2 ** (LINK_LENGTH - ula.value.length);
  const isFree = (from: number, size: number): boolean => from + size <= room && taken.every((other) => from + size <= other.from || from >= other.to);
  const order = [...wishes].sort((a, b) => Number(a.offset === undefined) - Number(b.offset === undefined) || b.size - a.size || (a.name < b.name ? -1 : 1));
  for (const { name, place, length, size, offset } of order) {
    let from = offset ?? 0;
    while (offset === undefined && from < room && !isFree(from, size)) from += size;
    if (!isFree(from, size)) continue;
    taken.push({ from, to: from + size });
    const address = prefixAfter(ula.value.address, LINK_LENGTH, from);
    if (address !== undefined) found.set(name, { value: { address, length }, place });
  }
  return found;
}

function prefixOf(item: Placed<string> | undefined): Placed<Prefix> | undefined {
  const [text = '', digits = ''] = item?.value.split('/') ?? [];
  const address = parseAddress(text);
  const length = Number(digits);
  if (item === undefined || address === undefined || !/^\d{1,3}$/.test(digits) || length > 128) return undefined;
  return { value: { address: firstAddress(address, length), length }, place: item.place };
}


/** ISC's `range6` and `prefix6`. */
import { formatPrefix, parseAddress, type Address } from '../../wire/index.ts';
import { append } from '../draft.ts';
import type { Draft, DraftAddressPool, DraftLifetimes, DraftLink, DraftOptions, DraftPrefixPool } from '../draft.ts';
import type { Findings } from '../findings.ts';
import { InputError, shown } from '../place.ts';
import { prefixText } from '../prefix-text.ts';
import { prefixesBetween, rangeText } from './ranges.ts';
import type { Statement } from './statements.ts';

interface PoolLayer {
  readonly lifetimes: DraftLifetimes;
  readonly options: DraftOptions;
}

/** @param layer what the pool says otherwise than its link; it becomes the pool's */
export function addPool(draft: Draft, link: DraftLink, statement: Statement, layer: PoolLayer | undefined, findings: Findings): void {
  const { words, place } = statement;
  const [keyword, first = '', second = '', third] = words.map(({ text }) => text);
  const what = words.map(({ text }) => text).join(' ');
  const own = {
    ...(layer === undefined || Object.keys(layer.lifetimes).length === 0 ? {} : { lifetimes: layer.lifetimes }),
    ...(layer === undefined || Object.keys(layer.options).length === 0 ? {} : { options: layer.options }),
  };
  if (keyword === 'range6') {
    if (second === 'temporary') {
      findings.leftOut(place, what, 'temporary addresses (IA_TA) are given by no server that follows RFC 9915', 'clients make temporary addresses by SLAAC');
      return;
    }
    const isPrefix = first.includes('/');
    const pool: DraftAddressPool = isPrefix ? { prefix: prefixText({ value: first, place }), ...own } : { range: rangeText(addressOf(first), addressOf(second)), ...own };
    append(draft, link['address-pools'], pool, place, what);
    return;
  }
  const digits = /^\/(\d{1,3})$/.exec(third ?? '')?.[1] ?? '';
  const length = Number(digits);
  if (digits === '' || length > 128) throw new InputError(place, `${shown(what)} does not end in a length such as /56`);
  const prefixes = prefixesBetween(addressOf(first), addressOf(second), length);
  if (prefixes === undefined) {
    findings.leftOut(place, what, 'the range does not come apart into a few prefixes', 'add prefix pools by hand');
    return;
  }
  for (const prefix of prefixes) {
    const pool: DraftPrefixPool = { prefix: formatPrefix(prefix), 'delegated-length': length, ...own };
    append(draft, link['prefix-pools'], pool, place, what);
  }

  function addressOf(text: string): Address {
    const address = parseAddress(text);
    if (address === undefined) throw new InputError(place, `${shown(text)} is not an IPv6 address`);
    return address;
  }
}

/** A lease's name as a key of a map. */
import { formatAddress } from '../../../src/wire/index.ts';

export interface Named {
  readonly address: Uint8Array;
  readonly prefixLength: number;
}

const codes = new Array<number>(17).fill(0);

export function leaseKey({ address, prefixLength }: Named): string {
  for (let i = 0; i < 16; i++) codes[i] = address[i] ?? 0;
  codes[16] = prefixLength;
  return String.fromCharCode(...codes);
}

/** The same lease as a person writes it. */
export function leaseName({ address, prefixLength }: Named): string {
  const text = formatAddress(address as Parameters<typeof formatAddress>[0]);
  return prefixLength === 128 ? text : `${text}/${String(prefixLength)}`;
}

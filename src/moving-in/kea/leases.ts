/**
 * `kea-leases6.csv` and the files beside it that Kea's lease file cleanup leaves while it works. Each line says all of one
 * lease; the last one counts.
 */
import { existsSync } from 'node:fs';
import { parseAddress, parseHex, toDuid, type Duid } from '../../wire/index.ts';
import type { FoundLeases } from '../found-leases.ts';
import { textLines } from '../input-file.ts';
import { InputError, shown, type Place } from '../place.ts';

const COLUMNS = ['address', 'duid', 'valid_lifetime', 'expire', 'pref_lifetime', 'lease_type', 'iaid', 'prefix_len', 'state'] as const;
type Column = (typeof COLUMNS)[number] | 'hwaddr' | 'hwtype';

const LeaseType = { NA: '0', TA: '1', PD: '2' } as const;
const State = { DEFAULT: '0', DECLINED: '1', RECLAIMED: '2', RELEASED: '3', REGISTERED: '4' } as const;
const ETHERNET = '1';

const NOBODY = new Uint8Array(0) as Duid;

/** As Kea itself reads them (memfile): what a cleanup finished, or else what it began with; then what came since. */
function keaLeaseFiles(file: string): string[] {
  const before = existsSync(`${file}.completed`) ? [`${file}.completed`] : [`${file}.2`, `${file}.1`].filter((name) => existsSync(name));
  return [...before, file];
}

/**
 * @param warn is told of a last line that was cut off
 * @throws InputError for a line that is no lease
 */
export async function readKeaLeases(file: string, leases: FoundLeases, warn: (place: Place, problem: string) => void): Promise<void> {
  for (const part of keaLeaseFiles(file)) await readFile(part, leases, warn);
}

async function readFile(file: string, leases: FoundLeases, warn: (place: Place, problem: string) => void): Promise<void> {
  let columns: ReadonlyMap<string, number> | undefined;
  for await (const { text, line, isUnfinished } of textLines(file)) {
    const place = { file, line };
    if (columns === undefined) {
      columns = header(text, place);
      continue;
    }
    if (text.trim() === '') continue;
    try {
      readLine(text.split(','), columns, place, leases);
    } catch (error) {
      // Whoever wrote it was stopped: the client was not answered yet.
      if (!isUnfinished || !(error instanceof InputError)) throw error;
      warn(place, 'the last line is cut short, and left out');
    }
  }
  if (columns === undefined) throw new InputError({ file, line: 1 }, 'the file is empty: not even its header is there');
}

function header(text: string, place: Place): ReadonlyMap<string, number> {
  const names = text.replace(/^\ufeff/, '').split(',').map((name) => name.trim());
  const columns = new Map(names.map((name, i) => [name, i]));
  const missing = COLUMNS.filter((name) => name !== 'state' && !columns.has(name));
  if (missing.length > 0) throw new InputError(place, `this is not kea-leases6.csv: its first line has no ${missing.join(', ')}`);
  return columns;
}

function readLine(cells: readonly string[], columns: ReadonlyMap<string, number>, place: Place, leases: FoundLeases): void {
  // Later versions have more columns; those of an older file may be missing at the end.
  if (cells.length > columns.size) throw new InputError(place, `there are ${String(cells.length)} fields, and ${String(columns.size)} in the first line`);
  const cell = (column: Column): string => (cells[columns.get(column) ?? -1] ?? '').trim();
  const wrong = (column: Column): InputError => new InputError(place, `${column}: ${shown(cell(column))} can't be right`);
  const number = (column: Column, most = Number.MAX_SAFE_INTEGER): number => {
    const value = Number(cell(column));
    if (!/^\d{1,16}$/.test(cell(column)) || value > most) throw wrong(column);
    return value;
  };
  const type = cell('lease_type');
  if (type !== LeaseType.NA && type !== LeaseType.PD && type !== LeaseType.TA) throw wrong('lease_type');
  const address = parseAddress(cell('address'));
  if (address === undefined) throw wrong('address');
  const length = type === LeaseType.PD ? number('prefix_len', 128) : 128;
  const state = cell('state') || State.DEFAULT;
  if (!Object.values<string>(State).includes(state)) throw wrong('state');
  const valid = number('valid_lifetime', 0xffff_ffff);
  const expire = number('expire');
  const isHeld = state === State.DEFAULT || state === State.DECLINED;
  // A lifetime of 0 is how Kea writes that it deleted the lease. Temporary addresses are not extended by anybody.
  if (!isHeld || valid === 0 || type === LeaseType.TA) {
    leases.end(address, length);
    return;
  }
  const isDeclined = state === State.DECLINED;
  const duid = toDuid(parseHex(cell('duid')) ?? NOBODY);
  if (duid === undefined && !isDeclined) throw wrong('duid');
  leases.set({
    kind: type === LeaseType.NA ? 'address' : 'prefix',
    address,
    length,
    isDeclined,
    // Kea forgets who declined.
    duid: isDeclined ? NOBODY : (duid ?? NOBODY),
    iaid: isDeclined ? 0 : number('iaid', 0xffff_ffff),
    preferred: number('pref_lifetime', 0xffff_ffff),
    valid,
    heard: Math.max(expire - valid, 0),
    ends: valid === 0xffff_ffff ? Infinity : expire,
    linkLayerAddress: hardwareOf(cell('hwaddr'), cell('hwtype')),
  });
}

function hardwareOf(text: string, type: string): Uint8Array | undefined {
  const octets = text === '' || (type !== '' && type !== ETHERNET) ? undefined : parseHex(text);
  return octets?.length === 6 ? octets : undefined;
}

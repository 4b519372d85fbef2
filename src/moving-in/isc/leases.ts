/**
 * `dhcpd6.leases`: a log of identity associations, of which the last entry counts. Each is named by its IAID, in the octet order of
 * the machine that wrote it, and the client's DUID.
 */
import { formatHex, parseAddress, toDuid, type Duid } from '../../wire/index.ts';
import type { FoundLease, FoundLeases } from '../found-leases.ts';
import { textLines } from '../input-file.ts';
import { InputError, shown, type Place } from '../place.ts';
import { statementReader, type Statement, type Word } from './statements.ts';

export interface IscLeaseFile {
  /** Hexadecimal; undefined where the file does not say it. */
  readonly serverDuid: string | undefined;
}

const IAID_LENGTH = 4;
const NOBODY = new Uint8Array(0) as Duid;
const STATES = ['active', 'expired', 'released', 'abandoned', 'free', 'backup', 'reset', 'bootp'];

/**
 * @param warn is told of a last entry that was cut off
 * @throws InputError for an entry that is no lease
 */
export async function readIscLeases(file: string, leases: FoundLeases, warn: (place: Place, problem: string) => void): Promise<IscLeaseFile> {
  const reader = statementReader();
  let serverDuid: string | undefined;
  let isBigEndian = false;
  let last = 1;
  /** The leases that each identity association had in its entry before. */
  const previous = new Map<string, readonly FoundLease[]>();
  for await (const { text, line } of textLines(file)) {
    last = line;
    for (const statement of reader.line(text, { file, line })) take(statement);
  }
  // The server was stopped while it wrote; it had not answered the client.
  if (!reader.isBetween()) warn({ file, line: last }, 'the last entry is cut short, and left out');
  return { serverDuid };

  function take(statement: Statement): void {
    const [keyword, argument] = statement.words;
    switch (keyword?.text) {
      case 'server-duid':
        serverDuid = argument === undefined ? undefined : formatHex(octets(argument.text));
        return;
      case 'authoring-byte-order':
        isBigEndian = argument?.text === 'big-endian';
        return;
      case 'ia-na':
      case 'ia-pd':
        takeAssociation(statement, keyword.text === 'ia-na' ? 'address' : 'prefix');
        return;
      case 'ia-ta':
      case 'failover':
        return;
      case 'lease':
        throw new InputError(statement.place, 'these are leases of DHCPv4; those of DHCPv6 are usually in dhcpd6.leases');
      default:
        throw new InputError(statement.place, `${shown(keyword?.text ?? '')} does not belong in dhcpd6.leases`);
    }
  }

  function takeAssociation({ words, body, place }: Statement, kind: FoundLease['kind']): void {
    const name = octets(words[1]?.text ?? '');
    const duid = toDuid(name.subarray(IAID_LENGTH));
    if (duid === undefined || body === undefined) throw new InputError(place, 'this is not named by an IAID and a DUID');
    const view = new DataView(name.buffer, name.byteOffset);
    const client = { duid, iaid: view.getUint32(0, !isBigEndian) };
    const key = `${kind} ${words[1]?.text ?? ''}`;
    for (const { address, length } of previous.get(key) ?? []) leases.end(address, length, client);
    const found = body.filter(({ words: [first] }) => first?.text === 'iaaddr' || first?.text === 'iaprefix').map((lease) => leaseOf(lease, kind, client));
    for (const lease of found) {
      if (lease.held) leases.set(lease);
      else leases.end(lease.address, lease.length, client);
    }
    previous.set(key, found.filter(({ held }) => held));
  }
}

function leaseOf({ words, body = [], place }: Statement, kind: FoundLease['kind'], client: Pick<FoundLease, 'duid' | 'iaid'>): FoundLease & { readonly held: boolean } {
  const name = words[1]?.text ?? '';
  const [text = '', digits] = name.split('/');
  const address = parseAddress(text);
  const length = kind === 'address' ? 128 : Number(digits);
  if (address === undefined || !/^\d{1,3}$/.test(digits ?? (kind === 'address' ? '128' : '')) || length > 128) throw new InputError(place, `${shown(name)} is no ${kind}`);
  const field = (keyword: string): readonly Word[] | undefined => body.find((statement) => statement.words[0]?.text === keyword)?.words.slice(1);
  const state = body.find((statement) => statement.words[0]?.text === 'binding')?.words[2]?.text ?? 'active';
  if (!STATES.includes(state)) throw new InputError(place, `there is no binding state ${shown(state)}`);
  const ends = timeOf(field('ends'), place);
  const valid = numberOf(field('max-life'), place);
  const isDeclined = state === 'abandoned';
  return {
    kind,
    address,
    length,
    isDeclined,
    ...(isDeclined ? { duid: NOBODY, iaid: 0 } : client),
    preferred: numberOf(field('preferred-life'), place) ?? 0,
    valid: valid ?? 0,
    heard: ends === Infinity ? 0 : Math.max(0, ends - (valid ?? 0)),
    ends,
    linkLayerAddress: undefined,
    held: state === 'active' || isDeclined,
  };
}

function numberOf(words: readonly Word[] | undefined, place: Place): number | undefined {
  const text = words?.[0]?.text;
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/.test(text) || Number(text) > 0xffff_ffff) throw new InputError(place, `${shown(text)} is no lifetime`);
  return Number(text);
}

/** `never`, `epoch SECONDS`, or the number of the day of the week, date and time in UTC. */
function timeOf(words: readonly Word[] | undefined, place: Place): number {
  const [first, second, third] = (words ?? []).map(({ text }) => text);
  if (first === 'never') return Infinity;
  const wrong = new InputError(place, `${shown([first, second, third].join(' '))} is no time that the lease ends at`);
  if (first === 'epoch') {
    if (!/^\d{1,12}$/.test(second ?? '')) throw wrong;
    return Number(second);
  }
  const parts = /^(\d{4})\/(\d{1,2})\/(\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2})$/.exec(`${second ?? ''} ${third ?? ''}`)?.slice(1).map(Number);
  if (parts === undefined) throw wrong;
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = parts;
  return Date.UTC(year, month - 1, day, hours, minutes, seconds) / 1000;
}

function octets(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

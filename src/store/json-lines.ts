import { BindingStatus, LeaseKind, type Binding } from '../lease/index.ts';
import { compareBytes, formatAddress, formatDuid, formatHex, parseAddress, parseHex, type Address } from '../wire/index.ts';
import { checkBinding, type BindingFields } from './binding-check.ts';

/**
 * Bindings as text, one JSON object a line, for `twinlease export` and `import`: a first line that says what it is, the
 * bindings in the order of their addresses, and a last line with their number, so that a file that was cut short shows.
 */
const FIRST = { twinlease: 'bindings', version: 4 } as const;
/** Version 1 had no fields for a partner, version 2 no relay agent, version 3 no names. */
const VERSIONS_READ: readonly unknown[] = [1, 2, 3, FIRST.version];

/** Fields that are left out where they have these values. */
const DEFAULTS = {
  partnerLifetime: 0,
  ackedPartnerLifetime: 0,
  expirationTime: 0,
  partnerRawCltTime: 0,
  updateNeeded: false,
} as const satisfies Partial<Record<keyof Binding, unknown>>;

/** Why a line can't be imported. Lines count from 1. */
export interface ImportError {
  readonly line: number;
  readonly problem: string;
}

const FIELDS: readonly (keyof Binding)[] = [
  'address',
  'prefixLength',
  'kind',
  'status',
  'duid',
  'iaid',
  'preferredLifetime',
  'validLifetime',
  'clientLastTransactionTime',
  'startTimeOfState',
  'stateExpirationTime',
  'partnerLifetime',
  'ackedPartnerLifetime',
  'expirationTime',
  'partnerRawCltTime',
  'updateNeeded',
  'timescale',
  'revision',
  'linkLayerAddress',
  'relay',
  'relayAgent',
  'reconfigureData',
  'clientAddress',
  'dns',
];

export interface ExportOptions {
  /** The reconfigure keys of clients as well: with such a key anybody makes them ask again, and again (RFC 9915 section 23.3). */
  readonly withKeys: boolean;
}

/** The lines of an export, without line ends. The bindings must come in the order of their addresses. */
export async function* exportLines(chunks: AsyncIterable<readonly Binding[]> | Iterable<readonly Binding[]>, { withKeys }: ExportOptions): AsyncGenerator<string> {
  let count = 0;
  yield JSON.stringify(FIRST);
  for await (const bindings of chunks) {
    for (const binding of bindings) yield JSON.stringify(toJson(withKeys ? binding : { ...binding, reconfigureData: undefined }));
    count += bindings.length;
  }
  yield JSON.stringify({ end: count });
}

/**
 * Reads the lines of an export. Every line that can't be imported gives an error, in place of a binding; only without
 * any error is it what was exported.
 */
export async function* importLines(lines: AsyncIterable<string>): AsyncGenerator<Binding | ImportError> {
  let line = 0;
  let count = 0;
  let last: Binding | undefined;
  let hasEnded = false;
  for await (const text of lines) {
    line++;
    const json = parseJson(text);
    if (hasEnded) yield { line, problem: 'there is more behind the last line of the export' };
    else if (json === undefined) yield { line, problem: 'it is no JSON object' };
    else if (line === 1) {
      if (json['twinlease'] !== FIRST.twinlease) yield { line, problem: `the file must begin with ${JSON.stringify(FIRST)}` };
      else if (!VERSIONS_READ.includes(json['version'])) yield { line, problem: `version: must be ${VERSIONS_READ.join(', ')}` };
    } else if ('end' in json) {
      hasEnded = true;
      if (json['end'] !== count) {
        yield { line, problem: `the export had ${JSON.stringify(json['end'])} bindings, but here are ${count}` };
      }
    } else {
      const binding = fromJson(json);
      count++;
      if (typeof binding === 'string') yield { line, problem: binding };
      else if (last !== undefined && compareNames(last, binding) >= 0) {
        yield { line, problem: 'address: must be behind that of the line before, and nothing may stand there twice' };
      } else yield (last = binding);
    }
  }
  if (!hasEnded) yield { line: line + 1, problem: 'the file is cut short: the last line of the export is missing' };
}

type Json = { readonly [name: string]: unknown };

function toJson(binding: Binding): Json {
  const { kind, status, linkLayerAddress, relay, relayAgent, reconfigureData, clientAddress, dns } = binding;
  const isDefault = ([name, value]: readonly [string, unknown]): boolean => name in DEFAULTS && DEFAULTS[name as keyof typeof DEFAULTS] === value;
  return {
    ...Object.fromEntries(Object.entries(binding).filter((field) => !isDefault(field))),
    address: formatAddress(binding.address),
    kind: nameIn(LeaseKind, kind),
    status: nameIn(BindingStatus, status),
    duid: formatDuid(binding.duid),
    linkLayerAddress: linkLayerAddress && formatHex(linkLayerAddress),
    relay: relay && formatHex(relay, ''),
    relayAgent: relayAgent && formatAddress(relayAgent as Address),
    reconfigureData: reconfigureData && formatHex(reconfigureData, ''),
    clientAddress: clientAddress && formatAddress(clientAddress as Address),
    dns: dns && formatHex(dns, ''),
  };
}

function fromJson(json: Json): Binding | string {
  const unknown = Object.keys(json).find((name) => !(FIELDS as readonly string[]).includes(name));
  if (unknown !== undefined) return `${unknown}: there is no such field; there are ${FIELDS.join(', ')}`;
  const { address, kind, status, duid, linkLayerAddress, relay, relayAgent, reconfigureData, clientAddress, dns } = json;
  if (addressOf(address) === undefined) return 'address: must be an IPv6 address';
  if (typeof kind !== 'string' || !Object.hasOwn(LeaseKind, kind)) return `kind: must be one of ${Object.keys(LeaseKind).join(', ')}`;
  if (typeof status !== 'string' || !Object.hasOwn(BindingStatus, status)) {
    return `status: must be one of ${Object.keys(BindingStatus).join(', ')}`;
  }
  for (const [name, value] of Object.entries({ relayAgent, clientAddress })) {
    if (value !== undefined && addressOf(value) === undefined) return `${name}: must be an IPv6 address`;
  }
  for (const [name, value] of Object.entries({ duid, linkLayerAddress, relay, reconfigureData, dns })) {
    if (value !== undefined && octetsOf(value) === undefined) return `${name}: must be octets in hexadecimal`;
  }
  return checkBinding({
    ...DEFAULTS,
    ...(json as BindingFields),
    address: addressOf(address),
    kind: LeaseKind[kind as keyof typeof LeaseKind],
    status: BindingStatus[status as keyof typeof BindingStatus],
    duid: octetsOf(duid),
    linkLayerAddress: octetsOf(linkLayerAddress),
    relay: octetsOf(relay),
    relayAgent: addressOf(relayAgent),
    reconfigureData: octetsOf(reconfigureData),
    clientAddress: addressOf(clientAddress),
    dns: octetsOf(dns),
  });
}

function addressOf(value: unknown): Address | undefined {
  return typeof value === 'string' ? parseAddress(value) : undefined;
}

function octetsOf(value: unknown): Uint8Array | undefined {
  if (value === '') return new Uint8Array(0);
  return typeof value === 'string' ? parseHex(value) : undefined;
}

function nameIn(names: { readonly [name: string]: number }, value: number): string | undefined {
  return Object.keys(names).find((name) => names[name] === value);
}

function compareNames(a: Binding, b: Binding): number {
  return compareBytes(a.address, b.address) || a.prefixLength - b.prefixLength;
}

function parseJson(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

import { ENDPOINT_TIMES, toEndpointState, type EndpointRecord, type Role } from '../failover/index.ts';
import { epochSeconds, invariant, seconds } from '../wire/index.ts';
import { Family, nameOf, namedKey } from './key.ts';
import { encodeRecord, SCHEMA_VERSION } from './record.ts';

/**
 * The record of an endpoint: schema version, role, state, previous state, start-time-of-state, the partner's state and its
 * start, partner-down-time, last contact, last operation, flags, MCLT, the partner's generation and counter, the timescale of
 * each of the times; and, where the database was an old one, the commit up to which acknowledgements are void. The relationship is named
 * by the key alone.
 */
const ITEMS = 15;

const ROLES: readonly Role[] = ['primary', 'secondary'];
const HAS_COMMUNICATED = 1;
const UPDATE_ALL_NEEDED = 2;
const REST_NEEDED = 4;
const GENERATION_LENGTH = 8;

/** Key and value that stand for an endpoint; the value is valid until the next record is encoded. */
export function endpointEntry(record: EndpointRecord): { readonly key: Uint8Array; readonly value: Uint8Array } {
  const key = namedKey(Family.ENDPOINT, record.relationship);
  const flags = (record.hasCommunicated ? HAS_COMMUNICATED : 0) | (record.updateAllNeeded ? UPDATE_ALL_NEEDED : 0) | (record.restNeeded ? REST_NEEDED : 0);
  const items = [
    SCHEMA_VERSION,
    ROLES.indexOf(record.role),
    record.state,
    record.previousState,
    record.startTimeOfState,
    record.partnerState,
    record.partnerStartTimeOfState,
    record.partnerDownTime,
    record.lastContact,
    record.lastOperation,
    flags,
    record.mclt,
    record.partnerGeneration,
    record.partnerCounter,
    ENDPOINT_TIMES.map((name) => record.timescales?.[name] ?? 0),
    ...(record.acksVoidThrough === 0 ? [] : [record.acksVoidThrough]),
  ];
  invariant(decodeEndpoint(key, items) !== undefined, 'an endpoint that is stored can be read again');
  return { key, value: encodeRecord(key, items) };
}

/** Reads a record of the current schema version, without its check; undefined when it can't be one. */
export function decodeEndpoint(key: Uint8Array, items: readonly unknown[]): EndpointRecord | undefined {
  const relationship = nameOf(key);
  const role = ROLES[items[1] as number];
  const [state, previousState, partnerState] = [items[2], items[3], items[5]].map((value) => toEndpointState(value as number));
  const [partnerGeneration, timescales] = [items[12], items[14]];
  if ((items.length !== ITEMS && items.length !== ITEMS + 1) || relationship === '' || role === undefined) return undefined;
  if (state === undefined || previousState === undefined || (partnerState === undefined && items[5] !== 0)) return undefined;
  if (!isGeneration(partnerGeneration) || !isTimescales(timescales)) return undefined;
  if (!items.every((item) => item === partnerGeneration || item === timescales || isCount(item))) return undefined;
  const numbers = items as readonly number[];
  const number = (at: number): number => numbers[at] as number;
  return {
    relationship,
    role,
    state,
    previousState,
    startTimeOfState: epochSeconds(number(4)),
    partnerState: partnerState ?? 0,
    partnerStartTimeOfState: epochSeconds(number(6)),
    partnerDownTime: epochSeconds(number(7)),
    lastContact: epochSeconds(number(8)),
    lastOperation: epochSeconds(number(9)),
    hasCommunicated: (number(10) & HAS_COMMUNICATED) !== 0,
    mclt: seconds(number(11)),
    partnerGeneration: partnerGeneration.slice(),
    partnerCounter: number(13),
    updateAllNeeded: (number(10) & UPDATE_ALL_NEEDED) !== 0,
    restNeeded: (number(10) & REST_NEEDED) !== 0,
    acksVoidThrough: items.length === ITEMS ? 0 : number(ITEMS),
    timescales: Object.fromEntries(ENDPOINT_TIMES.map((name, i) => [name, timescales[i]])),
  };
}

/** One for each time. */
function isTimescales(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.length === ENDPOINT_TIMES.length && value.every(isCount);
}

function isGeneration(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && (value.length === 0 || value.length === GENERATION_LENGTH);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

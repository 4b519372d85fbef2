/** What the endpoints of these tests are configured with. */
import assert from 'node:assert/strict';
import { EndpointState } from '../../../src/failover/index.ts';
import type { EndpointRecord, RelationshipConfiguration, Role } from '../../../src/failover/index.ts';
import { epochSeconds, parseAddress, seconds } from '../../../src/wire/index.ts';
import type { Address, Duid } from '../../../src/wire/index.ts';

export function address(text: string): Address {
  const parsed = parseAddress(text);
  assert.ok(parsed !== undefined, `${text} is an address`);
  return parsed;
}

export const ADDRESS: Readonly<Record<Role, Address>> = {
  primary: address('2001:db8:ffff::1'),
  secondary: address('2001:db8:ffff::2'),
};

/** The DUIDs that they have for their clients. */
export const SERVER_IDS: Readonly<Record<Role, Duid>> = { primary: serverId(0xee), secondary: serverId(0x88) };

function serverId(octet: number): Duid {
  return Uint8Array.of(0, 4, octet, octet) as Duid;
}

/** Unix time when tests begin. */
export const EPOCH = 1_800_000_000;
export const MCLT = 3_600;
/** By so much RECOVER-WAIT outlasts MCLT. */
export const WAIT_MARGIN = 2;

export function other(role: Role): Role {
  return role === 'primary' ? 'secondary' : 'primary';
}

export function settings(role: Role, changes: Partial<RelationshipConfiguration> = {}): RelationshipConfiguration {
  return {
    name: 'east-west',
    role,
    partnerName: role === 'primary' ? 'west' : 'east',
    partnerAddress: ADDRESS[other(role)],
    port: 647,
    partnerCertificate: `certificate of the ${other(role)}`,
    insecure: false,
    mclt: seconds(MCLT),
    keepalive: seconds(60),
    contactInterval: 250,
    relaying: true,
    maxUnackedBndupd: 1_000,
    autoPartnerDown: undefined,
    topology: 'two-sites',
    standAloneStart: false,
    startupTime: seconds(5),
    usePartnerAddresses: false,
    prefixShare: 0.5,
    rebalanceThreshold: 0.2,
    links: ['lan'],
    pools: [0],
    configDigest: 'aa',
    configSections: { links: '1', lifetimes: '2' },
    ...changes,
  };
}

/** Of a box that was in this state, an hour before `EPOCH`, and served clients until a minute before. */
export function record(role: Role, state: EndpointState, changes: Partial<EndpointRecord> = {}): EndpointRecord {
  return {
    relationship: 'east-west',
    role,
    state,
    previousState: EndpointState.NORMAL,
    startTimeOfState: epochSeconds(EPOCH - 3_600),
    partnerState: EndpointState.NORMAL,
    partnerStartTimeOfState: epochSeconds(EPOCH - 3_600),
    partnerDownTime: epochSeconds(0),
    lastContact: epochSeconds(EPOCH - 60),
    lastOperation: epochSeconds(EPOCH - 60),
    hasCommunicated: true,
    mclt: seconds(MCLT),
    partnerGeneration: new Uint8Array(),
    partnerCounter: 0,
    updateAllNeeded: false,
    restNeeded: false,
    acksVoidThrough: 0,
    ...changes,
  };
}

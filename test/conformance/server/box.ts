/**
 * A box without a shell: the appliance, set up from the text of a provisioning file, with a clock and a
 * stable storage that the test holds in its hands.
 */
import assert from 'node:assert/strict';
import { createAppliance } from '../../../src/appliance/index.ts';
import type { Appliance, Effect, Event, LostRecords } from '../../../src/appliance/index.ts';
import type { ClockStart } from '../../../src/clock/index.ts';
import { loadProvisioning, resolveAppliance } from '../../../src/config/index.ts';
import type { Binding } from '../../../src/lease/index.ts';
import { LeaseTable, isForgotten } from '../../../src/lease/index.ts';
import type { ServerConfiguration } from '../../../src/server/index.ts';
import {
  LeasequeryMessageType,
  MessageType,
  decodeMessage,
  encodeMessage,
  epochSeconds,
  formatAddress,
  formatPrefix,
  monotonicMs,
  parseAddress,
  parseDuid,
} from '../../../src/wire/index.ts';
import type { Address, Duid, PlainMessage, PlainRelayMessage } from '../../../src/wire/index.ts';
import { reconfigureStart } from '../../unit/appliance/reconfigure-start.ts';
import { rightClock } from '../../unit/appliance/right-clock.ts';

/** Two links, one behind relay agents; pools small enough to see through. */
export const PROVISIONING = `
version: 1
appliances:
  box: { links: { lan: [eth1] }, relay-interfaces: [uplink] }
lifetimes: { preferred: 1000s, valid: 2000s }
links:
  lan:
    prefixes: [2001:db8:1::/64]
    address-pools: [ { range: "2001:db8:1::100 - 2001:db8:1::1ff" } ]
    prefix-pools: [ { prefix: 2001:db8:100::/48, delegated-length: 56 } ]
  branch:
    prefixes: [2001:db8:2::/64]
    address-pools: [ { range: "2001:db8:2::100 - 2001:db8:2::1ff" } ]
    prefix-pools: [ { prefix: 2001:db8:200::/48, delegated-length: 56 } ]
`;

export const SERVER_ID = duid('00:04:00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f');
export const CLIENT_ADDRESS = address('fe80::c1');

export function address(text: string): Address {
  const parsed = parseAddress(text);
  assert.ok(parsed !== undefined, `${text} is an address`);
  return parsed;
}

export function duid(text: string): Duid {
  const parsed = parseDuid(text);
  assert.ok(parsed !== undefined, `${text} is a DUID`);
  return parsed;
}

export function configuration(provisioning: string): ServerConfiguration {
  const loaded = loadProvisioning(new TextEncoder().encode(provisioning), 'test.yaml');
  assert.ok('document' in loaded, `the provisioning file has errors: ${JSON.stringify(loaded)}`);
  const resolved = resolveAppliance(loaded.document, undefined);
  assert.ok(!('error' in resolved), JSON.stringify(resolved));
  return resolved.server;
}

/** How a datagram reaches the box. */
export interface Delivery {
  readonly interfaceName?: string;
  readonly source?: Address;
  readonly sourcePort?: number;
  readonly destination?: 'multicast' | 'unicast';
}

/** A datagram that left the box. */
export interface Sent {
  readonly interfaceName: string;
  readonly destination: string;
  readonly port: number;
  readonly bytes: Uint8Array;
  readonly message: PlainMessage | PlainRelayMessage;
}

export interface BoxOptions {
  readonly provisioning?: string;
  readonly bindings?: readonly Binding[];
  readonly lostRecords?: LostRecords;
  /** Right, and trusted, unless it is given. */
  readonly clock?: ClockStart;
  /** `at once`: every commit succeeds before the next event. `by hand`: the test says how each ends. */
  readonly commits?: 'at once' | 'by hand';
  /** Stable storage keeps no replay detection values, from the start on. */
  readonly keepsNoReplay?: true;
  /** The box was started with another configuration than clients have. */
  readonly hasFormer?: true;
}

export interface Box {
  readonly appliance: Appliance;
  /** Everything that was sent since the last look. */
  takeSent(): readonly Sent[];
  /** Delivers a message; returns the one datagram that was sent for it, if any. */
  exchange(message: PlainMessage | PlainRelayMessage | Uint8Array, delivery?: Delivery): Sent | undefined;
  /** Delivers it without looking at what is sent. */
  deliver(message: PlainMessage | PlainRelayMessage | Uint8Array, delivery?: Delivery): void;
  dispatch(event: Event): void;
  /** Takes a new configuration. */
  configure(configuration: ServerConfiguration): void;
  /** Lets time pass; timers of the box fire. */
  advance(seconds: number): void;
  readonly now: number;
  /** Commits that wait for the test to end them, oldest first. */
  readonly commitsInFlight: readonly { readonly revision: number; readonly bindings: readonly Binding[] }[];
  /** Ends the commit in flight well. */
  commitSucceeds(): void;
  /** Ends it badly; stable storage holds what it held before. */
  commitFails(found?: readonly (Binding | undefined)[]): void;
  /** Every binding that stable storage holds, by `address/length`. */
  readonly durable: ReadonlyMap<string, Binding>;
  readonly log: readonly string[];
  /** Times that stable storage was asked to reserve replay detection values until. */
  readonly reserved: readonly number[];
  /** What clients are said to have, one after another. */
  readonly clientsHave: readonly ServerConfiguration[];
  /** By delegated prefix, `fe80::1 on lan`, or `nobody`. */
  readonly routes: ReadonlyMap<string, string>;
}

/** What the appliance is told of failover where there is none. */
export const NO_PARTNERS = {
  relationships: [],
  endpoints: [],
  database: { generations: [{ id: new Uint8Array(8), start: 0 }], isLost: false },
};

/** What a requestor is sent is read by the requestor. */
const FOR_NO_CLIENT: PlainMessage & { readonly error?: undefined } = { type: MessageType.REPLY, transactionId: 0, options: [] };

const KEY = { k0: 0x0123_4567, k1: 0x89ab_cdef };
const START = 1_800_000_000;

export function createBox(options: BoxOptions = {}): Box {
  const leases = new LeaseTable(KEY, 0);
  const durable = new Map<string, Binding>();
  for (const binding of options.bindings ?? []) {
    leases.put(binding);
    durable.set(nameOf(binding), binding);
  }
  const appliance = createAppliance({
    configuration: configuration(options.provisioning ?? PROVISIONING),
    serverId: SERVER_ID,
    allocationSecret: { k0: 1, k1: 2 },
    hashKey: KEY,
    leases,
    lostRecords: options.lostRecords ?? 'none',
    firstRevision: 1,
    ...NO_PARTNERS,
    clock: options.clock ?? rightClock(START),
    reconfigure: { ...reconfigureStart(START), hasFormer: options.hasFormer === true, ...(options.keepsNoReplay === true ? { replay: { used: epochSeconds(START), reservedUntil: epochSeconds(START) } } : {}) },
  });
  const log: string[] = [];
  const routes = new Map<string, string>();
  const reserved: number[] = [];
  const clientsHave: ServerConfiguration[] = [];
  let sent: Sent[] = [];
  let commitsInFlight: { revision: number; bindings: readonly Binding[] }[] = [];
  let elapsedMs = 0;
  let wakeAt = Infinity;

  const dispatch = (event: Event): void => {
    const now = { epoch: epochSeconds(START + Math.floor(elapsedMs / 1_000)), monotonic: monotonicMs(elapsedMs) };
    for (const effect of [...appliance.step(event, now)]) carryOut(effect);
    // One that only saves the time says nothing of leases: no test waits for it.
    const isOfClock = commitsInFlight[0]?.bindings.length === 0;
    if (((options.commits ?? 'at once') === 'at once' || isOfClock) && commitsInFlight.length > 0) commitSucceeds();
  };

  const carryOut = (effect: Effect): void => {
    switch (effect.kind) {
      case 'send': {
        const message = effect.bytes[0] === LeasequeryMessageType.LEASEQUERY_REPLY ? FOR_NO_CLIENT : decodeMessage(effect.bytes);
        assert.ok(message.error === undefined, `what the box sends is well formed: ${JSON.stringify(message)}`);
        sent.push({ ...effect, destination: formatAddress(effect.destination), message });
        break;
      }
      case 'commit':
        assert.equal(commitsInFlight.length, 0, 'one commit is in flight at a time');
        commitsInFlight.push(effect);
        break;
      case 'route': {
        const { prefix, way } = effect.route;
        routes.set(formatPrefix(prefix), way === undefined ? 'nobody' : `${formatAddress(way.via)} on ${way.link}`);
        break;
      }
      case 'routerStandings':
        break;
      case 'dnsUpdate':
        assert.fail('a box without dns-updates tells no server of names');
      case 'sendToPartner':
      case 'dialPartner':
      case 'closePartner':
      case 'setDatabaseAside':
      case 'partnerCertificate':
      case 'certificateKept':
      case 'partnerCommit':
      case 'partnerUpdate':
      case 'transition':
      case 'beacon':
      case 'probe':
      case 'beaconKey':
        assert.fail('a box without a partner has nothing to do with one');
      case 'wake':
        wakeAt = effect.at;
        break;
      case 'resume':
        dispatch({ kind: 'drained' });
        break;
      case 'clientsHave':
        clientsHave.push(effect.configuration);
        break;
      case 'reserveReplay':
        reserved.push(effect.until);
        dispatch({ kind: 'replayReserved', until: effect.until, failure: options.keepsNoReplay === true ? 'No space left on device' : undefined });
        break;
      case 'log':
        log.push(effect.text);
        break;
      case 'alarm':
        log.push(`${effect.raised ? effect.severity : 'cleared'}: ${effect.text}`);
        break;
      case 'commandDone':
        log.push(`command ${String(effect.id)}: ${effect.refusal ?? 'done'}`);
        break;
    }
  };

  const commitSucceeds = (): void => {
    const [commit] = commitsInFlight;
    assert.ok(commit !== undefined, 'a commit is in flight');
    commitsInFlight = [];
    for (const binding of commit.bindings) {
      if (isForgotten(binding.kind, binding.status)) durable.delete(nameOf(binding));
      else durable.set(nameOf(binding), binding);
    }
    dispatch({ kind: 'committed', revision: commit.revision });
  };

  const deliver: Box['deliver'] = (message, delivery = {}) => {
    dispatch({
      kind: 'received',
      datagram: {
        bytes: message instanceof Uint8Array ? message : encodeMessage(message),
        interfaceName: delivery.interfaceName ?? 'eth1',
        source: delivery.source ?? CLIENT_ADDRESS,
        sourcePort: delivery.sourcePort ?? 546,
        destination: delivery.destination ?? 'multicast',
      },
    });
    dispatch({ kind: 'drained' });
  };

  const takeSent = (): readonly Sent[] => {
    const taken = sent;
    sent = [];
    return taken;
  };

  return {
    appliance,
    durable,
    log,
    routes,
    reserved,
    clientsHave,
    takeSent,
    deliver,
    dispatch,
    configure(next) {
      dispatch({ kind: 'configured', configuration: next, relationships: [] });
    },
    commitSucceeds,
    get now() {
      return START + Math.floor(elapsedMs / 1_000);
    },
    get commitsInFlight() {
      return commitsInFlight;
    },
    exchange(message, delivery) {
      sent = [];
      deliver(message, delivery);
      const answers = takeSent();
      assert.ok(answers.length <= 1, 'a message gets one answer at most');
      return answers[0];
    },
    advance(seconds) {
      const end = elapsedMs + seconds * 1_000;
      for (let wakings = 0; wakeAt <= end; wakings += 1) {
        assert.ok(wakings < 100_000, 'what is due is done when the time has come');
        elapsedMs = Math.max(elapsedMs, wakeAt);
        wakeAt = Infinity;
        dispatch({ kind: 'timer' });
      }
      elapsedMs = end;
    },
    commitFails(found) {
      const [commit] = commitsInFlight;
      assert.ok(commit !== undefined, 'a commit is in flight');
      commitsInFlight = [];
      dispatch({
        kind: 'commitFailed',
        revision: commit.revision,
        reason: 'No space left on device',
        found: found ?? commit.bindings.map((binding) => durable.get(nameOf(binding))),
      });
    },
  };
}

function nameOf({ address: octets, prefixLength }: Binding): string {
  return `${formatAddress(octets)}/${String(prefixLength)}`;
}

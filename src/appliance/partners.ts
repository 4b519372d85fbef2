/** Failover inside the appliance: its effects become changes, commits and effects of the whole; see `src/failover`. */
import type { EndpointRecord, Failover, FailoverEffect, FailoverEvent, LeaseChangeCause, RelationshipConfiguration, RelayedMessage } from '../failover/index.ts';
import { LeaseKind, NEVER } from '../lease/index.ts';
import type { Binding, LeaseTable } from '../lease/index.ts';
import { MessageType, SERVER_PORT, invariant } from '../wire/index.ts';
import type { Address, EpochSeconds, MonotonicMs, Now } from '../wire/index.ts';
import type { Commits, Group } from './commits.ts';
import type { Effect } from './effect.ts';
import type { LinkTrafficCount } from './link-traffic.ts';
import type { ClockNews } from './timekeeping.ts';

/** A sign of life rides on a commit not more often than this (RFC 8156 section 8.3.2: what TIME-OF-FAILURE comes from). */
const HEARTBEAT_MS = 1_000;
/** What PARTNER-DOWN allows in a relationship, while it lasts (RFC 8156 section 8.4.1). */
interface ServingAlone {
  usableFrom: EpochSeconds | undefined;
  entry: EpochSeconds | undefined;
}

const CAUSES = ['client', 'expiry', 'operator', 'dns'] as const satisfies readonly LeaseChangeCause[];

export interface Partners {
  handle(event: FailoverEvent, now: Now, effects: Effect[]): void;
  /** When `handle` is to be called with `timer`. */
  readonly wakeAt: MonotonicMs;
  /** The group is durable: what waited for it happens, and the partner is told. */
  committed(group: Group, now: Now, effects: Effect[]): void;
  failed(group: Group, reason: string, now: Now, effects: Effect[]): void;
  /** What partners said of their clocks. */
  takeClockNews(): readonly ClockNews[];
  /** Messages that a partner relayed: to be handled as this box's own. */
  takeRelayed(): readonly RelayedMessage[];
  heartbeats(now: Now): readonly EndpointRecord[];
  /** Takes a new configuration of the same relationships; the table got its pools anew, and forgot what PARTNER-DOWN allows. */
  configure(relationships: readonly RelationshipConfiguration[], now: Now, effects: Effect[]): void;
}

export interface PartnerRooms {
  readonly failover: Failover;
  readonly table: LeaseTable;
  readonly commits: Commits;
  /** A lease is about to become this. */
  readonly changing: (binding: Binding) => void;
  readonly traffic: LinkTrafficCount;
  readonly relationships: readonly RelationshipConfiguration[];
  /** Of this box, on the link with this name. */
  readonly interfacesOf: (link: string) => readonly string[];
  /** Where a relay agent was heard of late, the last time at the end. */
  readonly waysTo: (agent: Address) => readonly { readonly interfaceName: string; readonly port: number }[];
}

export function createPartners({ failover, table, commits, changing, traffic, relationships: initial, interfacesOf, waysTo }: PartnerRooms): Partners {
  let relationships = initial;
  const aloneIn = new Map<string, ServingAlone>();
  let heartbeatAt = -Infinity;
  let relayed: RelayedMessage[] = [];
  let clockNews: ClockNews[] = [];

  const alone = (relationship: string): ServingAlone => {
    let known = aloneIn.get(relationship);
    if (known === undefined) aloneIn.set(relationship, (known = { usableFrom: undefined, entry: undefined }));
    return known;
  };

  const applyTo = (name: string): void => {
    const configuration = relationships.find((relationship) => relationship.name === name);
    const view = failover.relationship(name);
    invariant(configuration !== undefined && view !== undefined, 'failover speaks of relationships that exist');
    const { pools, usePartnerAddresses } = configuration;
    const { usableFrom, entry } = alone(name);
    const kinds = usePartnerAddresses ? [LeaseKind.IA_PD, LeaseKind.IA_NA] : [LeaseKind.IA_PD];
    table.setPartnerShare(pools, kinds, usableFrom ?? NEVER);
    table.setPartnerDown(name, pools, entry === undefined ? undefined : { entry, mclt: view.mclt });
  };

  const carryOut = (wanted: readonly FailoverEffect[], effects: Effect[]): void => {
    for (const effect of wanted) carryOutOne(effect, effects);
  };

  const carryOutOne = (effect: FailoverEffect, effects: Effect[]): void => {
    switch (effect.kind) {
      case 'send':
        effects.push({ kind: 'sendToPartner', connection: effect.connection, message: effect.message });
        break;
      case 'dial':
        effects.push({ kind: 'dialPartner', relationship: effect.relationship });
        break;
      case 'close':
        effects.push({ kind: 'closePartner', connection: effect.connection });
        break;
      case 'change':
        change(effect);
        break;
      case 'lazyChange':
        commits.ride(effect.slots);
        break;
      case 'partnerShare':
        alone(effect.relationship).usableFrom = effect.usableFrom;
        applyTo(effect.relationship);
        break;
      case 'endTimes':
        alone(effect.relationship).entry = effect.entry;
        applyTo(effect.relationship);
        break;
      case 'clockHeard':
        clockNews.push(effect);
        break;
      case 'relayed':
        relayed.push(effect.message);
        break;
      case 'answerClient': {
        const { interfaceName, destination, port, bytes } = effect;
        traffic.sent(interfaceName);
        effects.push({ kind: 'send', interfaceName, destination, port, bytes });
        break;
      }
      case 'relayByUdp':
        effects.push({ kind: 'send', interfaceName: effect.interfaceName, destination: effect.destination, port: SERVER_PORT, bytes: effect.bytes });
        break;
      case 'passOn': {
        const { link, destination, bytes } = effect;
        const ways = bytes[0] === MessageType.RELAY_REPL ? waysTo(destination) : [];
        if (ways.length > 0) for (const { interfaceName, port } of ways) effects.push({ kind: 'send', interfaceName, destination, port, bytes });
        else for (const interfaceName of interfacesOf(link)) effects.push({ kind: 'send', interfaceName, destination, port: effect.port, bytes });
        break;
      }
      case 'wake':
        partners.wakeAt = effect.at;
        break;
      case 'setDatabaseAside':
      case 'beaconKey':
      case 'log':
      case 'partnerCertificate':
      case 'certificateKept':
      case 'partnerCommit':
      case 'partnerUpdate':
      case 'transition':
      case 'alarm':
      case 'commandDone':
        effects.push(effect);
        break;
    }
  };

  const change = ({ token, bindings, endpoint, then }: FailoverEffect & { kind: 'change' }): void => {
    const revision = commits.nextRevision();
    const slots = bindings.map((binding) => {
      changing(binding);
      const slot = table.put({ ...binding, revision });
      invariant(table.records.lock(slot) === 0, 'failover changes no lease that waits for a commit');
      return slot;
    });
    commits.addPartnerChange(slots, endpoint, { token, then });
  };

  const handle = (event: FailoverEvent, now: Now, effects: Effect[]): void => {
    // A box by itself hears nothing of failover but what an operator asks for in vain.
    if (relationships.length === 0 && event.kind !== 'command') return;
    // A wish that came true is over: failover makes another one only where there is something to wait for.
    if (partners.wakeAt <= now.monotonic) partners.wakeAt = Infinity as MonotonicMs;
    carryOut(failover.step(event, now), effects);
  };

  // No getter: an object literal with one is a dictionary.
  const partners: { -readonly [Field in keyof Partners]: Partners[Field] } = {
    handle,
    wakeAt: Infinity as MonotonicMs,
    committed(group, now, effects) {
      if (relationships.length === 0) return;
      for (const { token, then } of group.partnerChanges) {
        carryOut(then, effects);
        handle({ kind: 'changed', token }, now, effects);
      }
      for (const cause of CAUSES) {
        const slots = group.told[cause];
        if (slots.length > 0) handle({ kind: 'leasesChanged', slots, cause }, now, effects);
      }
      if (group.slots.length > 0) handle({ kind: 'unlocked', slots: group.slots }, now, effects);
    },
    failed(group, reason, now, effects) {
      for (const { token } of group.partnerChanges) handle({ kind: 'changeFailed', token, reason }, now, effects);
      if (group.slots.length > 0) handle({ kind: 'unlocked', slots: group.slots }, now, effects);
    },
    configure(next, now, effects) {
      relationships = next;
      for (const name of aloneIn.keys()) applyTo(name);
      handle({ kind: 'configured', relationships: next }, now, effects);
    },
    takeClockNews() {
      if (clockNews.length === 0) return clockNews;
      const taken = clockNews;
      clockNews = [];
      return taken;
    },
    takeRelayed() {
      if (relayed.length === 0) return relayed;
      const taken = relayed;
      relayed = [];
      return taken;
    },
    heartbeats(now) {
      if (now.monotonic - heartbeatAt < HEARTBEAT_MS) return [];
      heartbeatAt = now.monotonic;
      return failover.heartbeats(now);
    },
  };
  return partners;
}

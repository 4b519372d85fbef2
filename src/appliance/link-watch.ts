/**
 * This box's links to clients, watched: what the kernel says of its ports, the beacons that it sends on them and hears from its
 * partners, and the messages of clients that only one of the two heard. What follows is a verdict for each link (`src/health`).
 */
import type { BeaconView, Failover, FailoverEvent, LinkReport } from '../failover/index.ts';
import { BEACON_INTERVAL_MS, createBeaconEar, createHeardTransactions, judgeLink } from '../health/index.ts';
import type { Beacon, BeaconEar, InterfaceSignals, LanSignals } from '../health/index.ts';
import type { Link, ServerConfiguration } from '../server/index.ts';
import { LinkVerdict, PORT_EVIDENCE, monotonicMs } from '../wire/index.ts';
import type { MonotonicMs, Now } from '../wire/index.ts';
import type { Effect } from './effect.ts';
import type { ReceivedDatagram, RelayedDatagram } from './event.ts';
import { createMisplacedBeacons } from './misplaced-beacons.ts';
import type { PartnerOnLink } from './router-standings.ts';

export interface LinkWatch {
  /** When `look` is to be called. */
  wakeAt(): number;
  /** What the kernel says of all interfaces. */
  see(interfaces: readonly InterfaceSignals[]): void;
  /** A beacon came, and its partner said it. @returns whether it counts, and came in where it belongs */
  beaconHeard(beacon: Beacon, interfaceName: string, now: MonotonicMs, effects: Effect[]): boolean;
  /** Something came from the clients' side; ahead of whatever becomes of it. */
  clientHeard(datagram: ReceivedDatagram, now: MonotonicMs): void;
  /** The partner passed on what a client said. */
  partnerHeard(datagram: ReceivedDatagram & { readonly relayed: RelayedDatagram }, now: MonotonicMs): void;
  configure(configuration: ServerConfiguration): void;
  /** Sends the beacons that are due. @returns what failover is to know that it does not know yet */
  look(now: Now, effects: Effect[]): readonly LinkNews[];
  /** What the kernel said last; nothing before its first word. */
  interfaces(): readonly InterfaceSignals[];
  /** The verdicts as they are. */
  reports(): readonly LinkReport[];
  /** Whether the partner's beacons come on this link. */
  partnerOn(link: string, now: MonotonicMs): PartnerOnLink;
}

export type LinkNews = Extract<FailoverEvent, { readonly kind: 'links' | 'partnerOnLan' }>;

/** So long after its last beacon the partner is still alive on a link. */
const ALIVE_MS = 3_000;

/** The same for what hosts are told, who lose nothing when that was wrong. */
const SILENT_MS = 1_000;

/** A look that comes so much later than it was to be: this box did not listen meanwhile. */
const STALL_MS = 100;
/** When the port of either is whole again: the first beacons are on their way. */
const AGAIN_MS = 500;
/** Without beacons: what clients say to both boxes is compared by then, and forgotten after that. */
const COMPARED_MS = 400;
const COMPARE_EVERY_MS = 5_000;

/** A link that a partner is on as well. */
interface SharedLink {
  readonly relationship: string;
  readonly ear: BeaconEar | undefined;
  /** From when on beacons are to be expected; undefined: they are not. */
  expectedSince: MonotonicMs | undefined;
  /** When the partner's program was heard last over the connection, as of the last look. */
  aliveAt: MonotonicMs | undefined;
}

export interface LinkWatchParameters {
  readonly configuration: ServerConfiguration;
  readonly failover: Pick<Failover, 'relationship'>;
  /** Of the beacons; undefined: none are sent. */
  readonly beaconSession: string | undefined;
  /** The partner does not answer clients on a link that it serves. */
  readonly isUnanswered: (link: string) => boolean;
}

export function createLinkWatch({ configuration: initial, failover, beaconSession, isUnanswered }: LinkWatchParameters): LinkWatch {
  let links: readonly Link[] = [];
  let linkOf = new Map<string, string>();
  const shared = new Map<string, SharedLink>();
  const transactions = createHeardTransactions();
  let interfaces: readonly InterfaceSignals[] | undefined;
  let reports: readonly LinkReport[] = [];
  const misplaced = createMisplacedBeacons((relationship) => failover.relationship(relationship)?.partnerName ?? 'the partner');
  /** What was said last of each partner. */
  const onLan = new Map<string, string>();
  let roundAt = Infinity;
  let compareAt = Infinity;

  const configure = (configuration: ServerConfiguration): void => {
    ({ links } = configuration);
    const onPorts = links.filter((link) => link.relationship !== undefined && link.interfaces.length > 0);
    linkOf = new Map(onPorts.flatMap(({ name, interfaces: ports }) => ports.map((port) => [port, name])));
    for (const name of shared.keys()) if (!onPorts.some((link) => link.name === name)) shared.delete(name);
    for (const { name, relationship } of onPorts) {
      if (relationship === undefined || shared.get(name)?.relationship === relationship) continue;
      shared.set(name, { relationship, ear: beaconSession === undefined ? undefined : createBeaconEar(beaconSession), expectedSince: undefined, aliveAt: undefined });
    }
    if (beaconSession === undefined || shared.size === 0) roundAt = Infinity;
    else if (roundAt === Infinity) roundAt = 0;
  };

  const sendBeacons = (effects: Effect[]): void => {
    for (const { name, interfaces: ports } of links) {
      const { relationship, ear } = shared.get(name) ?? {};
      if (relationship === undefined || ear === undefined) continue;
      const beacon: Beacon = { relationship, link: name, ...ear.next() };
      for (const port of ports) {
        if (interfaces?.some((one) => one.name === port && isUsable(one)) === true) effects.push({ kind: 'beacon', interfaceName: port, beacon });
      }
    }
  };

  const noteStall = (now: MonotonicMs): void => {
    const late = now - roundAt;
    if (roundAt > 0 && late > STALL_MS) for (const { ear } of shared.values()) ear?.stalled(late, now);
  };

  /** What is heard on a link, and what is not. */
  const listen = (name: string, link: SharedLink, ports: readonly InterfaceSignals[], now: MonotonicMs): LanSignals => {
    const { ear } = link;
    const clients = transactions.of(name, now);
    const beacons = ports.some(isUsable) ? beaconsOf(name, link) : undefined;
    if (ear === undefined || beacons === undefined) {
      link.expectedSince = undefined;
      link.aliveAt = undefined;
      return { beacons: undefined, silentMs: 0, clients, isUnanswered: false };
    }
    ear.introduced(beacons.session);
    link.expectedSince ??= monotonicMs(Math.max(beacons.since, now + AGAIN_MS));
    const since = link.expectedSince;
    excuse(link, ear, beacons, now);
    const hearing = ear.hearing(since, beacons.aliveAt);
    return { beacons: hearing, silentMs: hearing.hears ? 0 : beacons.aliveAt - Math.max(ear.heardAt ?? since, since), clients, isUnanswered: isUnanswered(name) };
  };

  /** A partner that says nothing over the connection either comes to nothing: what it says when it does again may be ahead of its next beacon. */
  const excuse = (link: SharedLink, ear: BeaconEar, { aliveAt, saysEvery }: BeaconView, now: MonotonicMs): void => {
    const idle = saysEvery === 0 || link.aliveAt === undefined ? 0 : aliveAt - link.aliveAt - saysEvery;
    link.aliveAt = aliveAt;
    if (idle > 0) ear.stalled(idle, now);
  };

  /** Of a partner that is connected, and whose kernel has nothing against its port there. */
  const beaconsOf = (name: string, { relationship }: SharedLink): BeaconView | undefined => {
    const view = failover.relationship(relationship);
    const health = view?.links.find((one) => one.link === name);
    return health?.partner === undefined || (health.partnerEvidence & PORT_EVIDENCE) !== 0 ? undefined : view?.beacons;
  };

  const judge = (now: Now): readonly LinkReport[] | undefined => {
    // Before the first word nothing is known, which does not mean that nothing is there.
    if (interfaces === undefined) return undefined;
    const signals = new Map(interfaces.map((one) => [one.name, one]));
    const next = links.map(({ name: link, interfaces: names }): LinkReport => {
      const known = shared.get(link);
      const ports = names.flatMap((name) => signals.get(name) ?? []);
      const lan = known === undefined ? undefined : listen(link, known, ports, now.monotonic);
      const { verdict, evidence } = judgeLink(ports, lan);
      const before = reports.find((report) => report.link === link);
      if (before?.verdict === verdict && before.evidence === evidence) return before;
      return { link, verdict, evidence, since: before?.verdict === verdict ? before.since : now.epoch };
    });
    const isSame = next.length === reports.length && next.every((report, i) => report === reports[i]);
    reports = next;
    return isSame ? undefined : next;
  };

  /** On which links each partner is alive, and on which ones it was and is silent though this box's port there is well. */
  const lookForPartners = (now: MonotonicMs): readonly LinkNews[] => {
    const news: LinkNews[] = [];
    for (const relationship of new Set([...shared.values()].map((link) => link.relationship))) {
      const own = [...shared].filter(([, link]) => link.relationship === relationship && link.ear?.heardAt !== undefined);
      const isAlive = ({ ear }: SharedLink): boolean => now - (ear?.heardAt ?? -Infinity) < ALIVE_MS;
      const isUp = (name: string): boolean => reports.find(({ link }) => link === name)?.verdict === LinkVerdict.UP;
      const heardOn = own.filter(([, link]) => isAlive(link)).map(([name]) => name);
      const silentOn = own.filter(([name, link]) => !isAlive(link) && isUp(name)).map(([name]) => name);
      const said = `${heardOn.join()} ${silentOn.join()}`;
      if ((onLan.get(relationship) ?? ' ') === said) continue;
      onLan.set(relationship, said);
      news.push({ kind: 'partnerOnLan', relationship, heardOn, silentOn });
    }
    return news;
  };

  configure(initial);
  return {
    wakeAt: () => Math.min(roundAt, compareAt),
    reports: () => reports,
    interfaces: () => interfaces ?? [],
    see(next) {
      interfaces = next;
    },
    beaconHeard(beacon, interfaceName, now, effects) {
      const link = shared.get(beacon.link);
      if (link?.relationship !== beacon.relationship || link.ear?.heard(beacon, now) !== true) return false;
      const place = links.find(({ interfaces: ports }) => ports.includes(interfaceName))?.name;
      if (place !== beacon.link) misplaced.heard(beacon, interfaceName, place, now, effects);
      return place === beacon.link;
    },
    clientHeard({ interfaceName, bytes }, now) {
      const link = linkOf.get(interfaceName);
      if (link !== undefined) transactions.heard(link, bytes, now);
    },
    partnerHeard({ relayed: { message }, bytes, source }, now) {
      if (!shared.has(message.link)) return;
      transactions.heardByPartner(message.link, bytes, source, now);
      compareAt = Math.min(compareAt, now + COMPARED_MS);
    },
    configure,
    partnerOn(link, now) {
      const heardAt = shared.get(link)?.ear?.heardAt;
      if (heardAt === undefined) return 'unknown';
      return now - heardAt < SILENT_MS ? 'heard' : 'silent';
    },
    look(now, effects) {
      const { monotonic } = now;
      if (monotonic >= roundAt) {
        noteStall(monotonic);
        sendBeacons(effects);
        roundAt = monotonic + BEACON_INTERVAL_MS;
      }
      misplaced.look(monotonic, effects);
      const changed = judge(now);
      const news: LinkNews[] = changed === undefined ? [] : [{ kind: 'links', links: changed }];
      news.push(...lookForPartners(monotonic));
      if (monotonic >= compareAt) compareAt = reports.some(({ evidence }) => evidence > PORT_EVIDENCE) ? monotonic + COMPARE_EVERY_MS : Infinity;
      return news;
    },
  };
}

function isUsable({ hasCarrier, address }: InterfaceSignals): boolean {
  return hasCarrier && address === 'ready';
}

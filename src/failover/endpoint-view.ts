import { ExtensionCode, LinkVerdict, MessageType, countBuckets, epochSeconds } from '../wire/index.ts';
import type { EpochSeconds, LinkHealth, MonotonicMs, Now } from '../wire/index.ts';
import { responsivenessNow } from './endpoint-heartbeat.ts';
import { hasNoPort, isCutOff, partnerResponsiveness } from './endpoint-relaying.ts';
import { splitInForce, splitProblemOf } from './endpoint-split.ts';
import type { Endpoint } from './endpoint.ts';
import type { Role } from './endpoint-state.ts';
import { evidenceText, verdictName } from './relaying/link-health-text.ts';
import type { LinkOpinion, LinkView, RelationshipView } from './relationship-view.ts';

/** `clock`: the time of the last event. */
export function viewOf(endpoint: Endpoint, clock: () => Now): RelationshipView {
  return new EndpointView(endpoint, clock);
}

/** A class: an object literal with getters is a dictionary, and each message of a client asks for what the state leaves to the box. */
class EndpointView implements RelationshipView {
  readonly name: string;
  readonly role: Role;
  readonly #endpoint: Endpoint;
  readonly #clock: () => Now;

  constructor(endpoint: Endpoint, clock: () => Now) {
    this.name = endpoint.configuration.name;
    this.role = endpoint.configuration.role;
    this.#endpoint = endpoint;
    this.#clock = clock;
  }

  get partnerName(): RelationshipView['partnerName'] {
    return this.#endpoint.configuration.partnerName;
  }

  get state(): RelationshipView['state'] {
    return this.#endpoint.state;
  }

  get since(): RelationshipView['since'] {
    return this.#endpoint.record.current.startTimeOfState;
  }

  get why(): RelationshipView['why'] {
    return this.#endpoint.why;
  }

  get partnerState(): RelationshipView['partnerState'] {
    return this.#endpoint.record.current.partnerState;
  }

  get partnerSince(): RelationshipView['partnerSince'] {
    return this.#endpoint.record.current.partnerStartTimeOfState;
  }

  get lastContact(): RelationshipView['lastContact'] {
    return epochSeconds(Math.max(this.#endpoint.record.current.lastContact, this.#endpoint.lastContact));
  }

  get communications(): RelationshipView['communications'] {
    if (this.#endpoint.connection === undefined) return 'none';
    return this.#endpoint.connection.phase === 'ok' ? 'ok' : 'connecting';
  }

  get responsiveness(): RelationshipView['responsiveness'] {
    return responsivenessNow(this.#endpoint);
  }

  get split(): RelationshipView['split'] {
    const { configuration: { loadBalancing } } = this.#endpoint;
    if (loadBalancing === undefined) return undefined;
    const split = splitInForce(this.#endpoint);
    return { buckets: split === undefined ? undefined : countBuckets(split.map), problem: splitProblemOf(this.#endpoint), delayedService: loadBalancing.delayedService };
  }

  isOwn(identity: Uint8Array): boolean | undefined {
    return splitInForce(this.#endpoint)?.both.share?.has(identity);
  }

  isPassedOn(link: string, byRelay: boolean): boolean {
    return isCutOff(this.#endpoint, link) || (!byRelay && hasNoPort(this.#endpoint, link));
  }

  get mclt(): RelationshipView['mclt'] {
    return this.#endpoint.record.current.mclt;
  }

  get skew(): RelationshipView['skew'] {
    return this.#endpoint.connection?.skew.seconds;
  }

  get updates(): RelationshipView['updates'] {
    return this.#endpoint.flow.pending();
  }

  get updateCounters(): RelationshipView['updateCounters'] {
    return this.#endpoint.flow.counters;
  }

  get asking(): RelationshipView['asking'] {
    return this.#endpoint.asked?.kind;
  }

  get held(): RelationshipView['held'] {
    return this.#endpoint.held;
  }

  get waitUntil(): RelationshipView['waitUntil'] {
    return onWallClock(this.#endpoint.waitEndsAt, this.#clock());
  }

  get partnerDownAt(): RelationshipView['partnerDownAt'] {
    return onWallClock(this.#endpoint.partnerDownAt, this.#clock());
  }

  get onLan(): RelationshipView['onLan'] {
    return this.#endpoint.onLan;
  }

  get links(): RelationshipView['links'] {
    return this.#endpoint.configuration.links.map((link) => linkView(this.#endpoint, link));
  }

  get beacons(): RelationshipView['beacons'] {
    const { connection, relaying: { partnerBeacons } } = this.#endpoint;
    if (partnerBeacons === undefined || connection?.phase !== 'ok') return undefined;
    // One that says nothing by itself for a while may live all the same.
    const aliveAt = connection.contactInterval > 0 ? connection.keepalive.heardAt : this.#clock().monotonic;
    return { ...partnerBeacons, aliveAt, saysEvery: connection.contactInterval };
  }

  get partnerServerId(): RelationshipView['partnerServerId'] {
    return this.#endpoint.relaying.partnerId;
  }

  get partnerAnswersSolicits(): RelationshipView['partnerAnswersSolicits'] {
    return this.communications === 'ok' && partnerResponsiveness(this.#endpoint)?.answers(MessageType.SOLICIT, false) === true;
  }

  get relayCounters(): RelationshipView['relayCounters'] {
    return this.#endpoint.relaying.counters;
  }

  get differences(): RelationshipView['differences'] {
    return this.#endpoint.differences;
  }

  get canCommit(): RelationshipView['canCommit'] {
    return this.#endpoint.jointWork.has(ExtensionCode.SHARED_COMMIT);
  }

  get partnerVersion(): RelationshipView['partnerVersion'] {
    return this.#endpoint.partnerVersion;
  }

  mayReturn(slot: number): boolean {
    return this.#endpoint.flow.mayReturn(slot);
  }
}

function onWallClock(at: MonotonicMs | undefined, now: Now): EpochSeconds | undefined {
  return at === undefined ? undefined : epochSeconds(now.epoch + Math.ceil((at - now.monotonic) / 1_000));
}

function linkView(endpoint: Endpoint, link: string): LinkView {
  const { relaying } = endpoint;
  const partner = relaying.partner.get(link);
  const own = opinion(relaying.own.get(link));
  return {
    link,
    own,
    partner: opinion(partner),
    isRelayed: isCutOff(endpoint, link) || (own !== undefined && hasNoPort(endpoint, link)),
    partnerEvidence: partner?.evidence ?? 0,
    partnerVerdict: partner?.verdict ?? LinkVerdict.UNKNOWN,
  };
}

function opinion(health: LinkHealth | undefined): LinkOpinion | undefined {
  if (health === undefined || health.verdict === LinkVerdict.UNKNOWN) return undefined;
  return { verdict: verdictName(health.verdict), evidence: evidenceText(health), since: health.since };
}

/**
 * What is wrong with a link that two boxes share, in words, from what each says of it (RFC 7031 section 4.7; R-LH7): before it hurts,
 * while the other box still serves everybody.
 */
import { LinkEvidence, LinkVerdict, PORT_EVIDENCE } from '../wire/index.ts';
import type { EpochSeconds, LinkHealth, MonotonicMs } from '../wire/index.ts';
import type { AlarmText } from './alarms.ts';
import { evidenceText, verdictName } from './relaying/link-health-text.ts';
import { isImpaired } from './relaying/relaying.ts';

export interface LinkTrouble extends AlarmText {
  /** It is certain: a port is dead, and no beacon was only lost. */
  readonly isCertain: boolean;
}

/** What is remembered of the trouble with a link, so that an alarm neither comes for a moment nor goes for one. */
export interface LinkAlarmMemory {
  /** Since when there is trouble without a moment of peace; undefined: there is none now. */
  troubleSince: MonotonicMs | undefined;
  quietSince: MonotonicMs | undefined;
  raised: AlarmText | undefined;
}

export interface SharedLinkHealth {
  readonly link: string;
  readonly partnerName: string;
  readonly own: LinkHealth | undefined;
  /** Undefined where it did not say, or is not connected. */
  readonly partner: LinkHealth | undefined;
}

/** @returns undefined where both reach their clients, or nobody has looked */
export function linkTrouble({ link, partnerName, own, partner }: SharedLinkHealth): LinkTrouble | undefined {
  if (own !== undefined && isUnanswered(own)) return partnerIsMute(link, partnerName, own);
  if (partner !== undefined && isUnanswered(partner)) return ownIsMute(link, partnerName, partner);
  const isOwn = isImpaired(own?.verdict);
  const isPartner = isImpaired(partner?.verdict);
  // Who is found out to be deaf or mute explains that the other one is not heard.
  if (isPartner && partner !== undefined && (!isOwn || (isLost(partner) && isByBeacons(own)))) return noBackup(link, partnerName, partner);
  if (isOwn && own !== undefined && (!isPartner || (isLost(own) && isByBeacons(partner)))) return ownPort(link, partnerName, own, partner);
  if (own === undefined || partner === undefined || !isOwn) return undefined;
  if (!isByBeacons(own) || !isByBeacons(partner)) return neither(link, partnerName, own, partner);
  return apart(link, partnerName, own, partner);
}

/** All is well with the port, and the partner hears this box; it just does not answer clients. */
export function isUnanswered({ verdict, evidence }: Pick<LinkHealth, 'verdict' | 'evidence'>): boolean {
  return verdict === LinkVerdict.SUSPECT && evidence === LinkEvidence.NO_ADVERTISE;
}

const FILTERED = 'Look whether a switch between the boxes and the clients drops what DHCPv6 servers say (DHCPv6-Shield, RFC 7610)';

function partnerIsMute(link: string, partnerName: string, own: LinkHealth): LinkTrouble {
  return {
    isCertain: false,
    severity: 'warning',
    text: `${link}: ${partnerName} does not answer clients there, though it hears this box and is heard (${since(own.since)}); what they say is passed on to it`,
    advice: `${FILTERED}, then after ${partnerName}.`,
  };
}

function ownIsMute(link: string, partnerName: string, partner: LinkHealth): LinkTrouble {
  return {
    isCertain: false,
    severity: 'warning',
    text: `${link}: what this box answers clients there does not reach ${partnerName} (${since(partner.since)}), which passes on what they say`,
    advice: `${FILTERED}, then after the service on this box.`,
  };
}

function noBackup(link: string, partnerName: string, partner: LinkHealth): LinkTrouble {
  return {
    isCertain: !isByBeacons(partner),
    severity: 'warning',
    text: `${link} has no backup: ${partnerName} does not reach its clients there (${why(partner)})`,
    advice: `Look after ${partnerName}'s port on ${link} and its cable. Clients are served through this box as long as its own port works.`,
  };
}

function ownPort(link: string, partnerName: string, own: LinkHealth, partner: LinkHealth | undefined): LinkTrouble {
  return {
    isCertain: !isByBeacons(own),
    severity: partner === undefined ? 'error' : 'warning',
    text:
      partner === undefined
        ? `${link}: this box does not reach its clients there (${why(own)}), and ${partnerName} does not say that it does`
        : `${link} has no backup: this box does not reach its clients there (${why(own)}), and ${partnerName} passes on what they say`,
    advice: `Look after this box's port on ${link} and its cable.`,
  };
}

function neither(link: string, partnerName: string, own: LinkHealth, partner: LinkHealth): LinkTrouble {
  return {
    isCertain: true,
    severity: 'error',
    text: `${link}: neither box reaches its clients there; this box: ${why(own)}; ${partnerName}: ${why(partner)}`,
    advice: `Look after the switch that both are on, and both ports. Clients there are not served.`,
  };
}

/** Both ports look well, and the boxes don't hear each other. */
function apart(link: string, partnerName: string, own: LinkHealth, partner: LinkHealth): LinkTrouble {
  const advice = `Look after the switches between the two ports on ${link}, and their VLANs. Each box passes on what it hears meanwhile.`;
  const text = apartText(link, partnerName, own, partner);
  return { isCertain: false, severity: 'warning', text, advice };
}

function apartText(link: string, partnerName: string, own: LinkHealth, partner: LinkHealth): string {
  if (has(own, LinkEvidence.CLIENTS_NOT_HEARD) && has(partner, LinkEvidence.CLIENTS_NOT_HEARD)) {
    return `${link} is in two halves: on each side are clients that only one of the boxes hears (${since(own.since)})`;
  }
  if (!has(own, LinkEvidence.NO_BEACON)) return `${link}: ${partnerName} is heard there and does not hear this box (${since(own.since)})`;
  if (!has(partner, LinkEvidence.NO_BEACON)) return `${link}: ${partnerName} is not heard there though it hears this box (${since(own.since)})`;
  return `${link}: the two boxes do not hear each other there (${since(own.since)}): it is in two halves, or one of the ports is dead with its light on`;
}

function has({ evidence }: LinkHealth, bit: number): boolean {
  return (evidence & bit) !== 0;
}

/** Nothing speaks against the port; the two boxes, or a box and clients, just don't hear each other. */
function isByBeacons(health: LinkHealth | undefined): boolean {
  return health?.verdict === LinkVerdict.SUSPECT && (health.evidence & PORT_EVIDENCE) === 0;
}

function isLost({ verdict }: LinkHealth): boolean {
  return verdict === LinkVerdict.LOST || verdict === LinkVerdict.ADMIN_OFF;
}

function why(health: LinkHealth): string {
  const evidence = evidenceText(health);
  return `${evidence === '' ? verdictName(health.verdict) : evidence} ${since(health.since)}`;
}

/** `since 10:02`, UTC as all that a box says. */
function since(at: EpochSeconds): string {
  const minutes = Math.floor(at / 60);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `since ${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)} UTC`;
}

/** What the two boxes tell each other of their links to clients (RFC 7031 section 4.7; R-LH2): at once when it changes, and every 5 s. */
import { ExtensionCode, LinkVerdict, extension, extensionsOf } from '../wire/index.ts';
import type { LinkHealth, Now, VendorSuboption } from '../wire/index.ts';
import type { Connection } from './connection.ts';
import { logOf } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { contact, relayKept, senderClock } from './endpoint-relaying.ts';
import { send } from './endpoint-send.ts';
import type { LinkReport } from './event.ts';
import { evidenceText, verdictName } from './relaying/link-health-text.ts';
import { isUnanswered } from './link-trouble.ts';
import { isDoubtful, isImpaired } from './relaying/relaying.ts';

const TELL_EVERY_MS = 5_000;

/** What the box makes of its links, from now on. */
export function linksChanged(endpoint: Endpoint, links: readonly LinkReport[], now: Now): void {
  const { relaying, configuration } = endpoint;
  const shared = links.filter(({ link }) => configuration.links.includes(link));
  for (const link of relaying.own.keys()) if (!shared.some((health) => health.link === link)) relaying.own.delete(link);
  for (const health of shared) {
    const before = relaying.own.get(health.link);
    if (before?.verdict === health.verdict && before.evidence === health.evidence) continue;
    relaying.own.set(health.link, { ...health, received: 0, sent: 0 });
    relaying.toldAt = undefined;
    if (isDoubtful(health)) relayKept(endpoint, health.link, now);
  }
}

/** When the partner is to be told. */
export function tellLinksAt({ connection, configuration, relaying }: Endpoint, now: Now): number | undefined {
  if (connection?.phase !== 'ok' || !connection.hasToldState || !configuration.relaying) return undefined;
  if (!connection.extensions.includes(ExtensionCode.LINK_HEALTH) || relaying.own.size === 0) return undefined;
  return relaying.toldAt === undefined ? now.monotonic : relaying.toldAt + TELL_EVERY_MS;
}

export function tellLinks(endpoint: Endpoint, now: Now): void {
  const { relaying, linkTraffic } = endpoint;
  const said: VendorSuboption[] = [senderClock(now)];
  for (const health of relaying.own.values()) {
    const { received, sent } = linkTraffic(health.link);
    said.push(extension(ExtensionCode.LINK_HEALTH, { ...health, received: received >>> 0, sent: sent >>> 0 }));
  }
  relaying.toldAt = now.monotonic;
  send(endpoint, contact(endpoint, said), now);
}

/** What the partner says of its links. */
export function linksHeard(endpoint: Endpoint, { extensions }: Connection, vendor: readonly VendorSuboption[], now: Now): void {
  const { relaying, configuration } = endpoint;
  if (!configuration.relaying || !extensions.includes(ExtensionCode.LINK_HEALTH)) return;
  for (const health of extensionsOf(vendor, ExtensionCode.LINK_HEALTH)) {
    if (!configuration.links.includes(health.link)) continue;
    const before = relaying.partner.get(health.link);
    relaying.partner.set(health.link, health);
    if (before?.verdict === health.verdict && before.evidence === health.evidence) continue;
    sayChange(endpoint, before, health);
    if (isImpaired(health.verdict)) relayKept(endpoint, health.link, now);
  }
}

function sayChange(endpoint: Endpoint, before: LinkHealth | undefined, health: LinkHealth): void {
  const { partnerName } = endpoint.configuration;
  const { link, verdict } = health;
  if (isUnanswered(health)) {
    logOf(endpoint, 'warning', `${link}: ${partnerName} asks there as a client, and gets no answer of this box: it passes on what clients say`);
  } else if (isImpaired(verdict)) {
    const why = `${verdictName(verdict)}${health.evidence === 0 ? '' : `, ${evidenceText(health)}`}`;
    logOf(endpoint, 'warning', `${link}: ${partnerName} does not reach its clients (${why}): what they say to it is passed on`);
  } else if (verdict === LinkVerdict.UP && before !== undefined && isImpaired(before.verdict)) {
    logOf(endpoint, 'info', `${link}: ${partnerName} reaches its clients again`);
  }
}

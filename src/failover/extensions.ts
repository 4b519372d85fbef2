/**
 * What boxes of this program tell each other beyond RFC 8156. CONNECT and CONNECTREPLY name what the sender speaks; each
 * then says the rest in the first message that it sends to a partner that named it: the secondary in CONNECTREPLY, the
 * primary in its STATE. To any other partner nothing of it is sent, but for the map that a primary proposes in CONNECT: what they make of
 * it has to be agreed on before either is in NORMAL. A primary that was refused as the clocks differ says in the next CONNECT what its own is worth.
 */
import { ExtensionCode, extension, extensionOf, extensionsOf } from '../wire/index.ts';
import type { DatabasePoint, VendorSuboption } from '../wire/index.ts';
import type { RelationshipConfiguration } from './configuration.ts';
import { ownSession } from './endpoint-beacons.ts';
import type { Endpoint } from './endpoint.ts';
import type { DatabaseGeneration } from './parameters.ts';
import type { SectionDifference } from './relationship-view.ts';

const GENERATION_LENGTH = 8;

/** All or none of them. */
const RELAYING = [
  ExtensionCode.LINK_HEALTH,
  ExtensionCode.RELAYED_MESSAGE,
  ExtensionCode.RELAY_ACKNOWLEDGEMENT,
  ExtensionCode.SERVER_ID,
  ExtensionCode.SENDER_CLOCK,
];

/** The announcement in CONNECT and CONNECTREPLY. */
export function announcement(endpoint: Endpoint): VendorSuboption {
  const { contactInterval, relaying, loadBalancing, ownCertificate, insecure } = endpoint.configuration;
  const spoken: number[] = [
    ExtensionCode.CONFIG_DIGEST,
    ExtensionCode.CONFIG_SHARED,
    ExtensionCode.DATABASE,
    ExtensionCode.CLOCK,
    ExtensionCode.INEXACT_TIMES,
    ExtensionCode.CLIENT_ADDRESS,
  ];
  if (contactInterval > 0) spoken.push(ExtensionCode.CONTACT_INTERVAL);
  if (relaying) spoken.push(...RELAYING);
  if (loadBalancing !== undefined) spoken.push(ExtensionCode.HASH_MAP);
  if (ownCertificate !== undefined) spoken.push(ExtensionCode.NEXT_CERTIFICATE, ExtensionCode.CERTIFICATE_KEPT);
  // Whoever reaches the management network of an insecure pair could write its files.
  if (!insecure) spoken.push(ExtensionCode.SHARED_COMMIT, ExtensionCode.PAIR_UPDATE);
  if (endpoint.programVersion !== undefined) spoken.push(ExtensionCode.PROGRAM_VERSION);
  if (ownSession(endpoint) !== undefined) spoken.push(ExtensionCode.BEACON_SESSION);
  return extension(ExtensionCode.EXTENSIONS, spoken);
}

/** What the partner announced. */
export function announced(vendor: readonly VendorSuboption[]): readonly number[] {
  return extensionOf(vendor, ExtensionCode.EXTENSIONS) ?? [];
}

/** What this box says once to a partner that speaks `extensions`. */
export function introduction(endpoint: Endpoint, extensions: readonly number[]): readonly VendorSuboption[] {
  const { configuration } = endpoint;
  const said = [extension(ExtensionCode.CONFIG_DIGEST, configuration.configDigest)];
  for (const [name, content] of Object.entries(configuration.configSections)) {
    said.push(extension(ExtensionCode.CONFIG_SHARED, { name, content }));
  }
  said.push(...databaseReport(endpoint), extension(ExtensionCode.CLOCK, endpoint.clock.report()));
  if (configuration.contactInterval > 0) {
    said.push(extension(ExtensionCode.CONTACT_INTERVAL, configuration.contactInterval));
  }
  if (configuration.relaying) said.push(extension(ExtensionCode.SERVER_ID, endpoint.relaying.serverId));
  // The primary has said its own in CONNECT, and was answered.
  if (configuration.role === 'secondary' && endpoint.split !== undefined) said.push(extension(ExtensionCode.HASH_MAP, endpoint.split.map));
  const session = ownSession(endpoint);
  if (session !== undefined) said.push(extension(ExtensionCode.BEACON_SESSION, session));
  if (endpoint.programVersion !== undefined) said.push(extension(ExtensionCode.PROGRAM_VERSION, endpoint.programVersion));
  return said.filter(({ code }) => extensions.includes(code));
}

/** How far this box's database is, and what was seen of the partner's; nothing where the box does not know its own. */
export function databaseReport({ database, commitCounter, record }: Endpoint): readonly VendorSuboption[] {
  const generation = database.generations.at(-1);
  if (generation === undefined) return [];
  const { partnerGeneration, partnerCounter } = record.current;
  const partner =
    partnerGeneration.length === GENERATION_LENGTH ? { generation: partnerGeneration, counter: partnerCounter } : undefined;
  return [extension(ExtensionCode.DATABASE, { own: { generation: generation.id, counter: commitCounter() }, partner })];
}

/** Whether that point is in the history of this box's database (R-ST1). */
export function isInHistory(
  { generation, counter }: DatabasePoint,
  generations: readonly DatabaseGeneration[],
  commitCounter: number,
): boolean {
  const at = generations.findIndex(({ id }) => isSame(id, generation));
  if (at < 0) return false;
  const end = generations[at + 1]?.start ?? commitCounter;
  return counter <= end;
}

/** The sections that differ; "something" where the partner does not say which. */
export function differingSections(
  { configDigest, configSections }: RelationshipConfiguration,
  vendor: readonly VendorSuboption[],
): readonly SectionDifference[] | undefined {
  const digest = extensionOf(vendor, ExtensionCode.CONFIG_DIGEST);
  if (digest === undefined) return undefined;
  if (digest === configDigest) return [];
  const theirs = new Map(extensionsOf(vendor, ExtensionCode.CONFIG_SHARED).map(({ name, content }) => [name, content]));
  const names = new Set([...Object.keys(configSections), ...theirs.keys()]);
  const differing = [...names].filter((name) => configSections[name] !== theirs.get(name)).sort();
  if (theirs.size === 0 || differing.length === 0) return [{ name: 'something', own: undefined, partner: undefined }];
  return differing.map((name) => ({ name, own: configSections[name], partner: theirs.get(name) }));
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, i) => octet === b[i]);
}

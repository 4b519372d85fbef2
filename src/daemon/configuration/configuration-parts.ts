/**
 * What a process has read of a provisioning file, in parts: to take over a message with 20 000 reservations takes a tenth of a second on a fast
 * machine, and clients wait meanwhile.
 */
import type { Reservation } from '../../server/index.ts';
import type { LoadedConfiguration } from './loaded-configuration.ts';

/** Of them a part takes a few milliseconds. */
const RESERVATIONS_AT_ONCE = 256;

/** In this order: all but the reservations of links, those of the link at a place, that there is no more. */
export type ConfigurationPart = LoadedConfiguration | { readonly link: number; readonly reservations: readonly Reservation[] } | 'whole';

export function* partsOf(loaded: LoadedConfiguration): Generator<ConfigurationPart> {
  const { links } = loaded.appliance.server;
  yield withReservations(loaded, () => []);
  for (const [link, { reservations }] of links.entries()) {
    for (let at = 0; at < reservations.length; at += RESERVATIONS_AT_ONCE) yield { link, reservations: reservations.slice(at, at + RESERVATIONS_AT_ONCE) };
  }
  yield 'whole';
}

/** @returns undefined: that is not all of it */
export function wholeOf([first, ...others]: readonly ConfigurationPart[]): LoadedConfiguration | undefined {
  if (first === undefined || first === 'whole' || 'link' in first || others.pop() !== 'whole') return undefined;
  const reservations = first.appliance.server.links.map((): Reservation[] => []);
  for (const part of others) if (part !== 'whole' && 'link' in part) reservations[part.link]?.push(...part.reservations);
  return withReservations(first, (link) => reservations[link] ?? []);
}

function withReservations(loaded: LoadedConfiguration, of: (link: number) => readonly Reservation[]): LoadedConfiguration {
  const { appliance } = loaded;
  const links = appliance.server.links.map((link, place) => ({ ...link, reservations: of(place) }));
  return { ...loaded, appliance: { ...appliance, server: { ...appliance.server, links } } };
}
